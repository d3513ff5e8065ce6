"""Which of several scorings counts, and what two scorings of the same answers have to say to each other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.scoring import Absent, Score, Scoring, current, differences, newest, rule_order

VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
SCORES = st.builds(
    Score,
    scale=st.just("S"),
    value=st.none() | st.floats(0, 100),
    items_used=st.integers(0, 5),
    items_missing=st.integers(0, 5),
    absent=st.none() | st.sampled_from(Absent),
)
SCORINGS = st.dictionaries(st.sampled_from("ABCD"), SCORES).map(
    lambda found: tuple(replace(score, scale=scale) for scale, score in found.items())
)


def test_ten_is_newer_than_nine() -> None:
    assert newest(["9", "10", "2.1"]) == "10"
    assert newest([]) is None


@pytest.mark.parametrize("version", ["", "v2", "2.", "2..1", "-1", "2 "])
def test_a_version_of_other_signs_than_numbers_and_full_stops_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="version of the scoring rules"):
        rule_order(version)


@given(st.lists(st.tuples(VERSIONS, st.sampled_from("ABC")), unique=True))
def test_what_counts_is_of_one_version_and_none_is_newer(scores: list[tuple[str, str]]) -> None:
    counting = current(scores, lambda score: score[0])
    assert len({rule_order(version) for version, _ in counting}) == (1 if scores else 0)
    left = [score for score in scores if score not in counting]
    assert all(rule_order(one[0]) <= rule_order(counting[0][0]) for one in left)
    assert list(counting) == [score for score in scores if score in counting]


@given(SCORINGS)
def test_a_scoring_does_not_differ_from_itself(scores: tuple[Score, ...]) -> None:
    once = Scoring(rule_version="1", scores=scores)
    assert differences(once, replace(once, rule_version="2")) == ()


@given(SCORINGS, SCORINGS)
def test_every_scale_that_differs_is_told_and_no_other(
    old: tuple[Score, ...], new: tuple[Score, ...]
) -> None:
    found = differences(Scoring(rule_version="1", scores=old), Scoring(rule_version="2", scores=new))
    told = {one.scale for one in found}
    assert told == {score.scale for score in {*old} ^ {*new}}
    assert len(found) == len(told)
