"""Commands for the author of a protocol: `flask protocol check` and `flask protocol plan`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import ScriptInfo

from pro_service.core.access import Permission
from pro_service.core.course import Event, effect_day, parse_course, parse_event
from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.plan import compare, plan
from pro_service.core.protocol import CourseRules, Protocol, notices
from pro_service.core.suitability import lengths, without_wording
from pro_service.entrypoints import clock
from pro_service.entrypoints.cli.days import Day
from pro_service.entrypoints.cli.definitions import protocols_here
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.protocol_view import (
    burden_lines,
    plan_data,
    plan_lines,
    what_if_data,
    what_if_lines,
)
from pro_service.entrypoints.needs import needs
from pro_service.services.protocols.unchanged import changed_definitions
from pro_service.store.definitions import read_definition
from pro_service.store.protocol_files import instruments_beside, load_protocol
from pro_service.store.schema import schema_problem

MANY = ".jsonl"


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """One course of a file: where it stands, and its events."""

    place: str
    events: tuple[Event, ...]


_NO_WORDING = (
    "placeholder labels only for {}: outside the demonstration nobody is asked before the licensed wording is imported "
    "(flask wording status)"
)
#: What a file should hold, as the cure for one that does not.
_A_COURSE = 'write {"events": [...]}'
_ONE_EVENT = 'write one event, such as {"type": "death", "on": "2026-06-01"}'


@click.group("protocol")
def protocol() -> None:
    """Check protocol files and show what they make of a course."""


@protocol.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@needs(Permission.SEE_DEFINITIONS)
def check(path: Path) -> None:
    """Validate the protocol file PATH, with the file it extends and the instruments it names.

    Prints what it asks of a patient: items and minutes at each timepoint, and in each year after each anchor.
    """
    with problems_to_stderr():
        loaded = load_protocol(path)
        _require_as_activated(path)
    for notice in notices(loaded):
        click.echo(f"note: {path.name}: {notice}", err=True)
    instruments = instruments_beside(path)
    if bare := without_wording(loaded, instruments):
        click.echo(f"note: {path.name}: {_NO_WORDING.format(', '.join(bare))}", err=True)
    timepoints = sum(len(rule.timepoints) for rule in loaded.rules)
    click.echo(f"{path}: ok, {len(loaded.rules)} rules, {timepoints} timepoints, {loaded.status}")
    for line in burden_lines(loaded, lengths(instruments)):
        click.echo(line)


def _require_as_activated(path: Path) -> None:
    """DefinitionError if the version is in force somewhere in other words; an author without a database has none."""
    found = click.get_current_context().find_object(ScriptInfo)
    if found is None:  # run without an application
        return
    with found.load_app().app_context():
        if problem := schema_problem():
            click.echo(
                f"note: whether {path.stem} is in force was not looked up: {problem.message}", err=True
            )
            return
        definitions = {path.stem: read_definition(path)}
        problems = changed_definitions(definitions, only=path.stem)
    if problems:
        raise DefinitionError(problems)


@protocol.command("plan")
@click.argument("code")
@click.option(
    "--course",
    "course_path",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The course: JSON, or one course a line in a .jsonl file.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    type=Day(),
    help="Only events in effect by this day count. Today, by default.",
)
@click.option(
    "--what-if",
    "what_if_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="One more event (JSON): show the plan without it, with it, and each difference.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON, one result a line, instead of tables.")
@needs(Permission.SEE_DEFINITIONS)
def show_plan(
    *, code: str, course_path: Path, as_of: date | None, what_if_path: Path | None, as_json: bool
) -> None:
    """Show what the protocol CODE expects of the patients of a course file, and when."""
    with problems_to_stderr():
        loaded = _protocol(code)
        sheets = tuple(_sheets(course_path, loaded.course))
        extra = None if what_if_path is None else _extra_event(what_if_path, loaded.course)
    day = as_of or clock.today(loaded.time_zone)
    _warn(loaded.course, sheets, extra, day)
    for sheet in sheets:
        if not as_json and course_path.suffix == MANY:
            click.echo(f"{sheet.place}:")
        for line in _result(loaded, sheet.events, extra, day, as_json=as_json):
            click.echo(line)


def _protocol(code: str) -> Protocol:
    known = protocols_here()
    if code not in known:
        cure = f"use one of {', '.join(sorted(known))}, or put {code}.toml into PRO_QUESTIONNAIRES/protocols"
        raise _wrong(code, "is no protocol of this installation", cure)
    return known[code]


def _result(
    loaded: Protocol, events: tuple[Event, ...], extra: Event | None, day: date, *, as_json: bool
) -> Iterable[str]:
    before = plan(loaded, events, as_of=day)
    if extra is None:
        return [_json(plan_data(before))] if as_json else plan_lines(before)
    after = plan(loaded, (*events, extra), as_of=day)
    changes = compare(before, after)
    return [_json(what_if_data(before, after, changes))] if as_json else what_if_lines(after, changes)


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)


def _sheets(path: Path, rules: CourseRules) -> Iterator[_Sheet]:
    """The courses of a file; DefinitionError with the mistakes of all of them."""
    problems: list[Problem] = []
    for place, line, text in _texts(path):
        try:
            document = _document(text, place, name=path.name, line=line, cure=_A_COURSE)
            yield _Sheet(place=place, events=parse_course(document, source=place, rules=rules))
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        raise DefinitionError(problems)


def _extra_event(path: Path, rules: CourseRules) -> Event:
    document = _document(_read(path), path.name, name=path.name, line=1, cure=_ONE_EVENT)
    return parse_event(document, source=path.name, rules=rules)


def _texts(path: Path) -> Iterator[tuple[str, int, str]]:
    """Each JSON text of a file: its place in words, its first line, itself."""
    text = _read(path)
    if path.suffix != MANY:
        yield path.name, 1, text
        return
    # Not splitlines(): a text in JSON may hold other characters that Python takes for line ends.
    for number, line in enumerate(text.rstrip().split("\n"), start=1):
        yield f"{path.name} line {number}", number, line


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(str(path), "is not UTF-8", "save it as UTF-8") from error
    except OSError as error:
        raise _wrong(str(path), error.strerror or "cannot be read", "name a file that can be read") from error


def _document(text: str, place: str, *, name: str, line: int, cure: str) -> Mapping[str, Any]:
    if not text.strip():
        raise _wrong(place, "is empty", cure)
    try:
        document = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"{name} line {line + error.lineno - 1}, column {error.colno}"
        raise _wrong(where, f"is no JSON: {error.msg}", "mend it there or just before") from error
    except RecursionError as error:
        raise _wrong(place, "is nested too deeply", cure) from error
    except ValueError as error:  # of our hooks, and of numbers with thousands of digits
        raise _wrong(place, f"cannot be read: {error}", cure) from error
    if not isinstance(document, dict):
        raise _wrong(place, "is no JSON object", cure)
    return document


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _wrong(place: str, message: str, cure: str) -> DefinitionError:
    return DefinitionError([Problem(place=place, message=message, cure=cure)])


def _warn(rules: CourseRules, sheets: Iterable[_Sheet], extra: Event | None, day: date) -> None:
    """Say on standard error what is in order but may not do what its author expects."""
    used = {event.type for sheet in sheets for event in sheet.events}
    for old in sorted(used & set(rules.obsolete)):
        click.echo(f"note: events of type {old!r} change nothing; meant is {rules.obsolete[old]}", err=True)
    counts_from = effect_day(rules, extra) if extra else day
    if counts_from is None:
        click.echo("note: the event has no effect yet: it has no disclosed_on", err=True)
    elif counts_from > day:
        click.echo(
            f"note: the event takes effect on {counts_from}, after {day}; use --as-of to see it", err=True
        )
