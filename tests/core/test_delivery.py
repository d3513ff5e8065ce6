"""The verdicts on an attempt, the provider's error table, and the lattice of statuses."""

from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.delivery import (
    PROVIDER_ERRORS,
    REMEDIES,
    Doubt,
    FailureKind,
    ProviderStatus,
    Refused,
    Uncertain,
    contradicts,
    is_final,
    later,
    rank,
    state_of,
    status_named,
    verdict,
)
from pro_service.core.lifecycle import MessageState

STATUSES = st.sampled_from(ProviderStatus)

KINDS = {
    FailureKind.PERMANENT: (21211, 21614, 21612, 30005, 30006),
    FailureKind.OPT_OUT: (21610,),
    FailureKind.CONFIGURATION: (20003, 21408, 21606, 21212, 30007),
    FailureKind.TRANSIENT: (429, 20429, 30001, 30003, 21611),
}


@pytest.mark.parametrize("kind,code", [(kind, code) for kind, codes in KINDS.items() for code in codes])
def test_a_listed_code_under_a_4xx_is_a_definite_no_of_its_kind(kind, code):
    assert verdict(http_status=400, code=code) == Refused(code=code, kind=kind)


@pytest.mark.parametrize("code", sorted(PROVIDER_ERRORS))
def test_every_listed_code_has_a_sentence_and_a_remedy_in_both_languages(code):
    error = PROVIDER_ERRORS[code]
    assert error.code == code
    assert all(error.sentence[lang] and error.remedy[lang] for lang in ("fr", "en"))


def test_every_kind_of_failure_has_a_remedy():
    assert set(REMEDIES) == set(FailureKind)


@pytest.mark.parametrize("code", [None, 20500, 21211, 20429])
def test_a_5xx_proves_nothing_whatever_code_it_carries(code):
    assert verdict(http_status=500, code=code) == Uncertain(cause=Doubt.SERVER_ERROR, code=code)


@pytest.mark.parametrize("code", [None, 400, 30008, 99999])
def test_a_code_that_is_not_listed_goes_to_a_person(code):
    assert verdict(http_status=400, code=code) == Uncertain(cause=Doubt.UNLISTED_ERROR, code=code)


def test_a_429_without_a_code_is_safe_to_send_again():
    assert verdict(http_status=429, code=None) == Refused(code=429, kind=FailureKind.TRANSIENT)


def test_a_listed_code_under_a_status_that_is_no_error_proves_nothing():
    assert verdict(http_status=302, code=21211) == Uncertain(cause=Doubt.UNLISTED_ERROR, code=21211)


@given(st.lists(STATUSES, min_size=1), st.randoms(use_true_random=False))
def test_callbacks_in_any_order_and_repeated_end_in_the_same_status(statuses, random):
    arrivals = statuses + [random.choice(statuses) for _ in range(len(statuses))]
    random.shuffle(arrivals)
    assert reduce(later, arrivals) is reduce(later, statuses)


@given(STATUSES, STATUSES)
def test_a_status_never_moves_down(current, new):
    assert rank(later(current, new)) >= rank(current)


@given(STATUSES, STATUSES, STATUSES)
def test_the_later_of_statuses_is_a_lattice(a, b, c):
    assert later(a, a) is a
    assert later(a, b) is later(b, a)
    assert later(later(a, b), c) is later(a, later(b, c))


def test_the_order_follows_the_life_of_a_message():
    stages = (
        ("queued", "accepted", "scheduled"),
        ("sending",),
        ("sent",),
        ("delivered", "undelivered", "failed", "canceled"),
        ("read",),
    )
    ranks = [[rank(ProviderStatus(name)) for name in stage] for stage in stages]
    assert all(max(before) < min(after) for before, after in pairwise(ranks))


FINAL = {
    ProviderStatus.CANCELED,
    ProviderStatus.FAILED,
    ProviderStatus.UNDELIVERED,
    ProviderStatus.PARTIALLY_DELIVERED,
    ProviderStatus.DELIVERED,
    ProviderStatus.RECEIVED,
    ProviderStatus.READ,
}


def test_the_final_statuses_are_those_after_which_nothing_more_is_expected():
    assert {status for status in ProviderStatus if is_final(status)} == FINAL


@pytest.mark.parametrize(
    "current,new,clash",
    [
        ("delivered", "undelivered", True),
        ("failed", "delivered", True),
        ("delivered", "read", False),
        ("delivered", "delivered", False),
        ("sent", "failed", False),
    ],
)
def test_two_final_statuses_that_cannot_both_be_true_contradict_each_other(current, new, clash):
    assert contradicts(ProviderStatus(current), ProviderStatus(new)) is clash
    assert contradicts(ProviderStatus(new), ProviderStatus(current)) is clash


def test_proof_of_arrival_outranks_a_report_of_failure():
    for failure in (ProviderStatus.FAILED, ProviderStatus.UNDELIVERED, ProviderStatus.CANCELED):
        assert later(failure, ProviderStatus.DELIVERED) is ProviderStatus.DELIVERED


@pytest.mark.parametrize(
    "status,state",
    [
        ("queued", MessageState.ACCEPTED),
        ("sending", MessageState.ACCEPTED),
        ("sent", MessageState.SENT),
        ("delivered", MessageState.DELIVERED),
        ("read", MessageState.DELIVERED),
        ("undelivered", MessageState.UNDELIVERED),
        ("failed", MessageState.FAILED),
        ("canceled", MessageState.FAILED),
    ],
)
def test_each_status_has_a_state_of_ours(status, state):
    assert state_of(ProviderStatus(status)) is state


def test_a_status_we_do_not_know_has_no_name():
    assert status_named("delivered") is ProviderStatus.DELIVERED
    assert status_named("teleported") is None
    assert status_named("") is None
