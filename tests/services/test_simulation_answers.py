"""Virtual answers: in range for every instrument, branching respected, worse where the patient is worse."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.instrument import (
    Condition,
    Direction,
    Instrument,
    Item,
    Licence,
    Missing,
    Option,
    Rule,
    Scale,
    Status,
)
from pro_service.services.simulation.cohort.answers import give_answers, is_shown, read_sheet, worse_when_high
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.cohort.trajectories import TRAITS, Nature, burden_on, draw_nature
from pro_service.store.catalogue import load_instruments

INSTRUMENTS = load_instruments()
CODES = sorted(INSTRUMENTS)
START = date(2025, 3, 3)
WELL, ILL = dict.fromkeys(TRAITS, 0.05), dict.fromkeys(TRAITS, 0.9)
NEUTRAL = Nature(levels=dict.fromkeys(TRAITS, 0.3), decline=0.0)


def an_item(
    code: str, *, minimum: int = 1, maximum: int = 4, shown_if: Condition | None = None, vas: bool = False
):
    options = () if vas else tuple(Option(value=v, label={"fr": str(v)}) for v in range(minimum, maximum + 1))
    label = {"fr": code}
    return Item(
        code=code,
        minimum=minimum,
        maximum=maximum,
        options=options,
        label=label,
        recall=label,
        shown_if=shown_if,
    )


def a_scale(code: str, *items: str, direction: Direction = Direction.WORSE, **how):
    status, source = Status.CHECKED, "made up"
    how = {"rule": Rule.MEAN_TRANSFORM, "missing": Missing.COMPLETE} | how
    return Scale(
        code=code, name={"fr": code}, items=items, direction=direction, status=status, source=source, **how
    )


def an_instrument(items: tuple[Item, ...], scales: tuple[Scale, ...]):
    return Instrument(
        code="made-up", version="1", title={"fr": "x"}, status=Status.CHECKED, doubts=(), wording="placeholder",
        minutes=1, sitting=timedelta(days=1), recall={"fr": "x"}, cdisc=None, items=items, scales=scales,
        licence=Licence(holder="x", terms="x", ask="x", source="x"),
    )  # fmt: skip


def answered(instrument: Instrument, burden, occasion: str = "BASE", patient: str = "01-001"):
    given = give_answers(read_sheet(instrument), burden=burden, seed=1, patient=patient, occasion=occasion)
    return {answer.item: answer.value for answer in given}


@pytest.fixture(params=CODES)
def instrument(request):
    return INSTRUMENTS[request.param]


@given(
    burden=st.fixed_dictionaries({trait: st.floats(0, 1) for trait in TRAITS}), occasion=st.text(max_size=3)
)
@pytest.mark.parametrize("code", CODES)
def test_every_value_is_in_its_items_range_and_every_item_answered_was_shown(code, burden, occasion):
    instrument = INSTRUMENTS[code]
    given = answered(instrument, burden, occasion)
    for item_code, value in given.items():
        item = instrument.item(item_code)
        assert item.accepts(value) if value is not None else item.may_refuse
        assert is_shown(item, given)


def test_answers_come_in_the_order_asked(instrument):
    order = [item.code for item in instrument.items]
    given = list(answered(instrument, WELL))
    assert given == [code for code in order if code in set(given)]


def test_the_same_occasion_gives_the_same_answers_and_another_day_others(instrument):
    half = dict.fromkeys(TRAITS, 0.5)
    assert answered(instrument, half) == answered(instrument, half)
    others = [answered(instrument, half, occasion=str(day)) for day in range(20)]
    assert any(other != answered(instrument, half) for other in others)


def test_an_ill_patient_ticks_the_bad_end_of_every_item(instrument):
    well, ill = answered(instrument, WELL), answered(instrument, ILL)
    for code in well.keys() & ill.keys():
        before, after = well[code], ill[code]
        if before is not None and after is not None:
            assert (after > before) == worse_when_high(instrument, code), code


def test_few_answers_are_refused_or_left_out(instrument):
    possible = refused = given = 0
    for number in range(300):
        answers = answered(instrument, ILL, patient=f"01-{number:03}")
        possible += len(instrument.items)
        given += len(answers)
        refused += sum(value is None for value in answers.values())
    assert given > 0.9 * possible
    assert refused < 0.03 * possible


@pytest.mark.parametrize(
    "scale, high_is_bad",
    [
        (a_scale("S", "q", direction=Direction.WORSE), True),
        (a_scale("S", "q", direction=Direction.BETTER, inverted=True), True),
        (a_scale("S", "q", direction=Direction.BETTER), False),
        (a_scale("S", "q", direction=Direction.WORSE, reversed=("q",)), False),
        (a_scale("S", "q", direction=Direction.BETTER, rule=Rule.VALUE_SET), True),
        (a_scale("S", "q", direction=Direction.BETTER, rule=Rule.ITEM_VALUE), False),
        (a_scale("S", "q", direction=Direction.NONE, rule=Rule.STATE), True),
    ],
    ids=["symptom", "function", "positive words", "reversed", "value set", "scale of health", "only a label"],
)
def test_which_end_of_an_item_is_bad_follows_from_its_scale(scale, high_is_bad):
    assert worse_when_high(an_instrument((an_item("q"),), (scale,)), "q") == high_is_bad


def test_the_narrowest_scale_speaks_for_an_item():
    items = (an_item("q1"), an_item("q2"))
    total = a_scale("TOTAL", "q1", "q2", direction=Direction.BETTER)
    own = a_scale("PAIN", "q1")
    assert worse_when_high(an_instrument(items, (total, own)), "q1")
    assert not worse_when_high(an_instrument(items, (total, own)), "q2")


def test_an_item_behind_a_refused_condition_is_not_asked():
    item = an_item("q2", shown_if=Condition(item="q1", above=1))
    assert is_shown(item, {"q1": 2})
    assert not is_shown(item, {"q1": 1})
    assert not is_shown(item, {"q1": None})
    assert not is_shown(item, {})


def test_a_line_from_0_to_100_is_mostly_marked_at_fives():
    instrument = an_instrument((an_item("VAS", minimum=0, maximum=100, vas=True),), ())
    values = [
        answered(instrument, dict.fromkeys(TRAITS, 0.37), occasion=str(k)).get("VAS") for k in range(200)
    ]
    fives = [value for value in values if value is not None and value % 5 == 0]
    assert 120 < len(fives) < 190


# --- trajectories -------------------------------------------------------------------------------------------------


def on(days: int, *events: Event, nature: Nature = NEUTRAL):
    return burden_on(START + timedelta(days=days), nature=nature, events=events, enrolled_on=START)


STOP = Event(type="treatment_stopped", on=START + timedelta(days=30))
POSITIVE = Event(
    type="ctdna_resulted",
    on=START + timedelta(days=80),
    result="positive",
    disclosed_on=START + timedelta(days=95),
)


def test_side_effects_fade_after_the_treatment_was_stopped():
    assert on(29, STOP) == NEUTRAL.levels
    assert on(29, STOP)["toxicity"] > on(60, STOP)["toxicity"] > on(150, STOP)["toxicity"]


def test_a_positive_result_frightens_from_the_day_it_is_told_and_less_later():
    assert on(94, STOP, POSITIVE)["fear"] == on(94, STOP)["fear"]
    assert on(95, STOP, POSITIVE)["fear"] > on(95, STOP)["fear"] + 0.2
    assert on(400, STOP, POSITIVE)["fear"] < on(96, STOP, POSITIVE)["fear"]


def test_a_positive_baseline_is_no_conversion():
    assert on(200, POSITIVE) == NEUTRAL.levels


def test_progression_hurts_and_resumption_brings_side_effects_back():
    progression = Event(type="pd_confirmed", on=START + timedelta(days=100))
    restart = Event(type="treatment_resumed", on=START + timedelta(days=110), relation="same")
    assert on(120, progression)["pain"] > NEUTRAL.levels["pain"] + 0.1
    assert on(140, restart)["toxicity"] > NEUTRAL.levels["toxicity"] + 0.1


def test_a_declining_patient_gets_worse_in_everything():
    nature = Nature(levels=NEUTRAL.levels, decline=0.02)
    assert all(value > 0.5 for value in on(365, nature=nature).values())


def test_burdens_stay_between_none_and_the_worst():
    nature = Nature(levels=dict.fromkeys(TRAITS, 0.9), decline=0.5)
    everything = (STOP, POSITIVE, Event(type="pd_confirmed", on=START))
    assert all(
        0 <= value <= 1 for day in range(0, 900, 30) for value in on(day, *everything, nature=nature).values()
    )


def test_some_patients_decline_and_most_do_not():
    declines = [draw_nature(stream(seed, "nature")).decline for seed in range(500)]
    assert 30 < sum(decline > 0 for decline in declines) < 100
