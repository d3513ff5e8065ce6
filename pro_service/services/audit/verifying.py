"""Walks the whole trail: every link and entry, the triggers, the rows they tell of, and the anchors outside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pro_service.core.audit.chain import Link
from pro_service.core.audit.verifying import Fault, first_bad, link_faults, members
from pro_service.services.audit.anchors import anchor_faults
from pro_service.services.audit.chaining import chain
from pro_service.services.installation import Installation
from pro_service.store.acting import acting_for, system
from pro_service.store.db import Session, reading
from pro_service.store.queries import audit_chain
from pro_service.store.queries.dataset import hold_still
from pro_service.store.signing import Verifier

#: So many faults are told; one is enough to know.
TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was walked and what was found. `pending` entries were committed after the walk had chained the others."""

    entries: int
    links: int
    pending: int
    anchors: int
    faults: tuple[Fault, ...]
    more_faults: int

    @property
    def sound(self) -> bool:
        return not self.faults

    @property
    def first_bad(self) -> int | None:
        """The lowest number of an entry that something is wrong with; None if nothing, or nothing that has one."""
        return first_bad(self.faults)


def verify(
    installation: Installation, *, anchors: Path | None = None, verifier: Verifier | None = None
) -> Verified:
    """Check the trail against itself, its tables and its anchors (by default those of the installation).

    It reads everything once, as a stream, in one view of the database.
    """
    chain()
    with acting_for(system("system:trail")), reading() as session:
        hold_still(session)
        return verified(
            session, folder=anchors or installation.anchors, verifier=verifier or installation.signer.verifier
        )


def verified(session: Session, *, folder: Path | None, verifier: Verifier) -> Verified:
    """As `verify`, in a view that is open already."""
    entries, pending = audit_chain.counts(session)
    links, faults = 0, _Found()
    for link, found in _walk(session):
        links = link.n
        faults.extend(found)
    faults.extend(_unchained(session))
    anchored = _check_anchors(session, folder, verifier, faults)
    faults.extend(audit_chain.trigger_faults(session))
    faults.extend(audit_chain.row_faults(session))
    return Verified(
        entries=entries,
        links=links,
        pending=pending,
        anchors=anchored,
        faults=tuple(faults.kept),
        more_faults=faults.more,
    )


class _Found:
    """The faults with the lowest numbers, and how many more there are."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.more = 0

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.kept.append(fault)
            if len(self.kept) > TOLD:
                self.kept.sort(key=lambda one: (one.seq is None, one.seq or 0))
                self.kept.pop()
                self.more += 1


def _walk(session: Session) -> Iterator[tuple[Link, Iterable[Fault]]]:
    before: Link | None = None
    for link in list_links(session):
        own = members(link)
        entries = audit_chain.entries_between(session, own[0], own[-1]) if own else iter(())
        yield link, link_faults(before, link, entries)
        before = link


def list_links(session: Session) -> Iterator[Link]:
    """Every link, one at a time, so that the entries of each can be read in between."""
    n = 0
    while (link := audit_chain.next_link(session, after=n)) is not None:
        yield link
        n = link.n


def _unchained(session: Session) -> Iterator[Fault]:
    """Entries that no link holds and that do not wait for one: somebody put them there."""
    chained = sorted(_spans(session))
    place = 0
    for number in audit_chain.numbers(session):
        while place < len(chained) and chained[place][1] < number:
            place += 1
        if place == len(chained) or number < chained[place][0]:
            yield Fault(code="entry_unchained", message="the entry belongs to no link", seq=number)


def _spans(session: Session) -> Iterator[tuple[int, int]]:
    """The ranges of all links: few, since entries are chained nearly in their order."""
    for entries in audit_chain.link_ranges(session):
        for part in entries.split(","):
            low, _, high = part.partition("-")
            if low.isdecimal():
                yield int(low), int(high) if high.isdecimal() else int(low)


def _check_anchors(session: Session, folder: Path | None, verifier: Verifier, faults: _Found) -> int:
    if folder is None:
        return 0
    count = 0
    for fault in anchor_faults(session, folder, verifier):
        count += 1
        faults.extend([fault] if fault else [])
    return count
