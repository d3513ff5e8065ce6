"""What happens to a virtual patient, and when the site gets round to recording it: consents to the end of the grid.

The story is that of a trial of stopping a treatment under ctDNA surveillance; a scenario gives its risks, and the names
that a protocol has for its events. What the protocol does not know is lived through and not told. Only facts that a
site can record in the live service are told, in the order of recording.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pro_service.core.course import Event
from pro_service.core.timing import add_months
from pro_service.services.simulation.cohort.draws import chance, on_curve, pick_weighted, whole
from pro_service.services.simulation.scenario.model import CourseHazards, Extra, Hours, Scenario


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One fact, the day on which the site enters it, and the first day on which it could have."""

    event: Event
    recorded_on: date
    known_on: date  # the first day on which it could have been entered
    story: str = ""  # what the story calls it, where the protocol may say otherwise

    @property
    def lived(self) -> Event:
        """The fact as the patient lived through it, under the story's name."""
        return replace(self.event, type=self.story) if self.story else self.event


@dataclass(kw_only=True)
class _Story:
    """A course while it is being made up. `day` is how far it has been told, in order of recording."""

    rng: Random
    day: date
    scenario: Scenario
    types: frozenset[str] | None  # what the protocol knows; None: everything
    told: list[Recording] = field(default_factory=list)
    phase: str = "screening"
    progressed: bool = False
    included_on: date = date.min
    resumed_on: date = date.min
    resumptions: int = 0

    @property
    def hazards(self) -> CourseHazards:
        return self.scenario.course

    @property
    def hours(self) -> Hours:
        return self.scenario.hours

    def tell(self, kind: str, on: date, *, known: date | None = None, **fields: Any) -> None:
        """Record a fact of day `on`, some days after it was `known` and never before what was told already."""
        recording, known = self.scenario.recording, known or on
        prompt = chance(self.rng, recording.on_the_day.get(kind, 0.0))
        late = 0 if prompt else int(on_curve(self.rng, recording.delay_days))
        self.day = max(self.day, self.hours.working_day(known + timedelta(days=late)))
        name = self.hazards.names.get(kind, kind)
        if name and (self.types is None or name in self.types):
            event = Event(type=name, on=on, **fields)
            self.told.append(Recording(event=event, recorded_on=self.day, known_on=known, story=kind))

    def after(self, low: int, high: int, *, since: date | None = None) -> date:
        """A working day `low` to `high` days later, never before what was told already."""
        return self.hours.working_day(
            max(self.day, (since or self.day) + timedelta(days=whole(self.rng, low, high)))
        )


def draw_course(
    rng: Random, scenario: Scenario, *, enrolled_on: date, types: frozenset[str] | None = None
) -> tuple[Recording, ...]:
    """A whole course from the first consent, in order of recording (ties: as listed).

    `types` are the events that the protocol knows; others are left out, and so is what has no risk in the scenario.
    """
    story = _Story(rng=rng, day=enrolled_on, scenario=scenario, types=types)
    if _screening(story) and _stop(story):
        for month in range(scenario.course.months + 1):
            if _leaves(story, month):
                break
            _live_through(story, month)
    for extra in scenario.course.extras:
        _tell_extra(story, extra)
    return tuple(sorted(story.told, key=lambda recording: recording.recorded_on))


def _tell_extra(story: _Story, extra: Extra) -> None:
    """An event that only some protocols have, between inclusion and the last thing told."""
    last, happened = story.day, 0
    for month in range(story.hazards.months if story.included_on > date.min else 0):
        on = add_months(story.included_on, month, whole(story.rng, 0, 27))
        if on > last or happened == extra.most:
            return
        if chance(story.rng, extra.per_month):
            happened += 1
            known = max(on, story.included_on)
            late = int(on_curve(story.rng, story.scenario.recording.delay_days))
            recorded_on = story.hours.working_day(known + timedelta(days=late))
            event = Event(type=extra.event, on=known, **extra.fields)
            story.told.append(Recording(event=event, recorded_on=recorded_on, known_on=known))


def _screening(story: _Story) -> bool:
    """Consent to screening, baseline ctDNA, second consent and inclusion. False: no questionnaires for this one."""
    story.tell("consent1_signed", story.day)
    negative = not chance(story.rng, story.hazards.positive_at_baseline)
    _ctdna(story, story.after(0, 3), "negative" if negative else "positive")
    if not negative:
        return False
    story.tell("consent2_signed", story.after(0, 6))
    story.included_on = story.after(3, 12)
    story.tell("inclusion_planned", story.included_on, known=story.day)
    story.tell("included", story.included_on)
    story.phase = "included"
    return True


def _stop(story: _Story) -> bool:
    if chance(story.rng, story.hazards.declines_to_stop):
        return False
    story.tell("treatment_stopped", story.after(0, 7, since=story.included_on))
    story.phase = "off"
    return True


def _ctdna(story: _Story, drawn_on: date, result: str) -> date:
    """A draw whose result the laboratory gives after 9 to 15 days and the patient learns at a visit soon after."""
    known_on = max(story.day, drawn_on + timedelta(days=whole(story.rng, *story.hazards.draws.result_days)))
    disclosed_on = known_on + timedelta(days=whole(story.rng, *story.hazards.draws.disclosure_days))
    story.tell("ctdna_resulted", drawn_on, known=known_on, result=result, disclosed_on=disclosed_on)
    story.day = max(story.day, disclosed_on)
    return disclosed_on


def _leaves(story: _Story, month: int) -> bool:
    """Does the patient leave for good in this month? Those found again after a loss go on."""
    risks = dict(story.hazards.exits)
    if story.progressed:
        risks["death"] += story.hazards.death_after_progression
    for kind, risk in risks.items():
        if chance(story.rng, risk):
            return _leave(story, kind, story.after(0, 27, since=add_months(story.included_on, month)))
    return False


def _leave(story: _Story, kind: str, on: date) -> bool:
    reasons = {"off_study": "investigator"}
    story.tell(kind, on, reason=reasons.get(kind))
    if kind == "lost_to_follow_up" and chance(story.rng, story.hazards.recontact):
        story.tell("recontacted", story.after(30, 120))
        return False
    return True


def _live_through(story: _Story, month: int) -> None:
    chapters: dict[str, Callable[[_Story, int], None]] = {
        "off": _month_off,
        "relapse": _month_relapsed,
        "resumed": _month_resumed,
    }
    if add_months(story.included_on, month, 27) >= story.day:  # a month already told is over
        chapters[story.phase](story, month)


def _month_off(story: _Story, month: int) -> None:
    if chance(story.rng, story.hazards.progression):
        _progression(story, story.after(0, 20, since=add_months(story.included_on, month)))
        return
    if chance(story.rng, story.hazards.resumes_without_relapse):
        _resumption(story, story.after(5, 25), reason="patient_choice")
        return
    for due_month, days in story.hazards.draws.months:
        if due_month == month and story.phase == "off":
            _scheduled_draw(story, add_months(story.included_on, month, days))


def _scheduled_draw(story: _Story, due_on: date) -> None:
    draws = story.hazards.draws
    result = pick_weighted(
        story.rng,
        (
            ("positive", draws.positive),
            ("invalid", draws.invalid),
            ("negative", 1 - draws.positive - draws.invalid),
        ),
    )
    disclosed_on = _ctdna(story, story.after(-6, 6, since=due_on), result)
    if result == "invalid":
        _ctdna(story, story.after(3, 9), "negative")
    elif result == "positive":
        story.phase = "relapse"
        if chance(story.rng, story.hazards.progression_at_conversion):
            _progression(story, story.after(7, 21, since=disclosed_on))


def _progression(story: _Story, on: date) -> None:
    """Confirmed on a scan; some learn of it on the day, others at the next visit."""
    told_on = on + timedelta(days=whole(story.rng, 2, 6)) if chance(story.rng, 0.4) else on
    story.tell("pd_confirmed", on, known=on, disclosed_on=told_on)
    story.day = max(story.day, told_on)
    story.phase, story.progressed = "relapse", True


def _month_relapsed(story: _Story, month: int) -> None:  # noqa: ARG001 - one signature for all chapters
    if chance(story.rng, story.hazards.resumes_after_relapse):
        reason = "radiological_pd" if story.progressed else "ctdna_pos"
        _resumption(story, story.after(5, 25), reason=reason)
    else:
        story.day += timedelta(days=20)  # thinks it over


def _resumption(story: _Story, on: date, *, reason: str) -> None:
    other = 0.6 if story.progressed or story.resumptions else 0.2
    relation = "other" if chance(story.rng, other) else "same"
    story.tell("treatment_resumed", on, relation=relation, reason=reason)
    story.resumed_on, story.phase = on, "resumed"
    story.resumptions += 1


def _month_resumed(story: _Story, month: int) -> None:
    now = add_months(story.included_on, month)
    after_three = add_months(story.resumed_on, 3)
    if story.resumptions == 1 and now <= after_three < add_months(now, 1):
        result = "negative" if chance(story.rng, 0.6) else "positive"
        _ctdna(story, story.after(-7, 7, since=after_three), result)
    elif story.resumptions == 1 and now > after_three and chance(story.rng, story.hazards.second_resumption):
        _resumption(story, story.after(0, 20, since=now), reason="clinical_pd")
