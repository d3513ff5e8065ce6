"""What a rehearsal means for the sites: alerts by site and week, and the minutes that nurses spend."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from pro_service.core.lifecycle import AssessmentState
from pro_service.core.timing import local_day
from pro_service.services.simulation.cohort.habits import handle_alert
from pro_service.services.simulation.report.findings import Findings

KINDS = ("enrolment", "events", "alerts", "chases")
_MOST_SHOWN = 4  # site-weeks with as many alerts or more are counted together


@dataclass(frozen=True, kw_only=True)
class Task:
    """Work at a site on a day, in minutes; an expected value where chance decides whether it is done."""

    site: str
    on: date
    kind: str
    minutes: float


def workload(findings: Findings) -> dict[str, Any]:
    """By site, and over all weeks in which sites had patients to follow."""
    tasks = tuple(_tasks(findings))
    spans = _spans(findings)
    alerts = _alerts_by_week(findings)
    weeks = {site: _weeks(*span) for site, span in spans.items()}
    whole = sum(len(each) for each in weeks.values())
    total = sum(alerts.values())
    minutes = sum(task.minutes for task in tasks)
    return {
        "site_weeks": whole,
        "alerts": total,
        "alerts_per_site_week": round(total / whole, 4) if whole else None,
        "site_weeks_by_alerts": _distribution(alerts, weeks),
        "minutes": round(minutes),
        "minutes_by_kind": {kind: round(sum(t.minutes for t in tasks if t.kind == kind)) for kind in KINDS},
        "minutes_per_site_week": round(minutes / whole, 1) if whole else None,
        "by_site": [_site(findings, site, tasks, alerts, weeks[site]) for site in sorted(spans)],
    }


def _tasks(findings: Findings) -> Iterator[Task]:
    """Everything a site does for the questionnaires."""
    nurses = findings.cohort.scenario.nurses
    for life in findings.cohort.lives:
        site = life.patient.site.code
        yield Task(site=site, on=life.patient.enrolled_on, kind="enrolment", minutes=nurses.minutes_enrolment)
        for recording in life.course:
            yield Task(site=site, on=recording.recorded_on, kind="events", minutes=nurses.minutes_event)
        drawn = set(life.events)
        for event in findings.courses.get(life.patient.code, ()):
            if event not in drawn:  # of visits: told by the sites beside the course
                yield Task(site=site, on=event.on, kind="events", minutes=nurses.minutes_event)
    yield from _alert_tasks(findings)
    for row in findings.ledger:
        if row.state in (AssessmentState.MISSED, AssessmentState.PARTIAL):
            minutes = nurses.chased * nurses.minutes_chase
            yield Task(site=findings.site_of(row.patient), on=row.close_on, kind="chases", minutes=minutes)


def _alert_tasks(findings: Findings) -> Iterator[Task]:
    """The same draw as in the trial says which action a nurse took."""
    scenario, seed = findings.cohort.scenario, findings.seed
    for alert in findings.alerts:
        site = findings.cohort.by_code[alert.patient].patient.site
        handling = handle_alert(
            scenario.nurses,
            scenario.hours,
            seed=seed,
            alert=alert.name,
            raised_at=alert.raised_at,
            time_zone=site.time_zone,
        )
        minutes = scenario.nurses.minutes_by_action[handling.action]
        yield Task(site=site.code, on=local_day(handling.at, site.time_zone), kind="alerts", minutes=minutes)


def _spans(findings: Findings) -> dict[str, tuple[date, date]]:
    """By site: from the first enrolment to the last close of a window, or to the last enrolment."""
    days: dict[str, list[date]] = {}
    for life in findings.cohort.lives:
        days.setdefault(life.patient.site.code, []).append(life.patient.enrolled_on)
    for row in findings.ledger:
        days[findings.site_of(row.patient)].append(row.close_on)
    return {site: (min(each), max(each)) for site, each in days.items()}


def _weeks(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of all weeks that a span touches."""
    monday = _monday(first)
    return tuple(monday + timedelta(days=7 * week) for week in range((last - monday).days // 7 + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _alerts_by_week(findings: Findings) -> Counter[tuple[str, date]]:
    counted: Counter[tuple[str, date]] = Counter()
    for alert in findings.alerts:
        site = findings.cohort.by_code[alert.patient].patient.site
        counted[site.code, _monday(local_day(alert.raised_at, site.time_zone))] += 1
    return counted


def _distribution(
    alerts: Counter[tuple[str, date]], weeks: dict[str, tuple[date, ...]]
) -> list[dict[str, Any]]:
    """How many site-weeks had 0, 1, 2, 3, or more alerts."""
    each = [alerts[site, monday] for site, mondays in weeks.items() for monday in mondays]
    counted = Counter(min(count, _MOST_SHOWN) for count in each)
    return [
        {"alerts": count, "or_more": count == _MOST_SHOWN, "site_weeks": counted[count]}
        for count in range(_MOST_SHOWN + 1)
    ]


def _site(
    findings: Findings,
    site: str,
    tasks: tuple[Task, ...],
    alerts: Counter[tuple[str, date]],
    weeks: tuple[date, ...],
) -> dict[str, Any]:
    own: Counter[date] = Counter()
    for task in tasks:
        if task.site == site:
            own[_monday(task.on)] += task.minutes  # type: ignore[assignment]  # minutes may be expected values
    raised = [alerts[site, monday] for monday in weeks]
    return {
        "site": site,
        "patients": sum(life.patient.site.code == site for life in findings.cohort.lives),
        "weeks": len(weeks),
        "alerts": sum(raised),
        "alerts_per_week": round(sum(raised) / len(weeks), 3),
        "most_alerts_in_a_week": max(raised),
        "minutes": round(sum(own.values())),
        "minutes_per_week": round(sum(own.values()) / len(weeks), 1),
        "median_minutes_of_a_week": round(median(own[monday] for monday in weeks), 1),
        "most_minutes_in_a_week": round(max(own.values(), default=0)),
    }
