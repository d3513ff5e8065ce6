"""The manifest of an export: what it is of, by which code, and the fingerprint of every file."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pro_service.core.dataset import Definition
from pro_service.core.dataset.stored import StoredWording
from pro_service.core.instrument import Instrument

MANIFEST = "manifest.json"
FORMAT = "pro_service export"
#: Goes up when a reader of earlier exports would have to change.
FORMAT_VERSION = 1

_PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def write_manifest(
    folder: Path,
    *,
    definition: Definition,
    formats: tuple[str, ...],
    cut_off: datetime,
    rule_version: str,
    wordings: Sequence[StoredWording],
    rows: Mapping[str, int],
) -> None:
    """Describe every file of the folder; `rows` are the row counts of those that have rows.

    `wordings` are those that the study's responses were asked in.
    """
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "study": definition.study,
        "cut_off": cut_off.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "code_version": code_version(),
        "formats": list(formats),
        "protocols": [_protocol(definition, place) for place in range(len(definition.protocols))],
        "instruments": [_instrument(each, wordings) for each in definition.instruments],
        "scoring_rule_version": rule_version,
        "files": list(_files(folder, rows)),
    }
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def code_version() -> str:
    """The version of this code, as the project file says."""
    version: str = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    return version


def _protocol(definition: Definition, place: int) -> Mapping[str, Any]:
    protocol = definition.protocols[place]
    return {
        "version": protocol.version,
        "status": protocol.status,
        "current": place == 0,
        "value_set": protocol.answering.value_set,
        "hads_missing": protocol.answering.hads_missing,
    }


def _instrument(instrument: Instrument, wordings: Sequence[StoredWording]) -> Mapping[str, Any]:
    """An instrument, and the wordings by language that the study's responses to it were asked in.

    A response without a hash was asked in our placeholder labels, as in the demonstration.
    """
    plain = ("code", "version", "status")
    asked = [
        {
            "language": each.language,
            "wording_hash": each.wording_hash,
            "placeholder": each.wording_hash is None,
            "responses": each.responses,
        }
        for each in wordings
        if each.instrument == instrument.code
    ]
    imported = bool(asked) and not any(each["placeholder"] for each in asked)
    described = {name: getattr(instrument, name) for name in plain}
    return described | {"wording": "licensed" if imported else instrument.wording, "wordings": asked}


def _files(folder: Path, rows: Mapping[str, int]) -> Iterator[Mapping[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            yield {"name": name, "rows": rows.get(name), "bytes": path.stat().st_size, "sha256": digest}
