"""The decision about access: laws over every role, permission, site and moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pro_service.core.access import (
    EMERGENCY,
    PATIENT_WRITES,
    PERMISSIONS,
    SITE_ROLES,
    SPONSOR_ROLES,
    STUDY_ROLES,
    Decision,
    Grant,
    Opened,
    Permission,
    Place,
    Rights,
    Role,
    decide,
    held,
    roles,
    sites_with,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITES = (1, 2, 3)
OWN_ACCOUNT = Permission.OWN_ACCOUNT


def grant(role: Role, site_id: int | None = 1, *, study_id: int = 1, **when: datetime | None) -> Grant:
    dates = {"valid_from": NOW - HOUR} | when
    return Grant(role=role, study_id=study_id, site_id=site_id, **dates)  # type: ignore[arg-type]


def rights(*grants: Grant) -> Rights:
    return Rights(grants=grants)


GRANTS = some.builds(
    grant,
    some.sampled_from(Role),
    some.sampled_from([None, *SITES]),
    study_id=some.sampled_from([1, 2]),
    valid_from=some.sampled_from([NOW - HOUR, NOW + HOUR]),
    valid_to=some.sampled_from([None, NOW, NOW + HOUR]),
    ended_at=some.sampled_from([None, NOW - HOUR / 2, NOW + HOUR]),
)
PLACES = some.builds(Place, study_id=some.sampled_from([1, 2]), site_id=some.sampled_from(SITES))


@pytest.mark.parametrize("role", sorted(SPONSOR_ROLES))
def test_reg_06_and_20_a_sponsors_role_never_writes_a_patients_data_nor_sees_who_it_is(role: Role) -> None:
    assert PERMISSIONS[role].isdisjoint(PATIENT_WRITES | {Permission.SEE_IDENTITY, Permission.BREAK_GLASS})


@given(some.lists(GRANTS.filter(lambda each: each.role in SPONSOR_ROLES), max_size=6), PLACES)
def test_no_combination_of_sponsors_grants_writes_or_identifies(grants: list[Grant], place: Place) -> None:
    for permission in PATIENT_WRITES | {Permission.SEE_IDENTITY}:
        assert decide(rights(*grants), permission, places=[place], now=NOW) is not Decision.ALLOWED


@given(some.lists(GRANTS, max_size=6), PLACES, some.sampled_from(sorted(Permission)))
def test_two_grants_never_combine(grants: list[Grant], place: Place, permission: Permission) -> None:
    """What a person may do somewhere, one of their grants allows there by itself."""
    together = decide(rights(*grants), permission, places=[place], now=NOW) is Decision.ALLOWED
    alone = any(
        decide(rights(one), permission, places=[place], now=NOW) is Decision.ALLOWED for one in grants
    )
    assert together == alone


@given(some.lists(GRANTS, max_size=6), PLACES, some.sampled_from(sorted(Permission)))
def test_a_list_shows_a_site_exactly_when_its_objects_may_be_reached(
    grants: list[Grant], place: Place, permission: Permission
) -> None:
    shown = sites_with(rights(*grants), permission, study_id=place.study_id, sites=SITES, now=NOW)
    allowed = decide(rights(*grants), permission, places=[place], now=NOW) is Decision.ALLOWED
    assert (place.site_id in shown) == allowed


@given(some.lists(GRANTS, max_size=6), PLACES, some.sampled_from(sorted(Permission)))
def test_a_place_that_no_grant_reaches_is_answered_like_one_that_does_not_exist(
    grants: list[Grant], place: Place, permission: Permission
) -> None:
    given_now = rights(*grants)
    if any(one.in_force(NOW) and one.reaches(place) for one in grants):
        return
    foreign = decide(given_now, permission, places=[place], now=NOW)
    assert foreign is decide(given_now, permission, places=[None], now=NOW)
    assert foreign is not Decision.ALLOWED


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_allows_what_it_includes_at_its_own_site_alone(role: Role, permission: Permission) -> None:
    given_now, includes = rights(grant(role)), permission in PERMISSIONS[role]
    own = decide(given_now, permission, places=[Place(study_id=1, site_id=1)], now=NOW)
    assert (own is Decision.ALLOWED) == includes
    for place in (Place(study_id=1, site_id=2), Place(study_id=2, site_id=1)):
        elsewhere = decide(given_now, permission, places=[place], now=NOW)
        assert elsewhere is (Decision.ABSENT if includes else Decision.REFUSED)


def test_an_object_that_one_may_see_but_not_change_is_refused_not_hidden() -> None:
    both = rights(grant(Role.NURSE, 1), grant(Role.MONITOR, 2))
    write = Permission.RECORD_FACTS
    assert decide(both, write, places=[Place(study_id=1, site_id=1)], now=NOW) is Decision.ALLOWED
    assert decide(both, write, places=[Place(study_id=1, site_id=2)], now=NOW) is Decision.REFUSED
    assert decide(both, write, places=[Place(study_id=1, site_id=3)], now=NOW) is Decision.ABSENT


def test_of_several_objects_the_strictest_answer_counts() -> None:
    nurse = rights(grant(Role.NURSE))
    own, other = Place(study_id=1, site_id=1), Place(study_id=1, site_id=2)
    assert decide(nurse, Permission.RECORD_FACTS, places=[own, other], now=NOW) is Decision.ABSENT
    assert decide(nurse, Permission.RECORD_FACTS, places=[own, None], now=NOW) is Decision.ABSENT


def test_a_grant_holds_from_its_first_instant_until_before_its_last() -> None:
    short = grant(Role.NURSE, valid_from=NOW, valid_to=NOW + HOUR)
    tick = timedelta(microseconds=1)
    moments = [NOW - tick, NOW, NOW + HOUR - tick, NOW + HOUR]
    assert [short.in_force(each) for each in moments] == [False, True, True, False]
    assert not grant(Role.NURSE, ended_at=NOW).in_force(NOW)
    assert roles(rights(short), now=NOW) == (Role.NURSE,)
    assert roles(rights(short), now=NOW + HOUR) == ()


def test_who_was_given_nothing_keeps_their_own_account() -> None:
    assert held(Rights(), now=NOW) == {OWN_ACCOUNT}
    assert decide(Rights(), OWN_ACCOUNT, now=NOW) is Decision.ALLOWED
    assert decide(Rights(), Permission.SEE_DEFINITIONS, now=NOW) is Decision.REFUSED


def test_an_emergency_opens_one_patient_for_reading_until_its_end() -> None:
    opened = Opened(patient_id=7, from_at=NOW, until_at=NOW + HOUR)
    doctor = Rights(grants=(grant(Role.INVESTIGATOR),), opened=(opened,))
    patient, neighbour = (Place(study_id=1, site_id=2, patient_id=each) for each in (7, 8))
    for permission in Permission:
        if permission in PERMISSIONS[Role.INVESTIGATOR]:
            expected = Decision.ALLOWED if permission in EMERGENCY else Decision.REFUSED
            assert decide(doctor, permission, places=[patient], now=NOW) is expected
            assert decide(doctor, permission, places=[neighbour], now=NOW) is Decision.ABSENT
    assert decide(doctor, Permission.SEE_PATIENTS, places=[patient], now=NOW + HOUR) is Decision.ABSENT


def test_roles_are_of_sites_or_of_studies_or_of_either_but_never_of_both() -> None:
    assert SITE_ROLES.isdisjoint(STUDY_ROLES)
    assert set(Role) - SPONSOR_ROLES <= SITE_ROLES
