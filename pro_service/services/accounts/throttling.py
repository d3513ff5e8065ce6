"""Makes whoever guesses wait: by account, by source, all together; never where the account's owner usually is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pro_service.core.throttle import ACCOUNT, EVERYBODY, SOURCE, Counter, Limit, charged, waits_until
from pro_service.services.installation import Installation
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import LoginThrottle
from pro_service.store.records import accounts

#: A counter nobody added to for a day is forgotten, and with it the names that were made up.
_KEPT = timedelta(days=1)


class TooManyTriesError(Exception):
    """This account has to wait after several failures; `retry_at` says until when."""

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__("too many failed log-ins")


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What a try was charged to: `own` is forgiven by a success, one try of `shared` is given back."""

    own: str
    shared: tuple[str, ...] = ()


def pay(
    session: Session,
    installation: Installation,
    *,
    login: str,
    address: str,
    staff_id: int | None,
    now: datetime,
) -> Paid:
    """Charge one try before it is looked at. TooManyTriesError, which ends the use case, during a wait.

    An account that was used from `address` before has a counter of its own for it: whatever others do elsewhere, its
    owner waits for nothing but their own mistakes.
    """
    source = source_hash(installation, address=address)
    if staff_id is not None and accounts.knows_source(session, staff_id=staff_id, source_hash=source):
        paid = Paid(own=_key(installation, f"known:{login}:{source}"))
    else:
        everybody = (_key(installation, f"source:{source}"), _key(installation, "everybody"))
        own = _key(installation, f"account:{login}")
        paid = Paid(own=own, shared=everybody if address else ())
    limits = dict(zip((paid.own, *paid.shared), (ACCOUNT, SOURCE, EVERYBODY), strict=False))
    for key in sorted(limits):  # always in one order, or two tries could wait for each other
        _charge(accounts.throttle(session, key, now=now), limits[key], now=now)
    return paid


def forgive(session: Session, paid: Paid, *, now: datetime) -> None:
    """The try was right."""
    for key in sorted((paid.own, *paid.shared)):
        row = accounts.throttle(session, key, now=now)
        row.failures = 0 if key == paid.own else max(0, row.failures - 1)
        row.retry_at = None


def source_hash(installation: Installation, *, address: str) -> str:
    """By which an address is known again: keyed, so that the table does not tell where people are."""
    return installation.keys.index("source", address).hex()


def tidy(*, now: datetime) -> int:
    """Forget counters that are a day old; how many there were."""
    before = now - _KEPT
    with reading() as session:
        if not accounts.old_throttles(session, before=before):
            return 0
    with transaction() as session:
        return accounts.forget_throttles(session, before=before)


def _charge(row: LoginThrottle, limit: Limit, *, now: datetime) -> None:
    counter = Counter(failures=row.failures, retry_at=row.retry_at, since=row.since)
    until = waits_until(counter, now=now)
    if until is not None:
        raise TooManyTriesError(until)
    after = charged(counter, limit, now=now)
    row.failures, row.retry_at, row.since, row.last_at = after.failures, after.retry_at, after.since, now


def _key(installation: Installation, text: str) -> str:
    return installation.keys.index("throttle", text).hex()
