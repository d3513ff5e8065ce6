"""What a virtual trial came to: everything its outputs are made of, gathered once, in an order that never varies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pro_service.core.course import Event, replay
from pro_service.core.plan import Plan, plan
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.wording import segments
from pro_service.services.simulation.report.ledger_check import Checked, check_ledger
from pro_service.services.simulation.world import RefusedFact, World
from pro_service.store.db import reading
from pro_service.store.queries import simulation as queries
from pro_service.store.queries.simulation import LedgerRow, RaisedAlert, SentMessage


@dataclass(frozen=True, kw_only=True)
class Findings:
    """One virtual trial at its end. `courses` are the facts the service holds; `sms_parts` counts parts by message."""

    study: str
    protocol: Protocol
    seed: int
    sites: int
    began_at: datetime
    until: datetime
    courses: Mapping[str, tuple[Event, ...]]
    phases: Mapping[str, str]
    ledger: tuple[LedgerRow, ...]
    outbox: tuple[SentMessage, ...]
    sms_parts: Mapping[str, int]
    alerts: tuple[RaisedAlert, ...]
    inbox: Counter[str]
    refused: tuple[RefusedFact, ...]
    counts: Counter[str]
    checked: Checked


def gather(world: World, *, began_at: datetime, until: datetime) -> Findings:
    """Read what the run has left in the database and at the carrier, and check the ledger against the plan."""
    with reading() as session:
        ledger = queries.ledger(session, world.study)
        outbox = queries.outbox(session, world.study)
        alerts = queries.alerts_after(session, 0)
        inbox = queries.inbox_outcomes(session)
        pinned = queries.pinned_protocols(session, world.study)
    protocols = world.installation.catalogue.protocols
    courses = {code: tuple(world.recorded.get(code, ())) for code in sorted(pinned)}
    plans = {code: _plan(world, protocols[pinned[code]], code, courses[code], until) for code in courses}
    return Findings(
        study=world.study,
        protocol=protocols[next(iter(pinned.values()))] if pinned else next(iter(protocols.values())),
        seed=world.plan.seed,
        sites=len(world.plan.sites),
        began_at=began_at,
        until=until,
        courses=courses,
        phases={code: replay(protocols[pinned[code]].course, courses[code]).phase for code in courses},
        ledger=ledger,
        outbox=outbox,
        sms_parts=_sms_parts(world),
        alerts=alerts,
        inbox=inbox,
        refused=tuple(world.refused),
        counts=world.counts,
        checked=check_ledger(ledger, plans),
    )


def _plan(world: World, protocol: Protocol, code: str, events: tuple[Event, ...], until: datetime) -> Plan:
    today = local_day(until, world.plan.by_code[code].patient.site.time_zone)
    return plan(protocol, events, as_of=today)


def _sms_parts(world: World) -> Mapping[str, int]:
    """How many parts each text took that the carrier was given, by the carrier's id."""
    phones = world.carrier.phones()
    texts = (text for phone in phones for text in world.carrier.messages_of(phone))
    return {text.sid: segments(text.body).parts for text in texts if not text.from_phone}
