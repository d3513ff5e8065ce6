"""The plan of a virtual trial: every patient with course, nature and habits, all from one seed and before it runs."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from pro_service.core.course import Event
from pro_service.services.simulation.cohort.courses import Recording, draw_course
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.cohort.habits import Habits, draw_habits, draw_number_changes
from pro_service.services.simulation.cohort.people import (
    VirtualPatient,
    VirtualSite,
    make_patients,
    make_sites,
)
from pro_service.services.simulation.cohort.trajectories import Nature, draw_nature
from pro_service.services.simulation.scenario.files import default_scenario
from pro_service.services.simulation.scenario.model import Scenario

#: Days for screening before the months of follow-up, and for the windows of what is due at their end.
_UNTIL_ALL_IS_CLOSED = 70


@dataclass(frozen=True, kw_only=True)
class Life:
    """One virtual patient with all that will happen to, and by, this patient."""

    patient: VirtualPatient
    course: tuple[Recording, ...]
    nature: Nature
    habits: Habits
    without_number: tuple[tuple[date, date], ...]  # from a change of number until it is put right

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(recording.event for recording in self.course)

    @property
    def lived(self) -> tuple[Event, ...]:
        """The same under the story's names."""
        return tuple(recording.lived for recording in self.course)


@dataclass(frozen=True, kw_only=True)
class CohortPlan:
    """A whole virtual trial. The same arguments of `plan_cohort` give the same plan on every machine."""

    seed: int
    scenario: Scenario
    sites: tuple[VirtualSite, ...]
    lives: tuple[Life, ...]

    @cached_property
    def by_code(self) -> dict[str, Life]:
        return {life.patient.code: life for life in self.lives}

    def parts(self, count: int) -> "tuple[CohortPlan, ...]":
        """The same trial in `count` parts or fewer, each with every so-manieth site and its patients."""
        parts = []
        for first in range(min(count, len(self.sites))):
            sites = self.sites[first::count]
            codes = {site.code for site in sites}
            lives = tuple(life for life in self.lives if life.patient.site.code in codes)
            parts.append(replace(self, sites=sites, lives=lives))
        return tuple(parts)

    @property
    def ends_on(self) -> date:
        """A day by which everything has been recorded and every window of the grid has closed."""
        if not self.lives:
            return date.min
        last = max((r.recorded_on for life in self.lives for r in life.course), default=date.min)
        enrolled = max(life.patient.enrolled_on for life in self.lives)
        followed = timedelta(days=365 * self.scenario.course.months // 12 + _UNTIL_ALL_IS_CLOSED)
        return max(last + timedelta(days=120) if last > date.min else last, enrolled + followed)


def plan_cohort(
    *,
    seed: int,
    patients: int,
    sites: int,
    starts_on: date,
    scenario: Scenario | None = None,
    accrual_days: int | None = None,
    languages: tuple[str, ...] = ("fr",),
    sms_share: float | None = None,
    types: frozenset[str] | None = None,
) -> CohortPlan:
    """Sites, patients and their fates. `languages` are the study's, the usual one first; `types` its protocol's events.

    `accrual_days` and `sms_share` (of those who answer by SMS) replace what the scenario says.
    """
    scenario = _with(scenario or default_scenario(), accrual_days=accrual_days, sms_share=sms_share)
    centres = make_sites(sites)
    people = make_patients(
        seed,
        count=patients,
        sites=centres,
        starts_on=starts_on,
        accrual=scenario.accrual,
        people=scenario.people,
        hours=scenario.hours,
        languages=languages,
    )
    lives = tuple(_life(seed, person, scenario, types) for person in people)
    return CohortPlan(seed=seed, scenario=scenario, sites=centres, lives=lives)


def _with(scenario: Scenario, *, accrual_days: int | None, sms_share: float | None) -> Scenario:
    accrual, people = scenario.accrual, scenario.people
    if accrual_days is not None:
        accrual = replace(accrual, days=accrual_days)
    if sms_share is not None:
        people = replace(people, sms_items=sms_share)
    return replace(scenario, accrual=accrual, people=people)


def _life(seed: int, person: VirtualPatient, scenario: Scenario, types: frozenset[str] | None) -> Life:
    course = stream(seed, "course", person.code)
    return Life(
        patient=person,
        course=draw_course(course, scenario, enrolled_on=person.enrolled_on, types=types),
        nature=draw_nature(stream(seed, "nature", person.code)),
        habits=draw_habits(stream(seed, "habits", person.code), scenario.replies),
        without_number=draw_number_changes(
            stream(seed, "numbers", person.code),
            scenario.people,
            since=person.enrolled_on,
            months=scenario.course.months,
        ),
    )
