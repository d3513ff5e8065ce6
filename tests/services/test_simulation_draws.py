"""The shapes of chance: within their bounds, with the averages they promise."""

from pro_service.services.simulation.cohort.draws import (
    bell,
    chance,
    clamp,
    on_curve,
    pick,
    pick_weighted,
    stream,
    whole,
)

MANY = 20_000


def test_streams_of_different_names_do_not_run_alike():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert len({stream(1, "a").random(), stream(1, "b").random(), stream(2, "a").random()}) == 3


def test_whole_numbers_cover_both_ends_and_nothing_else():
    rng = stream(1, "whole")
    assert {whole(rng, 2, 5) for _ in range(400)} == {2, 3, 4, 5}


def test_a_chance_comes_true_in_its_share_of_cases():
    rng = stream(1, "chance")
    assert abs(sum(chance(rng, 0.3) for _ in range(MANY)) / MANY - 0.3) < 0.02


def test_the_bell_has_mean_nought_and_deviation_one():
    rng = stream(1, "bell")
    values = [bell(rng) for _ in range(MANY)]
    mean = sum(values) / MANY
    assert abs(mean) < 0.03
    assert abs(sum((value - mean) ** 2 for value in values) / MANY - 1) < 0.04


def test_the_middle_of_a_curve_is_its_median():
    rng = stream(1, "curve")
    values = sorted(on_curve(rng, (0, 10, 100)) for _ in range(MANY))
    assert abs(values[MANY // 2] - 10) < 1
    assert 0 <= values[0] <= values[-1] <= 100


def test_weights_decide_how_often_a_choice_is_picked():
    rng = stream(1, "pick")
    picked = [pick_weighted(rng, (("a", 3), ("b", 1))) for _ in range(MANY)]
    assert abs(picked.count("a") / MANY - 0.75) < 0.02
    assert {pick(rng, "xyz") for _ in range(100)} == set("xyz")


def test_rounding_cannot_push_a_pick_beyond_the_last_choice():
    class Last:
        def random(self):
            return 1.0

    assert pick_weighted(Last(), (("a", 1), ("b", 1))) == "b"


def test_a_value_is_held_between_its_bounds():
    assert (clamp(-1, 0, 1), clamp(0.5, 0, 1), clamp(9, 0, 1)) == (0, 0.5, 1)
