"""Loads the definition files of questionnaires/ from disk, telling every mistake in all of them at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
from pro_service.core.protocol import PARTS, Protocol, read_protocol
from pro_service.core.suitability import suits
from pro_service.store.definition_files import read_document
from pro_service.store.definitions import Definition, read_definitions

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "questionnaires"
"""The definitions shipped with the product."""

_INSTRUMENTS = "instruments"
_PROTOCOLS = "protocols"
_VALUE_SETS = "value_sets"
_CODE = re.compile(r"[a-z0-9-]+", re.ASCII)

Parsed = TypeVar("Parsed", covariant=True)


class Parse(Shape[Parsed]):
    """Turns one parsed document into a core value, or raises DefinitionError."""

    def __call__(self, document: Mapping[str, Any], *, source: str) -> Parsed: ...


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What a questionnaires folder holds: protocols by version, instruments by code, and the protocols' own words."""

    protocols: Mapping[str, Protocol]
    instruments: Mapping[str, Instrument]
    definitions: Mapping[str, Definition] = field(default_factory=dict)


def load_catalogue(folder: Path = QUESTIONNAIRES) -> Catalogue:
    """Everything of a questionnaires folder, or nothing: raises DefinitionError with every mistake found."""
    instruments, problems = read_instruments(folder)
    paths = sorted((folder / _PROTOCOLS).glob("*.toml"))
    protocols, wrong = check_protocols(paths, beside=instruments)
    problems += wrong
    if problems:
        raise DefinitionError(dict.fromkeys(problems))
    return Catalogue(
        protocols=protocols, instruments=_whole(instruments), definitions=read_definitions(paths)
    )


def load_protocols(folder: Path = QUESTIONNAIRES) -> Mapping[str, Protocol]:
    """The protocols of a questionnaires folder by version. Raises DefinitionError with every mistake of the folder."""
    return load_catalogue(folder).protocols


def check_protocols(
    paths: Iterable[Path], *, beside: Mapping[str, Instrument | None], shipped: Path | None = None
) -> tuple[Mapping[str, Protocol], list[Problem]]:
    """The protocols of these files that are right, by version, and every mistake of the others.

    The one way to read a protocol: what a file extends is looked for beside it, then in the questionnaires folder
    `shipped`, if there is one; what it asks among the instruments `beside` it by code (None for one whose own file is
    wrong).
    """
    found: dict[str, Protocol] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            found[path.stem] = read_protocol(path.stem, _documents(path, shipped), suits=suits(beside))
        except DefinitionError as error:
            problems.extend(error.problems)
    return found, list(dict.fromkeys(problems))


def _documents(path: Path, shipped: Path | None) -> Mapping[str, Mapping[str, Any]]:
    """The file and those that it extends, by name; whether they lead anywhere is not judged here.

    Those in the folder parts beside it are called parts/NAME: no protocols, only what several have in common.
    Raises DefinitionError with the mistakes of one that is no TOML, whatever extends it.
    """
    documents = {path.stem: read_document(path)}
    beside = _by_name(shipped / _PROTOCOLS) if shipped else {}
    beside |= _by_name(path.parent)
    name = documents[path.stem].get(EXTENDS)
    while isinstance(name, str) and name in beside and name not in documents:
        documents[name] = read_document(beside[name])
        name = documents[name].get(EXTENDS)
    return documents


def _by_name(folder: Path) -> dict[str, Path]:
    """The files of a folder of protocols by the names under which others extend them."""
    parts = {f"{PARTS}{each.stem}": each for each in (folder / PARTS).glob("*.toml")}
    return {each.stem: each for each in folder.glob("*.toml")} | parts


def load_instruments(folder: Path = QUESTIONNAIRES) -> Mapping[str, Instrument]:
    """The instruments of a questionnaires folder by code. Raises DefinitionError with every mistake found."""
    instruments, problems = read_instruments(folder)
    if problems:
        raise DefinitionError(problems)
    return _whole(instruments)


def _whole(instruments: Mapping[str, Instrument | None]) -> Mapping[str, Instrument]:
    return {code: each for code, each in instruments.items() if each is not None}


def read_instruments(folder: Path) -> tuple[Mapping[str, Instrument | None], list[Problem]]:
    """The instruments of a folder by code, None for those whose file is wrong, and the mistakes of all its files."""
    paths = sorted((folder / _INSTRUMENTS).glob("*.toml"))
    of_values = sorted((folder / _VALUE_SETS).glob("*.toml"))
    value_sets, problems = _read_all(of_values, parse_value_sets)
    found, wrong = _checked(paths, {path.stem: value_sets.get(path, {}) for path in of_values})
    problems += wrong if paths else [_no_files(folder / _INSTRUMENTS)]
    # A file that is wrong is named for what it should hold: code-version.
    instruments: dict[str, Instrument | None] = {path.stem.rpartition("-")[0]: None for path in paths}
    instruments |= {each.code: each for each in found.values()}
    return {code: each for code, each in instruments.items() if code}, list(dict.fromkeys(problems))


def load_value_sets(folder: Path = QUESTIONNAIRES) -> Mapping[str, Mapping[str, ValueSet]]:
    """The files of value sets of a questionnaires folder, by file name without ending; each by name of its sets."""
    found, problems = _read_all(sorted((folder / _VALUE_SETS).glob("*.toml")), parse_value_sets)
    if problems:
        raise DefinitionError(problems)
    return {path.stem: sets for path, sets in found.items()}


def check_instruments(
    paths: Iterable[Path], *, value_sets: Mapping[str, Mapping[str, ValueSet]]
) -> Mapping[Path, Instrument]:
    """The instruments of some files by file. Files must bear the code and version they hold, and no two the same code.

    Raises DefinitionError with every mistake of every file.
    """
    found, problems = _checked(paths, value_sets)
    if problems:
        raise DefinitionError(dict.fromkeys(problems))
    return found


def _checked(
    paths: Iterable[Path], value_sets: Mapping[str, Mapping[str, ValueSet]]
) -> tuple[Mapping[Path, Instrument], list[Problem]]:
    found, problems = _read_all(paths, partial(parse_instrument, value_sets=value_sets), read=read_instrument)
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
    return found, problems


def read_instrument(path: Path) -> Mapping[str, Any]:
    """The document of one instrument; that of a study's form is composed from the item library it names."""
    document = read_document(path)
    if EXTENDS not in document:
        return document
    return compose_form(document, _library(document[EXTENDS], path.parent), source=path.name)


def _library(code: Any, folder: Path) -> Mapping[str, Any] | None:
    """The newest item library of that code in the folder of the form, or else in the product's."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return None
    for place in (folder, QUESTIONNAIRES / _INSTRUMENTS):
        for path in sorted(place.glob(f"{code}-*.toml"), reverse=True):
            document = read_document(path)
            if document.get("code") == code:
                return document
    return None


def _read_all(
    paths: Iterable[Path],
    parse: Parse[Parsed],
    *,
    read: Callable[[Path], Mapping[str, Any]] = read_document,
) -> tuple[dict[Path, Parsed], list[Problem]]:
    """Each file's parsed value where it has one, and the mistakes of all files, so that one look mends all."""
    found: dict[Path, Parsed] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            found[path] = parse(read(path), source=path.name)
        except DefinitionError as error:
            problems.extend(error.problems)
    return found, problems


def _no_files(folder: Path) -> Problem:
    return Problem(place=str(folder), message="holds no definition", cure="name a folder with *.toml files")
