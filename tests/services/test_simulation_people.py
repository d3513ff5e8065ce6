"""Virtual sites and patients: reachable at nobody's number, the same for the same seed."""

import re
from datetime import date

import pytest

from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.cohort.people import make_patients, make_sites
from pro_service.services.simulation.scenario.files import default_scenario
from pro_service.services.simulation.scenario.model import Accrual

START = date(2025, 1, 25)
DEFAULT = default_scenario()
ASSUMED = {
    "accrual": Accrual(days=700, opening_share=1 / 3),
    "people": DEFAULT.people,
    "hours": DEFAULT.hours,
}


def test_every_telephone_is_one_that_is_kept_for_fiction_and_each_patient_has_their_own():
    people = make_patients(5, count=9_900, sites=make_sites(39), starts_on=START, **ASSUMED)
    assert all(re.fullmatch(r"\+33639 ?98\d{4}", person.phone) for person in people)
    assert len({person.phone for person in people}) == 9_900


def test_more_patients_than_numbers_are_refused():
    with pytest.raises(ValueError, match="9900"):
        make_patients(5, count=9_901, sites=make_sites(1), starts_on=START, **ASSUMED)


def test_sites_have_different_names_numbers_and_zones():
    sites = make_sites(39)
    assert len({site.name for site in sites}) == len({site.phone for site in sites}) == 39
    assert all(re.fullmatch(r"\+3319900\d{4}", site.phone) for site in sites)
    assert sorted({site.time_zone for site in sites}) == [
        "America/Guadeloupe",
        "Europe/Paris",
        "Indian/Reunion",
    ]


def test_a_trial_without_sites_is_refused():
    with pytest.raises(ValueError, match="not 0"):
        make_sites(0)


def test_patients_are_numbered_within_their_site_in_order_of_enrolment():
    people = make_patients(5, count=200, sites=make_sites(7), starts_on=START, **ASSUMED)
    for site in make_sites(7):
        here = [person for person in people if person.site.code == site.code]
        assert [person.code for person in here] == [
            f"{site.code}-{number:03}" for number in range(1, len(here) + 1)
        ]
        assert here == sorted(here, key=lambda person: person.enrolled_on)


def test_patients_are_enrolled_on_working_days_within_the_time_of_recruitment():
    people = make_patients(5, count=300, sites=make_sites(39), starts_on=START, **ASSUMED)
    assert all(person.enrolled_on.weekday() < 5 for person in people)
    assert min(person.enrolled_on for person in people) >= START
    assert max((person.enrolled_on - START).days for person in people) < 700 + 3


def test_the_same_seed_makes_the_same_cohort_and_another_seed_another():
    first, again, other = (
        plan_cohort(seed=seed, patients=30, sites=5, starts_on=START, languages=("fr", "en"))
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first.lives != other.lives


def test_what_happens_to_one_patient_does_not_depend_on_how_many_others_there_are():
    small = plan_cohort(seed=3, patients=1, sites=1, starts_on=START)
    code = small.lives[0].patient.code
    large = plan_cohort(seed=3, patients=60, sites=1, starts_on=START)
    assert large.by_code[code].nature == small.by_code[code].nature
    assert large.by_code[code].habits == small.by_code[code].habits


def test_these_values_are_the_same_on_every_machine():
    """Written down once: a change here changes every simulated trial that was ever reported by its seed."""
    life = plan_cohort(seed=1, patients=3, sites=2, starts_on=START).lives[0]
    assert (life.patient.code, life.patient.phone, life.patient.enrolled_on.isoformat()) == PINNED_PERSON
    assert life.nature.levels["fatigue"] == PINNED_FATIGUE


PINNED_PERSON = ("01-001", "+33639985978", "2025-03-12")
PINNED_FATIGUE = 0.23565266017481024
