"""What is wrong with a trail: links that do not follow from one another, entries that are not what was chained."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pro_service.core.audit.chain import DIGEST, Entry, Link, digest, from_ranges, link_hash


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that cannot have happened by itself. `seq` is the number of the entry, where one can be named."""

    code: str
    message: str
    seq: int | None = None


def link_faults(before: Link | None, link: Link, entries: Iterable[Entry]) -> Iterator[Fault]:
    """What is wrong with one link; `entries` are those of its range, any order, with others' among them perhaps."""
    expected = _members(link)
    first = min(expected, default=None)
    if link.n != (before.n + 1 if before else 1):
        yield Fault(code="link_missing", message=f"the chain leaps to link {link.n}", seq=first)
    hashed = link_hash(before.hash if before else b"", n=link.n, entries=link.entries, digests=link.digests)
    if hashed != link.hash or len(link.digests) != DIGEST * len(expected):
        yield Fault(code="link_altered", message=f"link {link.n} is not what was chained", seq=first)
        return
    yield from _entry_faults(expected, entries)


def members(link: Link) -> list[int]:
    """The numbers of a link's entries; none if its list cannot be read."""
    return list(_members(link))


def _members(link: Link) -> Mapping[int, bytes]:
    """The digest of each entry of a link, by number."""
    try:
        numbers = list(from_ranges(link.entries))
    except ValueError:
        return {}
    parts = [link.digests[start : start + DIGEST] for start in range(0, len(link.digests), DIGEST)]
    return dict(zip(numbers, parts, strict=False))


def _entry_faults(expected: Mapping[int, bytes], entries: Iterable[Entry]) -> Iterator[Fault]:
    missing = set(expected)
    altered = []
    for entry in entries:
        if entry.seq in expected:
            missing.discard(entry.seq)
            if digest(entry) != expected[entry.seq]:
                altered.append(entry.seq)
    faults = [
        *(Fault(code="entry_altered", message="the entry was altered", seq=seq) for seq in altered),
        *(Fault(code="entry_missing", message="the entry is missing", seq=seq) for seq in missing),
    ]
    yield from sorted(faults, key=lambda fault: fault.seq or 0)


def first_bad(faults: Iterable[Fault]) -> int | None:
    """The lowest number of an entry that something is wrong with."""
    return min((fault.seq for fault in faults if fault.seq is not None), default=None)
