"""The alert rules as tables: what raises an alert, what does not, and what cannot be known."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.alerts import Missing, Raised, Unknown, UnusableRuleError, evaluate
from pro_service.core.protocol import AlertRule, Threshold

#: QLQ-C30 scales: points of one answer step, and what a high score means. (EORTC scoring manual, 3rd edition.)
STEP = {
    "QL": 100 / 12,
    "PF": 100 / 15,
    "RF": 100 / 6,
    "EF": 100 / 12,
    "FA": 100 / 9,
    "PA": 100 / 6,
    "SL": 100 / 3,
}
HIGH = {**dict.fromkeys(("QL", "PF", "RF", "EF"), "better"), **dict.fromkeys(("FA", "PA", "SL"), "worse")}

THRESHOLDS: Mapping[str, Threshold | None] = {
    scale: Threshold(value=value, beyond=beyond, status="UNVERIFIED", source="Giesinger 2020")
    for scale, value, beyond in (
        ("PF", 83, "below"),
        ("EF", 71, "below"),
        ("FA", 39, "above"),
        ("PA", 25, "above"),
    )
} | {"QL": None}

RULE = AlertRule(
    id="c30-worse",
    instrument="qlq-c30",
    scales=("QL", "PF", "RF", "EF", "FA", "PA", "SL"),
    kind="worse_than_baseline",
    points=10,
    steps=2,
    thresholds=THRESHOLDS,
    severity="amber",
    sentence={"fr": "Nettement moins bien qu'au départ.", "en": "Clearly worse than at baseline."},
    source="made up",
    status="assumed",
)


def outcomes(
    scale: str, baseline: float | None, now: float | None, *, rule: AlertRule = RULE
) -> tuple[Raised | Unknown, ...]:
    return evaluate(
        [replace(rule, scales=(scale,))],
        instrument="qlq-c30",
        now={scale: now},
        baseline={scale: baseline},
        step_sizes=STEP,
        directions=HIGH,
    )


def fires(scale: str, baseline: float, now: float, *, rule: AlertRule = RULE) -> bool:
    return any(isinstance(outcome, Raised) for outcome in outcomes(scale, baseline, now, rule=rule))


#: scale, baseline, now, alert? and why
SPEC = (
    # one answer step of a two-item scale moves 16.7 points: more than ten, but one step
    ("RF", 100, 100 - 100 / 6, False, "one step of two items"),
    ("RF", 100, 100 - 200 / 6, True, "two steps"),
    ("PA", 50 / 3, 100 / 3, False, "one step, although past the threshold"),
    ("PA", 0, 100 / 3, True, "two steps and past the threshold"),
    ("SL", 0, 100 / 3, False, "one step of a single item moves 33.3"),
    ("SL", 0, 200 / 3, True, "two steps of a single item"),
    ("FA", 100 / 3, 400 / 9, False, "one step of three items moves 11.1"),
    ("FA", 100 / 3, 500 / 9, True, "two steps"),
    # ten points are two steps where one step is 8.3 or 6.7
    ("QL", 75, 75 - 100 / 12, False, "one step, 8.3 points"),
    ("QL", 75, 75 - 200 / 12, True, "two steps, 16.7 points, no threshold"),
    ("EF", 75, 75 - 200 / 12, True, "two steps and below 71"),
    ("PF", 86.0 + 2 / 3, 80, False, "one step, 6.7 points"),
    ("PF", 86.0 + 2 / 3, 73 + 1 / 3, True, "two steps, 13.3 points"),
    # function and symptom scales worsen in opposite directions
    ("PF", 60, 90, False, "a function that rose is better"),
    ("FA", 90, 60, False, "a symptom that fell is better"),
    ("PF", 60, 60, False, "no change"),
    ("FA", 60, 60, False, "no change"),
    # the threshold is strict, and a change alone is not enough
    ("PF", 100, 250 / 3, False, "83.33 (four of five items) is not below 83"),
    ("PF", 100, 83, False, "exactly on the threshold"),
    ("PF", 100, 82.99, True, "just below"),
    ("EF", 100, 75, False, "three steps worse, still above 71"),
    ("FA", 0, 39, False, "exactly on the threshold"),
    ("FA", 0, 39.01, True, "just above"),
    ("FA", 0, 100 / 3, False, "three steps worse, still below 39"),
    # the whole range
    ("QL", 100, 0, True, "from best to worst"),
    ("PA", 0, 100, True, "from best to worst"),
    # prorated scores are compared in points, against whole steps
    ("PF", 70, 70 - 200 / 15 + 1e-6, False, "a hair less than two steps"),
    ("PF", 70, 70 - 200 / 15 + 1e-12, True, "two steps within rounding"),
    ("PF", 70, 70 - 50 / 3, True, "two steps of a scale of four answered items"),
    ("PF", 70, 70 - 25 / 3, False, "one step of a scale of four answered items"),
)


@pytest.mark.req("REG-26")
@pytest.mark.parametrize(
    ("scale", "baseline", "now", "alert", "why"), SPEC, ids=[f"{row[0]}-{row[4]}" for row in SPEC]
)
def test_a_rule_fires_where_the_table_says(
    scale: str, baseline: float, now: float, why: str, *, alert: bool
) -> None:
    assert fires(scale, baseline, now) is alert, why


@pytest.mark.parametrize(("points", "alert"), [(16.6, True), (50 / 3, True), (16.7, False)])
def test_points_count_as_well_as_steps(points: float, *, alert: bool) -> None:
    assert fires("QL", 75, 75 - 50 / 3, rule=replace(RULE, points=points)) is alert


@pytest.mark.req("REG-26")
def test_an_alert_holds_everything_it_rested_on() -> None:
    (raised,) = evaluate(
        [replace(RULE, scales=("FA",))],
        instrument="qlq-c30",
        now={"FA": 500 / 9},
        baseline={"FA": 100 / 3},
        previous={"FA": 400 / 9},
        step_sizes=STEP,
        directions=HIGH,
    )
    assert isinstance(raised, Raised)
    assert (raised.rule_id, raised.instrument, raised.scale) == ("c30-worse", "qlq-c30", "FA")
    assert raised.severity == "amber"
    assert (raised.baseline, raised.previous, raised.now) == (100 / 3, 400 / 9, 500 / 9)
    assert raised.change == pytest.approx(200 / 9)
    assert raised.steps == pytest.approx(2)
    assert raised.threshold == THRESHOLDS["FA"]
    assert raised.sentence["fr"] == "Nettement moins bien qu'au départ."
    assert raised.evidence == {
        "baseline": raised.baseline,
        "previous": raised.previous,
        "now": raised.now,
        "change": raised.change,
        "steps": raised.steps,
        "threshold": 39,
        "beyond": "above",
        "threshold_status": "UNVERIFIED",
    }


def test_the_change_of_a_function_scale_is_positive_when_it_fell() -> None:
    (raised,) = outcomes("QL", 100, 50)
    assert isinstance(raised, Raised)
    assert (raised.change, raised.previous) == (50, None)


def test_the_evidence_says_that_a_threshold_was_not_applied_where_none_is_known() -> None:
    (raised,) = outcomes("QL", 100, 50)
    assert isinstance(raised, Raised)
    evidence = raised.evidence
    assert [evidence[key] for key in ("threshold", "beyond", "threshold_status")] == [
        None,
        None,
        "not_applied",
    ]


@pytest.mark.parametrize(
    ("baseline", "now", "missing"),
    [
        (None, 50.0, Missing.BASELINE),
        (50.0, None, Missing.NOW),
        (None, None, Missing.NOW),
        (float("nan"), 50.0, Missing.BASELINE),
        (50.0, float("nan"), Missing.NOW),
    ],
)
def test_a_comparison_that_cannot_be_made_is_unknown_and_not_fine(
    baseline: float | None, now: float | None, missing: Missing
) -> None:
    assert outcomes("PF", baseline, now) == (
        Unknown(rule_id="c30-worse", instrument="qlq-c30", scale="PF", missing=missing),
    )


def test_without_any_baseline_every_scale_of_the_rule_is_unknown() -> None:
    found = evaluate(
        [RULE],
        instrument="qlq-c30",
        now=dict.fromkeys(STEP, 0.0),
        baseline=None,
        step_sizes=STEP,
        directions=HIGH,
    )
    assert [outcome.scale for outcome in found] == list(RULE.scales)
    assert all(isinstance(outcome, Unknown) for outcome in found)


def test_outcomes_come_in_the_order_of_rules_and_scales_and_only_for_this_instrument() -> None:
    second = replace(RULE, id="second", scales=("PF",))
    other = replace(RULE, id="other", instrument="hads")
    found = evaluate(
        [second, other, replace(RULE, scales=("PA", "QL", "EF"))],
        instrument="qlq-c30",
        now={"PF": 0, "PA": 100, "QL": 0},
        baseline={"PF": 100, "PA": 0, "QL": 100, "EF": 100},
        step_sizes=STEP,
        directions=HIGH,
    )
    assert [(outcome.rule_id, outcome.scale, type(outcome)) for outcome in found] == [
        ("second", "PF", Raised),
        ("c30-worse", "PA", Raised),
        ("c30-worse", "QL", Raised),
        ("c30-worse", "EF", Unknown),
    ]


@pytest.mark.parametrize(
    ("rule", "steps", "directions", "complaint"),
    [
        (replace(RULE, kind="severe"), STEP, HIGH, "kind 'severe' is not known"),
        (RULE, {}, HIGH, "scale QL needs"),
        (RULE, {**STEP, "QL": 0.0}, HIGH, "scale QL needs"),
        (RULE, {**STEP, "QL": float("nan")}, HIGH, "scale QL needs"),
        (RULE, STEP, {}, "scale QL needs"),
        (RULE, STEP, {**HIGH, "QL": "none"}, "scale QL needs"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_before_anything_is_evaluated(
    rule: AlertRule, steps: Mapping[str, float], directions: Mapping[str, str], complaint: str
) -> None:
    with pytest.raises(UnusableRuleError, match=complaint):
        evaluate([rule], instrument="qlq-c30", now={}, baseline={}, step_sizes=steps, directions=directions)


def test_a_rule_for_another_instrument_needs_no_scales_of_this_one() -> None:
    assert evaluate([RULE], instrument="hads", now={}, baseline={}, step_sizes={}, directions={}) == ()


# --- laws ---------------------------------------------------------------------------------------------------

ANY_SCALE = st.sampled_from(sorted(STEP))
SCORE = st.floats(0, 100)


@given(ANY_SCALE, SCORE, SCORE)
def test_what_did_not_worsen_by_the_points_never_fires(scale: str, baseline: float, now: float) -> None:
    worsened = now - baseline if HIGH[scale] == "worse" else baseline - now
    assert worsened >= RULE.points - 1e-6 or not fires(scale, baseline, now)


@given(ANY_SCALE, SCORE, SCORE, st.floats(0, 50))
def test_a_score_worse_still_fires_too(scale: str, baseline: float, now: float, more: float) -> None:
    worse = min(100, now + more) if HIGH[scale] == "worse" else max(0, now - more)
    assert not fires(scale, baseline, now) or fires(scale, baseline, worse)


@given(ANY_SCALE, SCORE, SCORE)
def test_a_symptom_and_its_mirror_image_agree(scale: str, baseline: float, now: float) -> None:
    """Turning a scale upside down, threshold and all, changes nothing."""
    mirrored = {
        name: threshold
        and replace(
            threshold,
            value=100 - threshold.value,
            beyond="above" if threshold.beyond == "below" else "below",
        )
        for name, threshold in THRESHOLDS.items()
    }
    turned = evaluate(
        [replace(RULE, scales=(scale,), thresholds=mirrored)],
        instrument="qlq-c30",
        now={scale: 100 - now},
        baseline={scale: 100 - baseline},
        step_sizes=STEP,
        directions={name: "worse" if high == "better" else "better" for name, high in HIGH.items()},
    )
    near = any(abs(abs(now - baseline) - limit) < 1e-6 for limit in (RULE.points, 2 * STEP[scale]))
    near = near or abs(now - (threshold.value if (threshold := THRESHOLDS.get(scale)) else -1)) < 1e-6
    assert near or any(isinstance(outcome, Raised) for outcome in turned) == fires(scale, baseline, now)
