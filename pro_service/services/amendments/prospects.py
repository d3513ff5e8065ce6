"""What a change of version comes to for one patient: decided in one place for the preview and for the deed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from pro_service.core.course import Event
from pro_service.core.lifecycle import ANSWERABLE
from pro_service.core.plan import AmendedSlot, Amendment, ChangeKind, Existing, Plan, amend, live_plan
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.refusals import InvalidError
from pro_service.store.models import Patient


class Outcome(StrEnum):
    """What becomes of a patient."""

    MOVES = "moves"
    ALREADY = "already"  # has this version: nobody is moved twice
    ENDED = "ended"  # the course has ended: nothing is expected, and nothing changes
    AWAITS_CONSENT = "awaits_consent"
    REFUSED = "refused"  # undoing alone: something was sent or answered since


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """One patient's part of a change of version. `running`: keys of assessments that can be answered now.

    `why` says in English what stands in the way, if something does.
    """

    patient: str
    site: str
    from_version: str
    to_version: str
    outcome: Outcome
    slots: tuple[AmendedSlot, ...] = ()
    running: tuple[str, ...] = ()
    why: str = ""

    @property
    def summary(self) -> Mapping[str, list[str]]:
        """Keys by what happens to them."""
        kinds = {slot.key: slot.change for slot in self.slots}
        return {kind.value: [key for key, each in kinds.items() if each is kind] for kind in ChangeKind}


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A prospect, and what carrying it out needs: the changes, and the plan that is wanted afterwards."""

    prospect: Prospect
    amendment: Amendment
    wanted: Plan


def decide(
    installation: Installation,
    *,
    patient: Patient,
    site: str,
    existing: Sequence[Existing],
    events: Sequence[Event],
    version: str,
    consented_on: date | None,
    now: datetime,
) -> Prospect | Decided:
    """What moving the patient to `version` would change today; a Prospect alone where the patient does not move."""
    protocols = installation.catalogue.protocols
    of_patient = partial(
        Prospect,
        patient=patient.code,
        site=site,
        from_version=patient.protocol_version,
        to_version=version,
    )
    stays = _stays(patient, protocols[version], events, consented_on, local_day(now, patient.time_zone))
    if stays is not None:
        return of_patient(outcome=stays, why=_WHY[stays])
    today = local_day(now, patient.time_zone)
    before = live_plan(
        version_of(installation, patient=patient, version=patient.protocol_version), events, as_of=today
    )
    wanted = live_plan(protocols[version], events, as_of=today)
    amendment = amend(before, wanted, existing, today=today, version=version)
    running = tuple(each.key for each in existing if each.state in ANSWERABLE)
    prospect = of_patient(outcome=Outcome.MOVES, slots=amendment.slots, running=running)
    return Decided(prospect=prospect, amendment=amendment, wanted=wanted)


def version_of(installation: Installation, *, patient: Patient, version: str) -> Protocol:
    """A version that the patient has or had; InvalidError if it has no definition here."""
    found = installation.catalogue.protocols.get(version)
    if found is None:
        raise InvalidError(
            "unknown_version",
            fr=f"Le protocole {version} suivi par {patient.code} n'est pas défini ici.",
            en=f"{patient.code} follows or followed protocol {version}, which is not defined here.",
        )
    return found


_WHY: Mapping[Outcome, str] = {
    Outcome.ALREADY: "has this version already",
    Outcome.ENDED: "the course has ended; nothing is expected any more",
    Outcome.AWAITS_CONSENT: "this version asks for a consent that is not on record",
}


def _stays(
    patient: Patient,
    protocol: Protocol,
    events: Iterable[Event],
    consented_on: date | None,
    today: date,
) -> Outcome | None:
    if patient.protocol_version == protocol.version:
        return Outcome.ALREADY
    if patient.ended_on is not None:
        return Outcome.ENDED
    needed = protocol.consent_event
    if needed is None or consented_on is not None:
        return None
    signed = any(event.type == needed and event.on <= today for event in events)
    return None if signed else Outcome.AWAITS_CONSENT
