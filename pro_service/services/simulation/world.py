"""What a virtual trial runs with: the installation under test, the carrier, the people, their agenda and the clock."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from pro_service.core.course import Event
from pro_service.core.instrument import Instrument
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.gateways.simulated_carrier import Post, SimulatedCarrier
from pro_service.services.installation import Installation
from pro_service.services.simulation.agenda import Agenda, VirtualClock
from pro_service.services.simulation.cohort.answers import Sheet, read_sheet
from pro_service.services.simulation.cohort.cohort import CohortPlan, Life


@dataclass(frozen=True, kw_only=True)
class RefusedFact:
    """A fact the live service would not record, and its code for why."""

    patient: str
    type: str
    on: date
    code: str


@dataclass(kw_only=True)
class Phone:
    """A virtual patient's telephone: the links it has received, and whether its owner is filling in a form."""

    life: Life
    links: dict[str, int] = field(default_factory=dict)  # token -> how many texts brought it
    invitations_by_sms: int = 0
    busy: bool = False

    def occasion(self, token: str) -> str:
        """A name for a link that is the same in every run, whatever its secret."""
        return f"link-{list(self.links).index(token) + 1}"


@dataclass(kw_only=True)
class World:
    """One virtual trial while it runs. `post` carries the carrier's webhooks to the routes of the web process.

    `stirred`: may something be due sooner than the services said last? `outgoing`: is there a text to send at once?
    `alerted`: may there be new alerts? Asking is what costs time, so whoever acts says so. From `rest_from` on nurses
    leave alerts, and half of the patients leave texts; alerts raised from `follow_up_from` on are never closed.
    """

    installation: Installation
    study: str
    version: str
    plan: CohortPlan
    carrier: SimulatedCarrier
    post: Post
    clock: VirtualClock
    protocol_version: str = ""  # that of the trial, once it is open
    rest_from: datetime | None = None
    follow_up_from: datetime | None = None
    agenda: Agenda = field(default_factory=Agenda)
    recorded: dict[str, list[Event]] = field(default_factory=dict)
    refused: list[RefusedFact] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seen_texts: set[str] = field(default_factory=set)
    last_alert_id: int = 0
    stirred: bool = True
    outgoing: bool = False
    alerted: bool = False

    @cached_property
    def phones(self) -> Mapping[str, Phone]:
        return {life.patient.phone: Phone(life=life) for life in self.plan.lives}

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        return {code: read_sheet(instrument) for code, instrument in self.instruments.items()}

    @property
    def protocol(self) -> Protocol:
        """The version that new patients are pinned to."""
        return self.installation.catalogue.protocols[self.version]

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        return self.installation.catalogue.instruments

    @property
    def resting(self) -> bool:
        """Are these the last days of a trial that is left with work to do?"""
        return self.rest_from is not None and self.clock.now >= self.rest_from

    def follows_up(self, raised_at: datetime) -> bool:
        """Does whoever takes up an alert of this moment leave it open?"""
        return self.follow_up_from is not None and raised_at >= self.follow_up_from

    def day_of(self, life: Life) -> date:
        """The calendar day where the patient lives, now."""
        return local_day(self.clock.now, life.patient.site.time_zone)
