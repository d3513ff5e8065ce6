"""What pages, programs and commands show alike of fresh facts: empty plans, statuses to check, lags, wrong sendings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pro_service.core.freshness import LagSummary, is_stale, recording_lag, summarise
from pro_service.core.plan import Unplanned, explain_unplanned, sent_in_error, unplanned
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.queries import freshness
from pro_service.store.queries.freshness import PatientState, SentForm

WRONG_FOR_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class UnplannedPatient:
    """A patient without a plan, and why by language."""

    patient: PatientState
    why: Unplanned
    sentence: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StaleStatus:
    """A patient whose status is to be checked before the next assessment goes out."""

    patient: PatientState
    known_on: date
    age_days: int
    next_key: str
    next_due_on: date


@dataclass(frozen=True, kw_only=True)
class Lags:
    """From a fact's day of effect to its recording: of each site by code, and of the whole study."""

    sites: Mapping[str, LagSummary]
    study: LagSummary


def unplanned_patients(
    session: Session, installation: Installation, site_ids: Sequence[int], *, now: datetime
) -> tuple[UnplannedPatient, ...]:
    """Patients of these sites whose plan holds nothing although their course has not ended; by code."""
    patients = freshness.without_plan(session, site_ids)
    events = freshness.standing_events(session, [patient.id for patient in patients])
    found = []
    for patient in patients:
        protocol = _protocol(installation, patient)
        why = unplanned(protocol, events[patient.id], as_of=local_day(now, patient.time_zone))
        if why is not None:
            found.append(UnplannedPatient(patient=patient, why=why, sentence=in_words(why, protocol)))
    return tuple(found)


def stale_statuses(
    session: Session, installation: Installation, site_ids: Sequence[int], *, days: int, now: datetime
) -> tuple[StaleStatus, ...]:
    """Patients of whom an assessment is open or due within `days`, and whose status is stale; the oldest first."""
    by = now.date() + timedelta(days=days)
    statuses = [_status(one, now) for one in freshness.statuses(session, site_ids, by=by)]
    stale = [one for one in statuses if is_stale(_protocol(installation, one.patient).course, one.age_days)]
    return tuple(sorted(stale, key=lambda one: (-one.age_days, one.patient.code)))


def sent_on_wrong_status(
    session: Session, installation: Installation, site_ids: Sequence[int], *, now: datetime
) -> tuple[SentForm, ...]:
    """Assessments that went out although the facts of that day, as known now, did not ask for them; newest first.

    Those of the last `WRONG_FOR_DAYS`: a list that never gets shorter is not read. The export has them all.
    """
    since = now - timedelta(days=WRONG_FOR_DAYS)
    forms = freshness.sent_and_unexpected(session, site_ids, since=since)
    events = freshness.standing_events(session, [form.patient.id for form in forms])
    return tuple(
        form
        for form in forms
        if sent_in_error(
            _protocol(installation, form.patient),
            events[form.patient.id],
            form.key,
            sent_on=local_day(form.opened_at, form.patient.time_zone),
        )
    )


def lags(session: Session, installation: Installation, study_id: int, *, late_after: int) -> Lags:
    """The lags of every fact of the study that stands; facts without effect have none."""
    by_site: dict[str, list[int]] = defaultdict(list)
    for fact in freshness.recorded_facts(session, study_id):
        rules = installation.catalogue.protocols[fact.protocol_version].course
        lag = recording_lag(rules, fact.event, recorded_on=local_day(fact.recorded_at, fact.time_zone))
        if lag is not None:
            by_site[fact.site_code].append(lag)
    return Lags(
        sites={code: summarise(each, late_after=late_after) for code, each in sorted(by_site.items())},
        study=summarise([lag for each in by_site.values() for lag in each], late_after=late_after),
    )


def figures(summary: LagSummary) -> dict[str, int | float | None]:
    """The figures of a summary by name."""
    return {
        "facts": summary.facts,
        "median_days": summary.median,
        "p90_days": summary.p90,
        "late_after_days": summary.late_after,
        "late": summary.late,
        "share_late": summary.share_late,
    }


def in_words(why: Unplanned, protocol: Protocol) -> Mapping[str, str]:
    """Why nothing is planned, by language."""
    return {language: explain_unplanned(why, language, rules=protocol.course) for language in ("fr", "en")}


def _protocol(installation: Installation, patient: PatientState) -> Protocol:
    return installation.catalogue.protocols[patient.protocol_version]


def _status(one: freshness.StatusKnown, now: datetime) -> StaleStatus:
    zone = one.patient.time_zone
    known_on = local_day(one.known_at, zone)
    return StaleStatus(
        patient=one.patient,
        known_on=known_on,
        age_days=(local_day(now, zone) - known_on).days,
        next_key=one.next_key,
        next_due_on=one.next_due_on,
    )
