"""Anchors: signed statements of how far the trail had come and what its hash was, in a file outside the database.

Whoever rewrites the whole chain cannot sign it anew; whoever cuts its end cannot take back what was written down.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pro_service.core.audit.verifying import Fault, members
from pro_service.services.audit.chaining import chain
from pro_service.services.installation import Installation
from pro_service.store.acting import acting_for, system
from pro_service.store.db import Session, reading
from pro_service.store.queries import audit_chain
from pro_service.store.records import audit
from pro_service.store.signing import Signer, Verifier

FILE = "anchors.jsonl"
EVERY = timedelta(hours=1)
_TAIL = 4_096  # bytes: more than one line


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One line of the file. `hash` is that of link `n`, hexadecimal; `entries` how many the trail had."""

    n: int
    hash: str
    entries: int
    at: str
    key_id: str
    signature: str

    @property
    def content(self) -> bytes:
        """What is signed."""
        return f"anchor|{self.n}|{self.hash}|{self.entries}|{self.at}|{self.key_id}".encode()


def anchor_if_due(installation: Installation, *, now: datetime) -> bool:
    """Anchor the trail if it went on since the last anchor and an hour has passed; was there one to write?"""
    folder = installation.anchors
    if folder is None:
        return False
    last = last_anchor(folder)
    if last is not None and now - datetime.fromisoformat(last.at) < EVERY:
        return False
    return anchor(installation, now=now)


def anchor(installation: Installation, *, now: datetime) -> bool:
    """Chain what is committed and anchor it, unless the last anchor says the same already."""
    folder = installation.anchors
    if folder is None:
        return False
    chain()
    with acting_for(system("system:trail")), reading() as session:
        link, entries = audit.last_link(session), audit_chain.counts(session)[0]
    last = last_anchor(folder)
    if link is None or (last is not None and last.n == link.n):
        return False
    _append(
        folder,
        _signed(installation.signer, n=link.n, hash_=link.hash.hex(), entries=entries, at=now.isoformat()),
    )
    return True


def anchors_in(folder: Path) -> Iterator[Anchor | int]:
    """Every anchor of a folder, in their order; the number of a line that is none."""
    file = folder / FILE
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            yield _read(line) or number


def last_anchor(folder: Path) -> Anchor | None:
    """The newest one, without reading the whole file."""
    file = folder / FILE
    if not file.is_file():
        return None
    with file.open("rb") as lines:
        lines.seek(max(0, file.stat().st_size - _TAIL))
        tail = lines.read().decode(errors="replace").splitlines()
    return _read(tail[-1]) if tail else None


def anchor_faults(session: Session, folder: Path, verifier: Verifier) -> Iterator[Fault | None]:
    """For each anchor what is wrong with it, or None."""
    held = 0  # the last link that an anchor holds: what is wrong begins behind it
    for one in anchors_in(folder):
        if isinstance(one, int):
            yield Fault(code="anchor_unread", message=f"line {one} of {FILE} is no anchor")
        elif not verifier.verifies(one.content, _bytes(one.signature)):
            yield Fault(
                code="anchor_forged", message=f"the anchor of link {one.n} is not signed with this key"
            )
        elif (fault := _against_chain(session, one, held)) is not None:
            yield fault
        else:
            held = one.n
            yield None


def _against_chain(session: Session, one: Anchor, held: int) -> Fault | None:
    link = audit_chain.link_numbered(session, one.n)
    if link is None:
        last = audit.last_link(session)
        seq = (max(members(last), default=0) if last else 0) + 1
        return Fault(code="tail_cut", message=f"link {one.n}, anchored at {one.at}, is gone", seq=seq)
    if link.hash.hex() != one.hash:
        behind = audit_chain.next_link(session, after=held)
        seq = next(iter(members(behind or link)), 0)
        return Fault(code="rechained", message=f"link {one.n} is not the one anchored at {one.at}", seq=seq)
    return None


def _signed(signer: Signer, *, n: int, hash_: str, entries: int, at: str) -> Anchor:
    bare = Anchor(n=n, hash=hash_, entries=entries, at=at, key_id=signer.key_id, signature="")
    return Anchor(
        n=n, hash=hash_, entries=entries, at=at, key_id=bare.key_id, signature=signer.sign(bare.content).hex()
    )


def _append(folder: Path, one: Anchor) -> None:
    """Add a line, on the disk before this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps(one.__dict__, sort_keys=True) + "\n"
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _read(line: str) -> Anchor | None:
    try:
        found = json.loads(line)
        return Anchor(**{**found, "n": int(found["n"]), "entries": int(found["entries"])})
    except (ValueError, TypeError, KeyError):
        return None


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
