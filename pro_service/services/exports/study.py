"""Exports a study: one view of the database, every table in every format asked for, and what explains them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from pro_service.core.dataset import (
    DICTIONARY,
    Definition,
    Row,
    Table,
    dictionary_page,
    dictionary_rows,
)
from pro_service.core.definition import Problem
from pro_service.services.audit.anchors import anchor
from pro_service.services.audit.verifying import verify
from pro_service.services.exports.contents import Contents
from pro_service.services.exports.folder import folder_problems, replacing
from pro_service.services.exports.formats import FORMATS, CsvFiles, Format, format_problems
from pro_service.services.exports.manifest import write_manifest
from pro_service.services.exports.refusals import ExportError
from pro_service.services.installation import Installation
from pro_service.store.catalogue import Catalogue
from pro_service.store.db import Session, reading
from pro_service.store.queries import dataset

_BATCH = 2_000
_REPORT_EVERY = 50  # batches

#: Told the table and its rows so far, now and then and at its end.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A complete export: where it is, of which cut-off, the rows of each file, and how many problems it lists."""

    folder: Path
    cut_off: datetime
    rows: Mapping[str, int]
    problems: int


def export_study(
    installation: Installation,
    *,
    study: str,
    out: Path,
    formats: Sequence[str] = ("csv",),
    cut_off: datetime | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write an export of the study into the folder `out`, in place of an earlier export if there is one.

    `cut_off` is the instant as of which phases and expectations are told: by default the newest instant stored, so
    that data that did not change give the same bytes. It cannot lie before that, since the past is not rebuilt.
    Raises ExportError; then `out` is as it was.
    """
    problems = [*format_problems(formats), *folder_problems(out), *_unsound(installation)]
    anchor(installation)
    with reading() as session:
        dataset.hold_still(session)
        contents = _contents(session, installation, study, cut_off, problems)
        with replacing(out) as folder:
            rows = _write(contents, folder, tuple(dict.fromkeys(formats)), progress)
    return Exported(folder=out, cut_off=contents.cut_off, rows=rows, problems=len(contents.oddities))


def _contents(
    session: Session,
    installation: Installation,
    code: str,
    cut_off: datetime | None,
    problems: Sequence[Problem],
) -> Contents:
    """What there is to export, unless there is a problem with that or was one before."""
    found = dataset.study(session, code)
    if found is None:
        raise ExportError([*problems, _no_study(session, code)])
    newest = dataset.newest_instant(session, found.id)
    problems = [*problems, *_wrong_cut_off(cut_off, newest), *_undefined(found, installation.catalogue)]
    if problems:
        raise ExportError(problems)
    return Contents(
        session=session,
        catalogue=installation.catalogue,
        rule_version=installation.rule_version,
        study=found,
        cut_off=cut_off or newest,
    )


def _write(
    contents: Contents, folder: Path, formats: tuple[str, ...], progress: Progress | None
) -> Mapping[str, int]:
    rows: dict[str, int] = {}
    with ExitStack() as stack:
        writers = [stack.enter_context(FORMATS[name](folder)) for name in formats]
        for table, content in contents.tables():
            rows |= _write_table(writers, table, content, progress)
        definition = contents.definition()
        for writer in writers:
            writer.finish(definition)
    rows |= _write_dictionary(folder, definition)
    write_manifest(
        folder,
        definition=definition,
        formats=formats,
        cut_off=contents.cut_off,
        rule_version=contents.rule_version,
        wordings=contents.wordings(),
        rows=rows,
    )
    return rows


def _write_table(
    writers: Sequence[Format], table: Table, content: Iterator[Row], progress: Progress | None
) -> Mapping[str, int]:
    """The rows of each file that the table became."""
    for writer in writers:
        writer.begin(table)
    count = 0
    for number, batch in enumerate(_batches(content), start=1):
        count += len(batch)
        for writer in writers:
            writer.write(batch)
        if progress and number % _REPORT_EVERY == 0:
            progress(table.name, count)
    names = [name for writer in writers for name in writer.end()]
    if progress:
        progress(table.name, count)
    return dict.fromkeys(names, count)


def _write_dictionary(folder: Path, definition: Definition) -> Mapping[str, int]:
    """Whatever the formats, the dictionary is there for people: as a page and as CSV."""
    (folder / f"{DICTIONARY.name}.html").write_text(
        dictionary_page(definition), encoding="utf-8", newline="\n"
    )
    with CsvFiles(folder) as files:
        return _write_table((files,), DICTIONARY, dictionary_rows(definition), None)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _no_study(session: Session, code: str) -> Problem:
    known = dataset.study_codes(session)
    cure = f"use one of {', '.join(known)}" if known else "create it first"
    return Problem(place=code, message="is no study here", cure=cure)


def _wrong_cut_off(cut_off: datetime | None, newest: datetime) -> list[Problem]:
    if cut_off is None or cut_off >= newest:
        return []
    last = newest.astimezone(UTC).isoformat()
    cure = f"leave it out, or name {last} or later"
    message = "lies before the newest entry, and the past is not rebuilt"
    return [Problem(place="--cut-off", message=message, cure=cure)]


def _unsound(installation: Installation) -> list[Problem]:
    """Data whose trail does not hold are no evidence: none of them leave. No table of contacts is read for that."""
    found = verify(installation, against_rows=False)
    if found.sound:
        return []
    first = f", first at entry {found.first_bad}" if found.first_bad else ""
    message = f"does not hold ({len(found.faults) + found.more_faults} faults{first}), so nothing is exported"
    cure = "run `flask audit verify`, and have what it names explained before anything else"
    return [Problem(place="the audit trail", message=message, cure=cure)]


def _undefined(study: dataset.StudyFound, catalogue: Catalogue) -> list[Problem]:
    version = study.protocol_version
    if version in catalogue.protocols:
        return []
    cure = f"put {version}.toml into the protocols folder of the questionnaires"
    return [Problem(place=study.code, message=f"its protocol version {version} has no definition", cure=cure)]
