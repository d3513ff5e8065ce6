"""What a virtual trial came to: everything its outputs are made of, gathered once, in an order that never varies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pro_service.core.course import Event, replay
from pro_service.core.plan import Plan, plan
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.wording import Segments, segments
from pro_service.services.simulation.cohort.cohort import CohortPlan
from pro_service.services.simulation.report.ledger_check import Checked, check_ledger, together
from pro_service.services.simulation.world import RefusedFact, World
from pro_service.store.db import reading
from pro_service.store.queries import simulation as queries
from pro_service.store.queries.simulation import LedgerRow, RaisedAlert, SentMessage


@dataclass(frozen=True, kw_only=True)
class Findings:
    """One virtual trial at its end. `courses` are the facts the service holds; `sms_parts` counts parts by message."""

    study: str
    protocol: Protocol
    cohort: CohortPlan
    began_at: datetime
    until: datetime
    courses: Mapping[str, tuple[Event, ...]]
    phases: Mapping[str, str]
    ledger: tuple[LedgerRow, ...]
    outbox: tuple[SentMessage, ...]
    sms_parts: Mapping[str, int]
    sms_encodings: Counter[str]
    alerts: tuple[RaisedAlert, ...]
    inbox: Counter[str]
    refused: tuple[RefusedFact, ...]
    counts: Counter[str]
    checked: Checked

    def site_of(self, patient: str) -> str:
        return self.cohort.by_code[patient].patient.site.code

    @property
    def seed(self) -> int:
        return self.cohort.seed

    @property
    def sites(self) -> int:
        return len(self.cohort.sites)


def merged(parts: Sequence[Findings], cohort: CohortPlan) -> Findings:
    """The findings of a trial that was lived through in parts, each with some of the sites of `cohort`."""
    first = parts[0]
    if len(parts) == 1:
        return replace(first, cohort=cohort)
    courses = {code: events for part in parts for code, events in part.courses.items()}
    phases = {code: phase for part in parts for code, phase in part.phases.items()}
    return replace(
        first,
        cohort=cohort,
        courses={code: courses[code] for code in sorted(courses)},
        phases={code: phases[code] for code in sorted(phases)},
        ledger=tuple(sorted((row for part in parts for row in part.ledger), key=_by_patient)),
        outbox=tuple(sorted((m for part in parts for m in part.outbox), key=lambda m: m.created_at)),
        sms_parts={sid: count for part in parts for sid, count in part.sms_parts.items()},
        sms_encodings=sum((part.sms_encodings for part in parts), Counter()),
        alerts=tuple(sorted((a for part in parts for a in part.alerts), key=lambda a: a.raised_at)),
        inbox=sum((part.inbox for part in parts), Counter()),
        refused=tuple(each for part in parts for each in part.refused),
        counts=sum((part.counts for part in parts), Counter()),
        checked=together([part.checked for part in parts]),
    )


def _by_patient(row: LedgerRow) -> tuple[str, date, str]:
    return row.patient, row.due_on, row.key


def gather(world: World, *, began_at: datetime, until: datetime) -> Findings:
    """Read what the run has left in the database and at the carrier, and check the ledger against the plan."""
    with reading() as session:
        ledger = queries.ledger(session, world.study)
        outbox = queries.outbox(session, world.study)
        alerts = queries.alerts_after(session, 0)
        inbox = queries.inbox_outcomes(session)
        pinned = queries.pinned_protocols(session, world.study)
    texts = _texts(world)
    protocols = world.installation.catalogue.protocols
    courses = {code: tuple(world.recorded.get(code, ())) for code in sorted(pinned)}
    plans = {code: _plan(world, protocols[pinned[code]], code, courses[code], until) for code in courses}
    return Findings(
        study=world.study,
        protocol=world.protocol,
        cohort=world.plan,
        began_at=began_at,
        until=until,
        courses=courses,
        phases={code: replay(protocols[pinned[code]].course, courses[code]).phase for code in courses},
        ledger=ledger,
        outbox=outbox,
        sms_parts={sid: text.parts for sid, text in texts.items()},
        sms_encodings=Counter(str(text.encoding) for text in texts.values()),
        alerts=alerts,
        inbox=inbox,
        refused=tuple(world.refused),
        counts=world.counts,
        checked=check_ledger(ledger, plans),
    )


def _plan(world: World, protocol: Protocol, code: str, events: tuple[Event, ...], until: datetime) -> Plan:
    today = local_day(until, world.plan.by_code[code].patient.site.time_zone)
    return plan(protocol, events, as_of=today)


def _texts(world: World) -> Mapping[str, Segments]:
    """What each text took on the air that the carrier was given, by the carrier's id."""
    phones = world.carrier.phones()
    texts = (text for phone in phones for text in world.carrier.messages_of(phone))
    return {text.sid: segments(text.body) for text in texts if not text.from_phone}
