"""Archives an installation's data as text that outlives it, and brings an archive back to life in a blank one.

21 CFR 11.10(b) and (c): copies are complete, can be read by people, and keep their dynamic use through retention.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pro_service.core.definition import Problem
from pro_service.services.csv_table import InputError
from pro_service.services.exports.manifest import code_version
from pro_service.services.installation import Installation
from pro_service.store.archive.lines import is_empty, lines, tables
from pro_service.store.archive.loading import (
    FILLED_BY_ITSELF,
    clear,
    go_on_counting,
    load,
    may_load,
    without_triggers,
)
from pro_service.store.db import MIGRATIONS, reading, transaction
from pro_service.store.queries.dataset import hold_still
from pro_service.store.signing import Verifier, verifier_from

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
FORMAT = "pro_service archive"
FORMAT_VERSION = 1
DEFINITIONS = "definitions"


@dataclass(frozen=True, kw_only=True)
class Archived:
    """What was written or read: rows by table, and the id of the key that signed the archive."""

    rows: Mapping[str, int]
    key_id: str


def dump() -> Iterator[bytes]:
    """Every row of the database as one text: the same for the same data, on every database."""
    with reading() as session:
        hold_still(session)
        for table in tables():
            yield f"-- {table.name}\n".encode()
            yield from lines(session, table)


def export_archive(installation: Installation, *, out: Path, definitions: Path) -> Archived:
    """Write an archive into the folder `out`, which appears complete or not at all. InputError if it is there.

    `definitions` is the folder of protocols and instruments: rows name them by version, so they go with the rows.
    """
    if out.exists():
        raise InputError([Problem(place=str(out), message="is there already", cure="name a new folder")])
    work = out.with_name(f".{out.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    try:
        (work / "tables").mkdir(parents=True)
        shutil.copytree(definitions, work / DEFINITIONS, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        rows = _write_tables(work / "tables")
        _write_manifest(installation, work, rows)
        _to_the_disk(work)
        work.rename(out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return Archived(rows=rows, key_id=installation.signer.key_id)


def import_archive(*, source: Path, verifier: Verifier | None = None) -> Archived:
    """Put an archive into this database, wholly or not at all.

    InputError, and nothing is changed, if a file is not what the manifest says, the manifest is not signed (with the
    key of `verifier`, or without one with the key it names), the schema is another one, the database holds anything, or
    its tables belong to another role: only their owner can set triggers aside.
    """
    manifest = _checked(source, verifier)
    with transaction() as session:
        taken = [
            table.name
            for table in tables()
            if table.name not in FILLED_BY_ITSELF and not is_empty(session, table)
        ]
        if taken:
            raise _refused("the database", f"is not blank ({', '.join(taken[:3])})", "make a new one")
        if not may_load(session):
            raise _refused(
                "the database",
                "belongs to another role",
                "name its owner in PRO_DATABASE_URL for this one command",
            )
        rows = {}
        with without_triggers(session):
            clear(session)
            for table in tables():
                try:
                    rows[table.name] = load(session, table, source / "tables" / f"{table.name}.jsonl")
                except ValueError as error:
                    raise _refused(table.name, str(error), "take the archive as it was written") from error
                go_on_counting(session, table)
    return Archived(rows=rows, key_id=manifest["key_id"])


def _write_tables(folder: Path) -> Mapping[str, int]:
    rows = {}
    with reading() as session:
        hold_still(session)
        for table in tables():
            count = 0
            with (folder / f"{table.name}.jsonl").open("xb") as file:
                for line in lines(session, table):
                    file.write(line)
                    count += 1
            rows[table.name] = count
    return rows


def _write_manifest(installation: Installation, folder: Path, rows: Mapping[str, int]) -> None:
    catalogue, signer = installation.catalogue, installation.signer
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "code_version": code_version(),
        "schema": _schema(),
        "protocols": sorted(catalogue.protocols),
        "instruments": {code: each.version for code, each in sorted(catalogue.instruments.items())},
        "scoring_rule_version": installation.rule_version,
        "master_key_ids": sorted(installation.keys.masters),
        "key_id": signer.key_id,
        "public_key": signer.verifier.text,
        "rows": dict(rows),
        "files": {name: _sha256(folder / name) for name in _names(folder)},
    }
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(signer.sign(content))


def _checked(source: Path, verifier: Verifier | None) -> Mapping[str, Any]:
    manifest = _signed(source, verifier)
    if manifest["schema"] != _schema():
        message = f"is of schema {manifest['schema']}, and this database has {_schema()}"
        raise _refused(MANIFEST, message, "use the program it was written by, then upgrade")
    files: Mapping[str, str] = manifest["files"]
    if set(_names(source)) - {MANIFEST, SIGNATURE} != set(files):
        raise _refused(
            str(source), "has not the files that its manifest lists", "take the archive as it was written"
        )
    for name, sha256 in files.items():
        if _sha256(source / name) != sha256:
            raise _refused(name, "is not the file that was archived", "take the archive as it was written")
    return manifest


def _signed(source: Path, verifier: Verifier | None) -> Mapping[str, Any]:
    try:
        content, signature = (source / MANIFEST).read_bytes(), (source / SIGNATURE).read_bytes()
        manifest: Mapping[str, Any] = json.loads(content)
        by = verifier or verifier_from(manifest["public_key"])
        known = manifest["format"] == FORMAT and manifest["format_version"] == FORMAT_VERSION
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(str(source), "is no archive", "name the folder that the export wrote") from error
    if not known or not by.verifies(content, signature):
        message = f"is not signed with the key {by.key_id}"
        raise _refused(MANIFEST, message, "take the archive as it was written, or name its public key")
    return manifest


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _schema() -> str:
    return (MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()


def _to_the_disk(folder: Path) -> None:
    for path in (*sorted(folder.rglob("*")), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refused(place: str, message: str, cure: str) -> InputError:
    return InputError([Problem(place=place, message=message, cure=cure)])
