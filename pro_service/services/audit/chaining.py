"""Chains the entries of the trail that are committed: at every beat of the clock, and before anything rests on them."""

from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading, transaction
from pro_service.store.queries import audit_chain
from pro_service.store.records import audit

#: Entries of one link: so many digests are read and checked at once.
MOST = 2_000


def chain() -> int:
    """Chain everything that is committed; how many entries those were. Nothing is written if there are none."""
    with reading() as session:
        if not audit_chain.anything_pending(session):
            return 0
    chained = 0
    while True:
        with acting_for(system("system:trail")), transaction() as session:
            done = audit.chain_some(session, most=MOST)
        chained += done
        if done < MOST:
            return chained
