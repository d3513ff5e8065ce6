"""One way to write values as bytes, the same on every machine and database: what hashes and archives rest on."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pro_service.core.evidence import Part


def canonical(value: Any) -> bytes:
    """JSON (RFC 8259) in UTF-8 with sorted names and no space; instants in UTC, bytes in base64."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    ).encode()


def part_of(rows: Iterable[Mapping[str, Any]]) -> Part:
    """The SHA-256 over the rows in canonical form, one a line, in their order."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(canonical(dict(row)) + b"\n")
        count += 1
    return Part(sha256=digest.hexdigest(), rows=count)


def sha256_of(parts: Mapping[str, Part]) -> str:
    """One SHA-256 for a record of several parts."""
    return hashlib.sha256(canonical(parts_as_json(parts))).hexdigest()


def parts_as_json(parts: Mapping[str, Part]) -> dict[str, dict[str, Any]]:
    return {name: {"sha256": part.sha256, "rows": part.rows} for name, part in parts.items()}


def parts_from(stored: Mapping[str, Any]) -> dict[str, Part]:
    return {name: Part(sha256=part["sha256"], rows=part["rows"]) for name, part in stored.items()}


def instant(value: datetime) -> str:
    """In UTC, to the microsecond, with a Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no canonical form")
