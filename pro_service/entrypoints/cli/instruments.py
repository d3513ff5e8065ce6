"""Commands for the scorer and the author of instruments: `flask score`, `flask instruments list`, `check`, `fhir`."""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import click

from pro_service.core.access import Permission
from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.fhir import questionnaire, without_expression
from pro_service.core.instrument import LANGUAGES, Instrument, ValueSet
from pro_service.core.scoring import HadsMissing, ScoringChoices
from pro_service.entrypoints.cli.definitions import instruments_here
from pro_service.entrypoints.cli.wording_status import Stock, stock_here
from pro_service.entrypoints.needs import needs, open_to_all
from pro_service.services.csv_table import InputError, decoded
from pro_service.services.refusals import LockedError, NotFoundError, RefusedError
from pro_service.services.scores.score_file import score_csv
from pro_service.store.catalogue import QUESTIONNAIRES, check_instruments, load_value_sets
from pro_service.store.locked import DataLockedError

_BAD_INPUT = 2


@contextmanager
def problems_to_stderr() -> Iterator[None]:
    """Bad input, and what a use case refuses, end a command with status 2 and one line a problem on standard error."""
    try:
        yield
    except (DefinitionError, InputError) as error:
        for problem in error.problems:
            click.echo(" ".join(str(problem).split()), err=True)
        raise click.exceptions.Exit(_BAD_INPUT) from error
    except DataLockedError as error:
        click.echo(LockedError().reason.sentence("en"), err=True)
        raise click.exceptions.Exit(_BAD_INPUT) from error
    except NotFoundError as error:
        click.echo(f"{error}: there is none", err=True)
        raise click.exceptions.Exit(_BAD_INPUT) from error
    except RefusedError as error:
        click.echo(error.reason.sentence("en"), err=True)
        raise click.exceptions.Exit(_BAD_INPUT) from error


@contextmanager
def without_collector() -> Iterator[None]:
    """A file of answers becomes hundreds of thousands of rows and no cycles: looking for some would walk through the
    whole program again and again, a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@click.command("score")
@click.argument("code")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--value-set", help="Name of the EQ-5D value set, such as France; without it there is no index."
)
@click.option(
    "--out-of-range",
    type=click.Choice(["error", "blank"]),
    default="error",
    show_default=True,
    help="What to do with an answer that is no whole number in its item's range.",
)
@click.option(
    "--hads-missing",
    type=click.Choice([each.value for each in HadsMissing]),
    default=HadsMissing.HALF.value,
    show_default=True,
    help="How many items of a HADS subscale must be answered.",
)
@open_to_all("scores a file of answers and keeps nothing")
def score(
    code: str,
    file: str,
    value_set: str | None,
    out_of_range: Literal["error", "blank"],
    hads_missing: str,
) -> None:
    """Score the answers of FILE (CSV; - for standard input) to instrument CODE; scores go to standard output.

    FILE has a column id, one column for each item (blank or NA = not answered) and any others, which are carried
    through. An id may repeat only where a column time tells the rows apart.
    """
    with problems_to_stderr(), without_collector():
        instrument = _instrument(code)
        choices = ScoringChoices(value_set=_value_set(instrument, value_set), hads_missing=hads_missing)
        source = "standard input" if file == "-" else file
        text = decoded(read_input(file), source=source)
        scored = score_csv(
            text, instrument=instrument, choices=choices, out_of_range=out_of_range, source=source
        )
    for problem in scored.blanked:
        click.echo(f"blanked: {problem.place}: {problem.message}", err=True)
    if instrument.value_sets and value_set is None:
        click.echo("no index: choose a value set with --value-set NAME", err=True)
    click.echo(scored.text, nl=False)


@click.group("instruments")
def instruments() -> None:
    """List and check the definitions of questionnaires, and print them as FHIR."""


@instruments.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of a table.")
@needs(Permission.SEE_DEFINITIONS)
def list_instruments(*, as_json: bool) -> None:
    """Show each instrument: code, version, title, items, scales, languages, wording status, licence.

    The wording status is that of each language, as in `flask wording status`, where the installation's database can be
    asked; without one it is what the definition holds, our placeholder labels.
    """
    with problems_to_stderr():
        found = tuple(instruments_here().values())
    stock = stock_here()
    if as_json:
        click.echo(json.dumps([_described(each, stock) for each in found], ensure_ascii=False, indent=2))
        return
    for line in table_lines([_HEAD, *(_row(each, stock) for each in found)]):
        click.echo(line)


@instruments.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@needs(Permission.SEE_DEFINITIONS)
def check(paths: tuple[Path, ...]) -> None:
    """Validate definition files, or all files of a folder; by default every instrument of the product."""
    files = _files(paths or (QUESTIONNAIRES / "instruments",))
    with problems_to_stderr():
        if not files:
            where = ", ".join(map(str, paths))
            raise InputError(
                [Problem(place=where, message="holds no *.toml file", cure="name a definition file")]
            )
        found = check_instruments(files, value_sets=_value_sets_near(files))
    for path, instrument in found.items():
        click.echo(
            f"{path}: ok, {len(instrument.items)} items, {len(instrument.scales)} scales, {instrument.status}"
        )


@instruments.command("fhir")
@click.argument("code")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of its texts; the others are there as translations.",
)
@needs(Permission.SEE_DEFINITIONS)
def fhir(code: str, language: str) -> None:
    """Print instrument CODE as a FHIR R4 Questionnaire (JSON).

    The scores that no expression can say, or not wholly, are named on standard error.
    """
    with problems_to_stderr():
        instrument = _instrument(code)
    for scale, why in without_expression(instrument).items():
        click.echo(f"{scale}: {why}", err=True)
    click.echo(json.dumps(questionnaire(instrument, language=language), ensure_ascii=False, indent=2))


def read_input(file: str) -> bytes:
    """The bytes of a file; - is standard input. InputError if it cannot be read."""
    try:
        with click.open_file(file, "rb") as stream:
            content: bytes = stream.read()
    except OSError as error:
        message = error.strerror or "cannot be read"
        raise InputError(
            [Problem(place=file, message=message, cure="name a file that can be read")]
        ) from error
    return content


def _instrument(code: str) -> Instrument:
    known = instruments_here()
    if code not in known:
        raise InputError(
            [Problem(place=code, message="is no instrument", cure=f"use one of {', '.join(known)}")]
        )
    return known[code]


def _value_set(instrument: Instrument, name: str | None) -> str | None:
    """The name, once it is known to exist."""
    if name is None or name in instrument.value_sets:
        return name
    names = ", ".join(instrument.value_sets)
    cure = f"use one of {names}" if names else f"leave it out: {instrument.code} has no value sets"
    raise InputError([Problem(place=f"--value-set {name}", message="is no value set", cure=cure)])


def _files(paths: Iterable[Path]) -> list[Path]:
    return [each for path in paths for each in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]


def _value_sets_near(files: Sequence[Path]) -> Mapping[str, Mapping[str, ValueSet]]:
    """The value sets beside the folder of the files, and those of the product."""
    beside = {path.resolve().parent.parent for path in files}
    return {
        name: sets
        for folder in (QUESTIONNAIRES, *sorted(beside))
        for name, sets in load_value_sets(folder).items()
    }


_HEAD = ("code", "version", "items", "scales", "languages", "wording", "status", "title", "licence")


def _row(instrument: Instrument, stock: Stock | None) -> tuple[str, ...]:
    languages = stock.of(instrument) if stock else []
    imported = " ".join(f"{each['language']}:{each['status']}" for each in languages)
    return (
        instrument.code,
        instrument.version,
        str(len(instrument.items)),
        str(len(instrument.scales)),
        ",".join(instrument.languages),
        imported or instrument.wording,
        instrument.status,
        instrument.title["en"],
        instrument.licence.holder,
    )


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines of text with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _described(instrument: Instrument, stock: Stock | None) -> Mapping[str, Any]:
    """`wording` is "licensed" if every language is; `wordings` (None without a database) has each language's facts."""
    languages = stock.of(instrument) if stock else None
    licensed = bool(languages) and all(each["status"] == "licensed" for each in languages or ())
    told = ("language", "status", "licence", "modes", "valid_until", "days_left", "hash")
    return {
        "code": instrument.code,
        "version": instrument.version,
        "title": dict(instrument.title),
        "items": [item.code for item in instrument.items],
        "scales": [scale.code for scale in instrument.scales],
        "languages": list(instrument.languages),
        "wording": "licensed" if licensed else instrument.wording,
        "wordings": None if languages is None else [{key: each[key] for key in told} for each in languages],
        "status": instrument.status,
        "licence": {
            "holder": instrument.licence.holder,
            "terms": instrument.licence.terms,
            "ask": instrument.licence.ask,
        },
        "doubts": list(instrument.doubts),
        "value_sets": list(instrument.value_sets),
    }
