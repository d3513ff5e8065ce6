"""How entries are chained: the bytes of an entry, the digests of a link, and the hash that binds it to the one before.

A link covers a batch of entries and keeps the digest of each, so that an altered entry is named exactly. PostgreSQL
computes the same bytes in audit.chain (store.postgres.trail).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

DIGEST = 32  # bytes of a SHA-256
_RANGES = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the trail, as it is hashed. `changes` is its JSON text, byte for byte."""

    seq: int
    at: datetime
    tx: int
    table_name: str
    row_key: str
    patient_id: int | None
    site_id: int | None
    action: str
    changes: str
    actor: str
    role: str
    organisation: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link: the entries (as ranges), the digest of each, and the hash over all that and the link before."""

    n: int
    entries: str
    digests: bytes
    hash: bytes


def entry_bytes(entry: Entry) -> bytes:
    """An entry as it is hashed: each field with its length before it, so that no two entries give the same bytes."""
    fields = (
        str(entry.seq),
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        str(entry.tx),
        entry.table_name,
        entry.row_key,
        None if entry.patient_id is None else str(entry.patient_id),
        None if entry.site_id is None else str(entry.site_id),
        entry.action,
        entry.changes,
        entry.actor,
        entry.role,
        entry.organisation,
        entry.reason,
    )
    return b"".join(_part(field) for field in fields)


def digest(entry: Entry) -> bytes:
    return hashlib.sha256(entry_bytes(entry)).digest()


def link_hash(before: bytes, *, n: int, entries: str, digests: bytes) -> bytes:
    """The hash of link `n`; `before` is that of the link before it, empty for the first."""
    return hashlib.sha256(before + f"{n}|{entries}|".encode() + digests).digest()


def linked(before: Link | None, entries: Iterable[Entry]) -> Link:
    """The next link, over `entries` in the order of their numbers."""
    ordered = sorted(entries, key=lambda entry: entry.seq)
    n = before.n + 1 if before else 1
    listed = as_ranges(entry.seq for entry in ordered)
    digests = b"".join(digest(entry) for entry in ordered)
    hashed = link_hash(before.hash if before else b"", n=n, entries=listed, digests=digests)
    return Link(n=n, entries=listed, digests=digests, hash=hashed)


def as_ranges(numbers: Iterable[int]) -> str:
    """Rising numbers as ranges: 1, 2, 3, 7 is "1-3,7"."""
    runs = groupby(enumerate(numbers), key=lambda placed: placed[1] - placed[0])
    return ",".join(_range([number for _, number in run]) for _, run in runs)


def from_ranges(text: str) -> Iterator[int]:
    """The numbers of "1-3,7". ValueError if it is no list of ranges."""
    if not _RANGES.fullmatch(text):
        raise ValueError("not a list of ranges")
    for part in text.split(","):
        low, _, high = part.partition("-")
        yield from range(int(low), int(high or low) + 1)


def _range(run: list[int]) -> str:
    return f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0])


def _part(value: str | None) -> bytes:
    if value is None:
        return b"-,"
    encoded = value.encode()
    return b"%d:%b," % (len(encoded), encoded)
