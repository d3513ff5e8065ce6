"""Reads policies of a protocol file: [answering], [corrections], [alerts]. [delivery] is read in parse_delivery.py."""

from collections.abc import Mapping
from datetime import timedelta

from pro_service.core.definition import Section
from pro_service.core.protocol.model import (
    LANGUAGES,
    AlertPolicy,
    AlertRule,
    Answering,
    CorrectionPolicy,
    CourseRules,
    Threshold,
)
from pro_service.core.protocol.parse_course import read_texts

NO_THRESHOLD = "none"
#: Two weeks: no longer than the widest window of a questionnaire is open before its day.
LONGEST_SITTING_H = 336
_MOST_ITEMS = 1000
_LONGEST_LATE = 366
_MOST_POINTS = 1000


def read_answering(section: Section) -> Answering:
    """[answering]: how answers are taken and scored."""
    answering = Answering(
        sms_items_max=section.integer("sms_items_max", most=_MOST_ITEMS),
        sitting=_sitting(section) if section.has("sitting_hours") else None,
        value_set=section.name("value_set"),
        hads_missing=section.text("hads_missing", choices=("half", "complete", "six_of_seven")),
        late_entry_days=section.integer("late_entry_days", 0, least=0, most=_LONGEST_LATE),
    )
    section.finish()
    return answering


def _sitting(section: Section) -> timedelta | None:
    hours = section.integer("sitting_hours")
    if 1 <= hours <= LONGEST_SITTING_H:
        return timedelta(hours=hours)
    if isinstance(section.data["sitting_hours"], int):
        section.problem("sitting_hours", f"is {hours}", f"write whole hours from 1 to {LONGEST_SITTING_H}")
    return None


def read_corrections(section: Section) -> CorrectionPolicy:
    """[corrections]: how answers that are in may be corrected; a second person decides unless it says otherwise."""
    policy = CorrectionPolicy(second_person=section.flag("second_person", True))
    section.finish()
    return policy


def read_alerts(section: Section) -> AlertPolicy:
    """[alerts]: what deserves attention, if anything does in this trial."""
    rules = tuple(_alert_rule(part) for part in section.sections("rules", required=False, by_id=True))
    policy = AlertPolicy(enabled=section.flag("enabled"), baseline=section.text("baseline"), rules=rules)
    section.finish()
    return policy


def read_consent_event(section: Section, course: CourseRules) -> str | None:
    """[amendment] consent_event: the fact without which nobody is moved to this version; None if none is needed."""
    event = section.name("consent_event") if section.has("consent_event") else None
    if event and course.event_types and event not in course.event_types:
        cure = "name an event of course.steps, or add it to course.recorded_only"
        section.problem("consent_event", f"{event!r} is no event of this protocol", cure)
    section.finish()
    return event


def _alert_rule(section: Section) -> AlertRule:
    rule = AlertRule(
        id=section.name("id"),
        instrument=section.text("instrument"),
        scales=section.texts("scales"),
        kind=section.text("kind", choices=("worse_than_baseline",)),
        points=section.number("points", least=0, most=_MOST_POINTS),
        steps=section.integer("steps", least=0, most=_MOST_POINTS),
        thresholds=_thresholds(section.section("thresholds")),
        severity=section.text("severity", choices=("red", "amber", "info")),
        sentence=read_texts(section.section("sentence")),
        source=section.text("source"),
        status=section.text("status", choices=("assumed", "approved")),
    )
    section.finish()
    _asks_for_a_change(section, rule)
    _every_scale_has_a_threshold(section, rule)
    _every_language_has_a_sentence(section, rule)
    return rule


def _asks_for_a_change(section: Section, rule: AlertRule) -> None:
    if not rule.points and not rule.steps and not section.spoilt("points") and not section.spoilt("steps"):
        section.problem("points", "and steps are both 0: no change at all would do", "write one above 0")
    if section.has("scales") and not section.spoilt("scales") and not rule.scales:
        section.problem("scales", "names no scale", "name at least one")
    for scale in dict.fromkeys(rule.scales):
        if rule.scales.count(scale) > 1:
            section.problem("scales", f"names {scale!r} twice", "name it once")


def _thresholds(section: Section) -> Mapping[str, Threshold | None]:
    thresholds: dict[str, Threshold | None] = {}
    for scale, said in section.data.items():
        if said == NO_THRESHOLD:
            section.known.add(scale)
            thresholds[scale] = None
        else:
            thresholds[scale] = _threshold(section.section(scale))
    return thresholds


def _threshold(section: Section) -> Threshold:
    threshold = Threshold(
        value=section.number("value"),
        beyond=section.text("beyond", choices=("below", "above")),
        status=section.text("status", choices=("checked", "UNVERIFIED")),
        source=section.text("source"),
    )
    section.finish()
    return threshold


def _every_scale_has_a_threshold(section: Section, rule: AlertRule) -> None:
    if section.spoilt("scales") or section.spoilt("thresholds"):
        return
    for scale in rule.scales:
        if scale not in rule.thresholds:
            section.problem(f"thresholds.{scale}", "is missing", f'add it, or {scale} = "{NO_THRESHOLD}"')
    for scale in rule.thresholds:
        if scale not in rule.scales:
            section.problem(f"thresholds.{scale}", "is not among the scales", "remove it or add the scale")


def _every_language_has_a_sentence(section: Section, rule: AlertRule) -> None:
    for language in LANGUAGES:
        if not rule.sentence.get(language, "").strip() and not section.spoilt(f"sentence.{language}"):
            section.problem(f"sentence.{language}", "is missing", "write the sentence a nurse reads")
