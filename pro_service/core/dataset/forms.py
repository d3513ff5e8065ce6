"""The ledger of expected forms: every assessment there ever was, and the timepoints that never became one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pro_service.core.course import Event, told_before
from pro_service.core.dataset.codelists import MERGED, SERVICE_REASONS, SKIPPED
from pro_service.core.dataset.model import Row
from pro_service.core.dataset.oddities import Oddity
from pro_service.core.dataset.stored import StoredForm, StoredPatient
from pro_service.core.lifecycle import AssessmentState
from pro_service.core.plan import (
    Merged,
    Plan,
    ReasonCode,
    Skipped,
    Slot,
    explain,
    reason_from,
    reasons_for_absence,
    sent_in_error,
)
from pro_service.core.protocol import Protocol

_LANGUAGE = "en"
_PLACEHOLDER = "{n}"


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A patient's part of the ledger, by due date and key, and what is odd in it."""

    rows: tuple[Row, ...]
    oddities: tuple[Oddity, ...]


def ledger(
    patient: StoredPatient,
    forms: Sequence[StoredForm],
    *,
    plan: Plan | None,
    protocol: Protocol | None,
    cut_off: datetime,
    events: Sequence[Event] = (),
) -> Ledger:
    """`plan` is as known at the cut-off; None (with `protocol`) if the patient's protocol version is not known.

    `events` are the facts that stand, with the days on which results were told.
    """
    slots = {slot.key: slot for slot in plan.slots} if plan is not None else {}
    rows = [
        (
            form.due_on,
            form.key,
            _row(
                patient,
                form,
                protocol,
                cut_off,
                _answered(patient, form, slots.get(form.key), protocol, events),
                wrong=_wrong(patient, form, protocol, events),
            ),
        )
        for form in forms
    ]
    if plan is not None and protocol is not None:
        known = {form.key for form in forms}
        never: tuple[Merged | Skipped, ...] = (*plan.merged, *plan.skipped)
        absent = [each for each in never if each.key not in known]
        rows += [(each.due_on, each.key, _absent_row(patient, each, plan, protocol)) for each in absent]
    rows.sort(key=lambda entry: entry[:2])
    oddities = (*_odd_forms(forms), *_disagreements(patient, forms, plan))
    return Ledger(rows=tuple(row for _, _, row in rows), oddities=oddities)


def reason_in_words(stored: Mapping[str, Any], protocol: Protocol | None) -> str:
    """A stored reason as an English sentence; empty for a code that nobody knows (any more)."""
    code = str(stored.get("code", ""))
    if code in SERVICE_REASONS:
        return SERVICE_REASONS[code][_LANGUAGE]
    words = protocol.course.words.get(_LANGUAGE) if protocol is not None else None
    try:
        return explain(reason_from(stored), _LANGUAGE, words=words)
    except (KeyError, ValueError):
        return ""


def rule_of(protocol: Protocol, key: str) -> str:
    """The rule that gives timepoints of this key; empty if none does."""
    named = (rule.id for rule in protocol.rules for pattern in rule.key_patterns if _names(pattern, key))
    return next(named, "")


def _names(pattern: str, key: str) -> bool:
    before, found, after = pattern.partition(_PLACEHOLDER)
    if not found:
        return pattern == key
    number = key.removeprefix(before).removesuffix(after)
    return number.isdecimal() and key == f"{before}{number}{after}"


def _answered(
    patient: StoredPatient,
    form: StoredForm,
    slot: Slot | None,
    protocol: Protocol | None,
    events: Sequence[Event],
) -> tuple[bool | None, date | None]:
    """Was the last answer given inside the window, and after which day of telling? Nothing without an answer."""
    if form.last_answered_at is None:
        return None, None
    day = patient.day_of(form.last_answered_at)
    window = slot or form
    told = None
    if protocol is not None:
        told = told_before(protocol.course, events, open_on=form.open_on, answered_on=day)
    return window.open_on <= day <= window.close_on, told


def _wrong(
    patient: StoredPatient, form: StoredForm, protocol: Protocol | None, events: Sequence[Event]
) -> bool | None:
    """Was it put before its patient although the facts of that day did not ask for it? None if it never was."""
    if form.opened_at is None or protocol is None:
        return None
    sent_on = patient.day_of(form.opened_at)
    return not form.expected_now and sent_in_error(protocol, events, form.key, sent_on=sent_on)


def _row(
    patient: StoredPatient,
    form: StoredForm,
    protocol: Protocol | None,
    cut_off: datetime,
    answered: tuple[bool | None, date | None],
    *,
    wrong: bool | None,
) -> Row:
    reason = form.reason or {}
    return (
        patient.code,
        patient.site,
        form.key,
        form.rule,
        form.due_on,
        form.open_on,
        form.close_on,
        " ".join(form.instruments),
        form.state,
        str(reason.get("code", "")),
        reason_in_words(reason, protocol),
        str(reason.get("into", "")) if reason.get("code") == ReasonCode.MERGED else "",
        " ".join(form.stands_for),
        _expected_at_close(form, cut_off),
        form.expected_now,
        form.known_at,
        form.opened_at,
        form.begun_at,
        form.finished_at,
        _days_late(form, patient),
        *answered,
        form.provisional,
        form.messages_sent,
        form.messages_delivered,
        form.status_age_days,
        form.status_stale,
        wrong,
        form.missing_technical,
        form.missing_site,
    )


def _absent_row(patient: StoredPatient, entry: Merged | Skipped, plan: Plan, protocol: Protocol) -> Row:
    """A timepoint that is accounted for although no assessment of it ever was: no window, no messages."""
    reason = reasons_for_absence(plan)(entry.key)
    merged = isinstance(entry, Merged)
    head = (patient.code, patient.site, entry.key, rule_of(protocol, entry.key), entry.due_on, None, None, "")
    why = (
        MERGED if merged else SKIPPED,
        reason.code.value,
        reason_in_words(reason.as_data(), protocol),
        entry.into if isinstance(entry, Merged) else "",
    )
    return (*head, *why, "", None, False, *[None] * 7, False, 0, 0, *[None] * 5)


def _expected_at_close(form: StoredForm, cut_off: datetime) -> bool | None:
    """Nothing is said of a window that is still open. Nothing written since the close: as it is now, so it was then."""
    if form.closes_at > cut_off:
        return None
    return form.expected_now if form.expected_at_close is None else form.expected_at_close


def _days_late(form: StoredForm, patient: StoredPatient) -> int | None:
    if form.state != AssessmentState.COMPLETED or form.finished_at is None:
        return None
    return _days(form.due_on, patient.day_of(form.finished_at))


def _days(before: date, after: date) -> int:
    return (after - before).days


def _odd_forms(forms: Iterable[StoredForm]) -> Iterator[Oddity]:
    for form in forms:
        expected, found = len(form.instruments), form.instruments_completed
        if form.state == AssessmentState.COMPLETED and found < expected:
            yield Oddity(
                problem="completed_without_response",
                patient=form.patient,
                timepoint=form.key,
                explanation=f"the form is completed with {found} of {expected} instruments complete",
            )


def _disagreements(
    patient: StoredPatient, forms: Iterable[StoredForm], plan: Plan | None
) -> Iterator[Oddity]:
    """Where the stored ledger is not what the plan as known at the cut-off would have made it."""
    if plan is None:
        version = patient.protocol_version
        yield Oddity(
            problem="unknown_protocol",
            patient=patient.code,
            explanation=f"protocol version {version} has no definition: merged and skipped timepoints are not listed",
        )
        return
    wanted = {slot.key for slot in plan.slots}
    known = {form.key: form.expected_now for form in forms}
    for key in sorted(wanted - known.keys()):
        yield Oddity(
            problem="expected_without_row",
            patient=patient.code,
            timepoint=key,
            explanation="the plan as known at the cut-off expects it; the service has not taken it up",
        )
    for key, expected in known.items():
        if expected != (key in wanted):
            yield Oddity(
                problem="expectation_outdated",
                patient=patient.code,
                timepoint=key,
                explanation=f"expected_now is {int(expected)}; the plan as known at the cut-off says otherwise",
            )
