"""The plan of a virtual trial: every patient with course, nature and habits, all from one seed and before it runs."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from pro_service.core.course import Event
from pro_service.services.simulation.cohort.courses import Recording, draw_course
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.cohort.habits import Habits, draw_habits
from pro_service.services.simulation.cohort.people import (
    VirtualPatient,
    VirtualSite,
    make_patients,
    make_sites,
)
from pro_service.services.simulation.cohort.trajectories import Nature, draw_nature


@dataclass(frozen=True, kw_only=True)
class Life:
    """One virtual patient with all that will happen to, and by, this patient."""

    patient: VirtualPatient
    course: tuple[Recording, ...]
    nature: Nature
    habits: Habits

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(recording.event for recording in self.course)


@dataclass(frozen=True, kw_only=True)
class CohortPlan:
    """A whole virtual trial. The same arguments of `plan_cohort` give the same plan on every machine."""

    seed: int
    sites: tuple[VirtualSite, ...]
    lives: tuple[Life, ...]

    @cached_property
    def by_code(self) -> dict[str, Life]:
        return {life.patient.code: life for life in self.lives}

    @property
    def ends_on(self) -> date:
        """A day by which everything has been recorded and every window of the grid has closed."""
        last = max((life.course[-1].recorded_on for life in self.lives), default=date.min)
        enrolled = max((life.patient.enrolled_on for life in self.lives), default=date.min)
        return max(last + timedelta(days=120), enrolled + timedelta(days=800)) if self.lives else date.min


def plan_cohort(
    *,
    seed: int,
    patients: int,
    sites: int,
    starts_on: date,
    accrual_days: int = 730,
    languages: tuple[str, ...] = ("fr",),
    sms_share: float = 0.06,
) -> CohortPlan:
    """Sites, patients and their fates. `languages` are the study's, the usual one first; `sms_share` answers by SMS."""
    centres = make_sites(sites)
    people = make_patients(
        seed,
        count=patients,
        sites=centres,
        starts_on=starts_on,
        accrual_days=accrual_days,
        languages=languages,
        sms_share=sms_share,
    )
    return CohortPlan(seed=seed, sites=centres, lives=tuple(_life(seed, person) for person in people))


def _life(seed: int, person: VirtualPatient) -> Life:
    return Life(
        patient=person,
        course=draw_course(stream(seed, "course", person.code), enrolled_on=person.enrolled_on),
        nature=draw_nature(stream(seed, "nature", person.code)),
        habits=draw_habits(stream(seed, "habits", person.code)),
    )
