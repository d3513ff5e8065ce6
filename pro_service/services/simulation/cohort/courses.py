"""What happens to a virtual patient, and when the site gets round to recording it: consents to the end of the grid.

The rates are assumptions chosen so that every branch of the protocol is walked in a cohort of 170; they predict
nothing. Only facts that a site can record in the live service are told, in the order of recording.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from pro_service.core.course import Event
from pro_service.core.timing import add_months
from pro_service.services.simulation.cohort.draws import chance, on_curve, pick_weighted, whole
from pro_service.services.simulation.cohort.people import working_day

MONTHS = 24  # of monitoring after inclusion
DRAW_MONTHS = (1, 4, 7, 10, 13, 16, 19, 22)  # and half a month: when ctDNA is drawn

POSITIVE_AT_BASELINE = 0.04  # treatment goes on, no questionnaires
DECLINES_TO_STOP = 0.02
CONVERSION = 0.05  # of each draw
INVALID_DRAW = 0.02
PROGRESSION = 0.008  # of each month off treatment
PROGRESSION_SEEN_AT_CONVERSION = 0.25  # by the imaging that a positive ctDNA calls for
RESUMES_AFTER_RELAPSE = 0.9
RESUMES_WITHOUT_RELAPSE = 0.003  # of each month: by the patient's choice
SECOND_RESUMPTION = 0.02  # of each month after the first
RECONTACT = 0.65  # of those lost to follow-up

#: What ends or interrupts participation, with its risk in each month.
EXITS = (
    ("questionnaires_withdrawn", 0.0025),
    ("lost_to_follow_up", 0.002),
    ("off_study", 0.0012),
    ("consent_withdrawn", 0.001),
    ("death", 0.0005),
)
DEATH_AFTER_PROGRESSION = 0.01  # of each month, beside the above

#: Days between a fact and its recording: most on the day, some up to five days late.
RECORDING_DELAY = (0, 0, 0, 0, 0, 0, 1, 2, 3, 5)


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One fact and the day on which the site enters it."""

    event: Event
    recorded_on: date


@dataclass(kw_only=True)
class _Story:
    """A course while it is being made up. `day` is how far it has been told, in order of recording."""

    rng: Random
    day: date
    told: list[Recording] = field(default_factory=list)
    phase: str = "screening"
    progressed: bool = False
    included_on: date = date.min
    resumed_on: date = date.min
    resumptions: int = 0

    def tell(
        self, kind: str, on: date, *, known: date | None = None, prompt: float = 0.0, **fields: Any
    ) -> None:
        """Record a fact of day `on`, some days after it was `known` and never before what was told already.

        `prompt` is the share of sites that enter such a fact on the day itself, whatever else waits on their desk.
        """
        late = 0 if chance(self.rng, prompt) else int(on_curve(self.rng, RECORDING_DELAY))
        self.day = max(self.day, working_day((known or on) + timedelta(days=late)))
        self.told.append(Recording(event=Event(type=kind, on=on, **fields), recorded_on=self.day))

    def after(self, low: int, high: int, *, since: date | None = None) -> date:
        """A working day `low` to `high` days later, never before what was told already."""
        return working_day(max(self.day, (since or self.day) + timedelta(days=whole(self.rng, low, high))))


def draw_course(rng: Random, *, enrolled_on: date) -> tuple[Recording, ...]:
    """A whole course from the first consent, in order of recording (ties: as listed)."""
    story = _Story(rng=rng, day=enrolled_on)
    if _screening(story) and _stop(story):
        for month in range(MONTHS + 1):
            if _leaves(story, month):
                break
            _live_through(story, month)
    return tuple(story.told)


def _screening(story: _Story) -> bool:
    """Consent to screening, baseline ctDNA, second consent and inclusion. False: no questionnaires for this one."""
    story.tell("consent1_signed", story.day)
    negative = not chance(story.rng, POSITIVE_AT_BASELINE)
    _ctdna(story, story.after(0, 3), "negative" if negative else "positive")
    if not negative:
        return False
    story.tell("consent2_signed", story.after(0, 6))
    story.included_on = story.after(3, 12)
    story.tell("inclusion_planned", story.included_on, known=story.day, prompt=1.0)
    story.tell("included", story.included_on, prompt=0.9)
    story.phase = "included"
    return True


def _stop(story: _Story) -> bool:
    if chance(story.rng, DECLINES_TO_STOP):
        return False
    story.tell("treatment_stopped", story.after(0, 7, since=story.included_on))
    story.phase = "off"
    return True


def _ctdna(story: _Story, drawn_on: date, result: str) -> date:
    """A draw whose result the laboratory gives after 9 to 15 days and the patient learns at a visit soon after."""
    known_on = max(story.day, drawn_on + timedelta(days=whole(story.rng, 9, 15)))
    disclosed_on = known_on + timedelta(days=whole(story.rng, 0, 4))
    story.tell("ctdna_resulted", drawn_on, known=known_on, result=result, disclosed_on=disclosed_on)
    story.day = max(story.day, disclosed_on)
    return disclosed_on


def _leaves(story: _Story, month: int) -> bool:
    """Does the patient leave for good in this month? Those found again after a loss go on."""
    risks = dict(EXITS)
    if story.progressed:
        risks["death"] += DEATH_AFTER_PROGRESSION
    for kind, risk in risks.items():
        if chance(story.rng, risk):
            return _leave(story, kind, story.after(0, 27, since=add_months(story.included_on, month)))
    return False


def _leave(story: _Story, kind: str, on: date) -> bool:
    reasons = {"off_study": "investigator"}
    story.tell(kind, on, reason=reasons.get(kind))
    if kind == "lost_to_follow_up" and chance(story.rng, RECONTACT):
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
    if chance(story.rng, PROGRESSION):
        _progression(story, story.after(0, 20, since=add_months(story.included_on, month)))
        return
    if chance(story.rng, RESUMES_WITHOUT_RELAPSE):
        _resumption(story, story.after(5, 25), reason="patient_choice")
        return
    if month in DRAW_MONTHS:
        _scheduled_draw(story, add_months(story.included_on, month, 15))


def _scheduled_draw(story: _Story, due_on: date) -> None:
    result = pick_weighted(
        story.rng,
        (("positive", CONVERSION), ("invalid", INVALID_DRAW), ("negative", 1 - CONVERSION - INVALID_DRAW)),
    )
    disclosed_on = _ctdna(story, story.after(-6, 6, since=due_on), result)
    if result == "invalid":
        _ctdna(story, story.after(3, 9), "negative")
    elif result == "positive":
        story.phase = "relapse"
        if chance(story.rng, PROGRESSION_SEEN_AT_CONVERSION):
            _progression(story, story.after(7, 21, since=disclosed_on))


def _progression(story: _Story, on: date) -> None:
    """Confirmed on a scan; some learn of it on the day, others at the next visit."""
    told_on = on + timedelta(days=whole(story.rng, 2, 6)) if chance(story.rng, 0.4) else on
    story.tell("pd_confirmed", on, known=on, disclosed_on=told_on)
    story.day = max(story.day, told_on)
    story.phase, story.progressed = "relapse", True


def _month_relapsed(story: _Story, month: int) -> None:  # noqa: ARG001 - one signature for all chapters
    if chance(story.rng, RESUMES_AFTER_RELAPSE):
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
    elif story.resumptions == 1 and now > after_three and chance(story.rng, SECOND_RESUMPTION):
        _resumption(story, story.after(0, 20, since=now), reason="clinical_pd")
