"""Gathers the work list: what waits at the sites of the person who asks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast

from pro_service.core.access import Permission
from pro_service.core.course import live_course
from pro_service.core.instrument import Instrument
from pro_service.core.timing import local_day
from pro_service.entrypoints.fresh_facts import sent_on_wrong_status, stale_statuses, unplanned_patients
from pro_service.entrypoints.web.desk.evidence import scale_change
from pro_service.entrypoints.web.desk.pending import pending
from pro_service.entrypoints.web.desk.views import (
    AlertRow,
    CallRow,
    Chrome,
    ContactRow,
    FoundPatient,
    LicenceEnd,
    Listing,
    OverdueRow,
    Severity,
    SoonRow,
    WorkListPage,
)
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.store.db import Session, reading
from pro_service.store.queries import calls, freshness, patients, wordings
from pro_service.store.queries import work_list as queries
from pro_service.store.queries.facts import AlertFacts

HORIZON_DAYS = 14
_ROWS = 50
_FOUND = 20
_RECENT = timedelta(days=30)
_TARGETS = {"red": timedelta(days=1), "amber": timedelta(days=2)}


def work_list(
    installation: Installation,
    *,
    chrome: Chrome,
    site_ids: Sequence[int],
    language: Language,
    zone: str,
    now: datetime,
) -> WorkListPage:
    """The page for some sites; `chrome.query` searches patients by their code. Administrators see licences end."""
    today = local_day(now, zone)
    with reading() as session:
        stale = stale_statuses(session, installation, site_ids, days=HORIZON_DAYS, now=now)
        without_plan = unplanned_patients(session, installation, site_ids, now=now)
        to_check = frozenset(one.patient.code for one in stale)
        return WorkListPage(
            chrome=chrome,
            alerts=_alerts(session, installation, site_ids, language, now),
            overdue=_overdue(session, site_ids, to_check, zone=zone, now=now),
            soon=_soon(session, site_ids, to_check, zone=zone, now=now),
            checks=_checks(session, installation, site_ids, now) + len(without_plan) + len(stale),
            contacts=_contacts(session, site_ids, now),
            calls=_calls(session, site_ids),
            horizon_days=HORIZON_DAYS,
            next_due_on=queries.next_due_on(session, site_ids, today=today),
            licences=_licences(session, installation, chrome, today),
            pending=pending(
                session,
                installation,
                site_ids,
                without_plan=without_plan,
                language=language,
                now=now,
            ),
            found=_found(session, installation, site_ids, chrome.query, language, now)
            if chrome.query
            else None,
        )


def _checks(session: Session, installation: Installation, site_ids: Sequence[int], now: datetime) -> int:
    """How much else there is on the page of things to check."""
    wrong = sent_on_wrong_status(session, installation, site_ids, now=now)
    return freshness.count_discrepancies(session, site_ids) + len(wrong)


def _licences(
    session: Session, installation: Installation, chrome: Chrome, today: date
) -> tuple[LicenceEnd, ...]:
    if Permission.MANAGE_STUDY not in chrome.may:
        return ()
    return tuple(
        LicenceEnd(instrument=each.instrument, language=each.language, valid_until=each.valid_until)
        for each in wordings.ending(session, installation.catalogue.instruments, on=today)
    )


def _alerts(
    session: Session, installation: Installation, site_ids: Sequence[int], language: Language, now: datetime
) -> Listing[AlertRow]:
    rows = queries.open_alerts(session, site_ids, limit=_ROWS)
    return Listing(
        rows=tuple(_alert(row, installation.catalogue.instruments[row.instrument], language) for row in rows),
        more=queries.count_open_alerts(session, site_ids) - len(rows),
        hidden=queries.count_closed_alerts(session, site_ids, since=now - _RECENT),
    )


def _alert(row: AlertFacts, instrument: Instrument, language: Language) -> AlertRow:
    target = _TARGETS.get(row.severity)
    return AlertRow(
        alert_id=row.id,
        severity=cast(Severity, row.severity),
        patient_code=row.patient_code,
        changes=(scale_change(row, instrument, language),),
        raised_at=row.raised_at,
        state=row.state,
        seen_by=row.acknowledged_by or "",
        target_at=row.raised_at + target if target else None,
    )


def _overdue(
    session: Session, site_ids: Sequence[int], to_check: frozenset[str], *, zone: str, now: datetime
) -> Listing[OverdueRow]:
    rows = queries.overdue(session, site_ids, today=local_day(now, zone), limit=_ROWS)
    sent = queries.messages_sent(session, [row.id for row in rows])
    return Listing(
        rows=tuple(
            OverdueRow(
                patient_code=row.patient_code,
                timepoint=row.key,
                due_on=row.due_on,
                close_on=row.close_on,
                messages_sent=sent.get(row.id, 0),
                next_reminder_on=local_day(row.next_contact_at, zone) if row.next_contact_at else None,
                to_check=row.patient_code in to_check,
            )
            for row in rows
        ),
        hidden=queries.count_missed(session, site_ids, since=now - _RECENT),
    )


def _soon(
    session: Session, site_ids: Sequence[int], to_check: frozenset[str], *, zone: str, now: datetime
) -> Listing[SoonRow]:
    rows = queries.soon(session, site_ids, today=local_day(now, zone), days=HORIZON_DAYS, limit=_ROWS)
    return Listing(
        rows=tuple(
            SoonRow(
                patient_code=row.patient_code,
                timepoint=row.key,
                open_on=row.open_on,
                due_on=row.due_on,
                mode="sms" if row.sms_items else "link",
                to_check=row.patient_code in to_check,
            )
            for row in rows
        )
    )


def _contacts(session: Session, site_ids: Sequence[int], now: datetime) -> Listing[ContactRow]:
    rows = queries.troubles(session, site_ids, since=now - _RECENT, limit=_ROWS)
    return Listing(
        rows=tuple(
            ContactRow(patient_code=row.patient_code, trouble=row.trouble, since_at=row.since_at)
            for row in rows
        )
    )


def _calls(session: Session, site_ids: Sequence[int]) -> Listing[CallRow]:
    return Listing(
        rows=tuple(
            CallRow(
                task_id=row.id,
                patient_code=row.patient_code,
                timepoint=row.timepoint,
                close_on=row.close_on,
                raised_at=row.raised_at,
                tried_at=row.tried_at,
            )
            for row in calls.waiting(session, site_ids, limit=_ROWS)
        )
    )


def _found(
    session: Session,
    installation: Installation,
    site_ids: Sequence[int],
    text: str,
    language: Language,
    now: datetime,
) -> tuple[FoundPatient, ...]:
    found = patients.search(session, site_ids=site_ids, text=text, limit=_FOUND)
    return tuple(_found_patient(session, installation, one, language, now) for one in found)


def _found_patient(
    session: Session, installation: Installation, one: patients.Found, language: Language, now: datetime
) -> FoundPatient:
    rules = installation.catalogue.protocols[one.protocol_version].course
    course = live_course(rules, patients.course_of(session, one.id), as_of=local_day(now, one.time_zone))
    return FoundPatient(
        patient_code=one.code,
        site_code=one.site_code,
        phase=rules.title(course.phase, language),
        since_on=course.since_on,
    )
