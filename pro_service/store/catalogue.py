"""Loads the definition files of questionnaires/ from disk, telling every mistake in all of them at once."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from typing import Protocol as Shape

from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.instrument import (
    EXTENDS,
    Instrument,
    ValueSet,
    compose_form,
    parse_instrument,
    parse_value_sets,
)
from pro_service.core.protocol import Protocol, parse_protocol, resolve
from pro_service.core.protocol import check_instruments as unknown_instruments
from pro_service.core.scoring import step_size

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "questionnaires"
"""The definitions shipped with the product."""

_INSTRUMENTS = "instruments"
_PROTOCOLS = "protocols"
_VALUE_SETS = "value_sets"
_TOML_PLACE = re.compile(r"(?P<message>.*) \(at (?P<place>line \d+, column \d+|end of document)\)", re.DOTALL)

Parsed = TypeVar("Parsed", covariant=True)


class Parse(Shape[Parsed]):
    """Turns one parsed document into a core value, or raises DefinitionError."""

    def __call__(self, document: Mapping[str, Any], *, source: str) -> Parsed: ...


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What a questionnaires folder holds: protocols by version, instruments by code."""

    protocols: Mapping[str, Protocol]
    instruments: Mapping[str, Instrument]


def load_catalogue(folder: Path = QUESTIONNAIRES) -> Catalogue:
    """Everything of a questionnaires folder, or nothing: raises DefinitionError with every mistake found."""
    instruments = load_instruments(folder)
    protocols = load_protocols(folder)
    problems = [
        problem
        for protocol in protocols.values()
        for problem in unknown_instruments(
            protocol, instruments, libraries=libraries_in(instruments), source=f"{protocol.version}.toml"
        )
    ]
    problems += [each for protocol in protocols.values() for each in _unusable_alerts(protocol, instruments)]
    if problems:
        raise DefinitionError(problems)
    return Catalogue(protocols=protocols, instruments=instruments)


def _unusable_alerts(protocol: Protocol, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Scales of alert rules that could not be compared when an answer comes: found out now, not then."""
    for rule in protocol.alerts.rules:
        instrument = instruments.get(rule.instrument)
        if instrument is None:
            continue  # told already
        for scale in rule.scales:
            place = f"{protocol.version}.toml: alerts.{rule.id}.scales"
            if scale not in instrument.scales_by_code:
                known = ", ".join(instrument.scales_by_code)
                yield Problem(place=place, message=f"no scale {scale!r}", cure=f"known scales: {known}")
            elif step_size(instrument, scale) is None:
                message = f"{scale!r} has no answer step"
                yield Problem(place=place, message=message, cure="name scales whose answers move them evenly")


def load_protocols(folder: Path = QUESTIONNAIRES) -> Mapping[str, Protocol]:
    """The protocols of a questionnaires folder by version. Raises DefinitionError with every mistake found."""
    documents = {path.stem: read_document(path) for path in sorted((folder / _PROTOCOLS).glob("*.toml"))}
    found: dict[str, Protocol] = {}
    problems: list[Problem] = []
    for name in documents:
        try:
            found[name] = parse_protocol(resolve(name, documents), source=f"{name}.toml")
            problems.extend(_misnamed(name, found[name].version))
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        raise DefinitionError(problems)
    return found


def _misnamed(name: str, version: str) -> list[Problem]:
    """A protocol is asked for by its version: the file must be called so."""
    if name == version:
        return []
    cure = f"rename the file to {version}.toml"
    return [Problem(place=f"{name}.toml: version", message=f"is {version!r}", cure=cure)]


def load_instruments(folder: Path = QUESTIONNAIRES) -> Mapping[str, Instrument]:
    """The instruments of a questionnaires folder by code. Raises DefinitionError with every mistake found."""
    paths = sorted((folder / _INSTRUMENTS).glob("*.toml"))
    if not paths:
        raise DefinitionError([_no_files(folder / _INSTRUMENTS)])
    found = check_instruments(paths, value_sets=load_value_sets(folder))
    return {instrument.code: instrument for instrument in found.values()}


def libraries_in(instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """The codes of item libraries, which no patient is asked as a whole."""
    return tuple(code for code, each in instruments.items() if each.library)


def load_value_sets(folder: Path = QUESTIONNAIRES) -> Mapping[str, Mapping[str, ValueSet]]:
    """The files of value sets of a questionnaires folder, by file name without ending; each by name of its sets."""
    return read_definitions(folder / _VALUE_SETS, parse_value_sets)


def check_instruments(
    paths: Iterable[Path], *, value_sets: Mapping[str, Mapping[str, ValueSet]]
) -> Mapping[Path, Instrument]:
    """The instruments of some files by file. Files must bear the code and version they hold, and no two the same code.

    Raises DefinitionError with every mistake of every file.
    """
    found = read_files(paths, partial(parse_instrument, value_sets=value_sets), read=read_instrument)
    problems: list[Problem] = []
    files: dict[str, Path] = {}
    for path, instrument in found.items():
        first = files.setdefault(instrument.code, path)
        if first != path:
            message = f"{instrument.code!r} is also the code of {first.name}"
            problems.append(
                Problem(place=f"{path.name}: code", message=message, cure="keep one file for each code")
            )
        expected = f"{instrument.code}-{instrument.version}.toml"
        if path.name != expected:
            cure = f"rename the file to {expected}"
            problems.append(Problem(place=path.name, message="is not named for what it holds", cure=cure))
    if problems:
        raise DefinitionError(problems)
    return found


def read_definitions(folder: Path, parse: Parse[Parsed]) -> Mapping[str, Parsed]:
    """Every *.toml of a folder, by file name without ending; an absent folder holds none."""
    return {path.stem: each for path, each in read_files(sorted(folder.glob("*.toml")), parse).items()}


def read_instrument(path: Path) -> Mapping[str, Any]:
    """The document of one instrument; that of a study's form is composed from the item library it names."""
    document = read_document(path)
    if EXTENDS not in document:
        return document
    return compose_form(document, _library(document[EXTENDS], path.parent), source=path.name)


def _library(code: Any, folder: Path) -> Mapping[str, Any] | None:
    """The newest item library of that code in the folder of the form, or else in the product's."""
    for place in (folder, QUESTIONNAIRES / _INSTRUMENTS):
        for path in sorted(place.glob(f"{code}-*.toml"), reverse=True):
            document = read_document(path)
            if document.get("code") == code:
                return document
    return None


def read_files(
    paths: Iterable[Path],
    parse: Parse[Parsed],
    *,
    read: Callable[[Path], Mapping[str, Any]] | None = None,
) -> Mapping[Path, Parsed]:
    """Each file's parsed value. Raises DefinitionError with the mistakes of all files, so that one look mends all."""
    found: dict[Path, Parsed] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            found[path] = parse((read or read_document)(path), source=path.name)
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        raise DefinitionError(problems)
    return found


def read_document(path: Path) -> Mapping[str, Any]:
    """The document of one TOML file. Raises DefinitionError if it cannot be read or is no TOML, naming the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError([_syntax_problem(path, str(error))]) from error
    except UnicodeDecodeError as error:
        place = f"{path.name}: byte {error.start}"
        raise DefinitionError(
            [Problem(place=place, message="is not UTF-8", cure="save the file as UTF-8")]
        ) from error
    except OSError as error:
        message = error.strerror or "cannot be read"
        raise DefinitionError(
            [Problem(place=str(path), message=message, cure="name a file that can be read")]
        ) from error


def _syntax_problem(path: Path, text: str) -> Problem:
    match = _TOML_PLACE.fullmatch(text)
    place = f"{path.name}: {match['place']}" if match else path.name
    message = match["message"] if match else text
    return Problem(place=place, message=f"is no TOML: {message}", cure="mend this line or the one before it")


def _no_files(folder: Path) -> Problem:
    return Problem(place=str(folder), message="holds no definition", cure="name a folder with *.toml files")
