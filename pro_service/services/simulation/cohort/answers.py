"""What a virtual patient ticks: the latent traits of the day, turned into values of any instrument's items."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from pro_service.core.instrument import Direction, Instrument, Item, Rule, Scale
from pro_service.services.simulation.cohort.draws import bell, chance, clamp, stream
from pro_service.services.simulation.cohort.trajectories import TRAITS

#: The traits behind a scale, by its code; a scale of another name rests on all of them.
TRAITS_OF_SCALE: Mapping[str, tuple[str, ...]] = {
    "PF": ("function",), "RF": ("function", "fatigue"), "SF": ("function", "mood"), "CF": ("fatigue", "mood"),
    "EF": ("mood", "fear"), "FA": ("fatigue",), "PA": ("pain",), "SL": ("mood", "fatigue"), "NV": ("toxicity",),
    "DY": ("toxicity", "function"), "AP": ("toxicity", "mood"), "CO": ("toxicity",), "DI": ("toxicity",),
    "FI": ("function", "fear"), "BRBI": ("mood",), "BRFU": ("fear",), "BRST": ("toxicity",), "BRHL": ("toxicity",),
    "BRAS": ("pain",), "BRBS": ("pain",), "BRSEF": ("mood", "fatigue"), "BRSEE": ("mood", "fatigue"),
    "HADS-A": ("fear", "mood"), "HADS-D": ("mood",),
    "PWB": ("toxicity", "fatigue"), "SWB": ("mood",), "EWB": ("mood", "fear"), "FWB": ("function",),
}  # fmt: skip
#: The same by item, where its scale says less.
TRAITS_OF_ITEM: Mapping[str, tuple[str, ...]] = {
    "MO": ("function",), "SC": ("function",), "UA": ("function", "fatigue"), "PD": ("pain",), "AD": ("mood", "fear"),
}  # fmt: skip

#: The same by instrument, whatever its scales are called.
TRAITS_OF_INSTRUMENT: Mapping[str, tuple[str, ...]] = {"fcri-sf": ("fear",)}

#: Scales whose questions more people leave out.
INTIMATE = frozenset({"BRSEF", "BRSEE", "SX", "SE", "VS", "ES"})
REFUSAL, INTIMATE_REFUSAL, GAP = 0.003, 0.05, 0.002

NOISE, HABIT_OF_ITEM = 0.045, 0.09  # burden: from one day to the next; of one patient with one item, always
ROUGH_STEP = 5  # people mark a 0-100 line at fives


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer as ticked; None: "I prefer not to answer". An item that was skipped has none."""

    item: str
    value: int | None


@dataclass(frozen=True, kw_only=True)
class Question:
    """One item as virtual patients understand it: what it is about, and which end of its range is the bad one."""

    item: Item
    traits: tuple[str, ...]
    worse_when_high: bool
    refusal: float  # chance of no answer on purpose


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An instrument made ready for virtual patients; the work of `read_sheet` is done once."""

    instrument: str
    questions: tuple[Question, ...]


def read_sheet(instrument: Instrument) -> Sheet:
    return Sheet(
        instrument=instrument.code, questions=tuple(_question(instrument, item) for item in instrument.items)
    )


def _question(instrument: Instrument, item: Item) -> Question:
    scale = own_scale(instrument, item.code)
    about = TRAITS_OF_INSTRUMENT.get(instrument.code, TRAITS)
    if scale is not None:
        about = TRAITS_OF_SCALE.get(scale.code, about)
    refusal = INTIMATE_REFUSAL if scale and scale.code in INTIMATE else REFUSAL
    return Question(
        item=item,
        traits=TRAITS_OF_ITEM.get(item.code, about),
        worse_when_high=worse_when_high(instrument, item.code),
        refusal=refusal if item.may_refuse else 0.0,
    )


def own_scale(instrument: Instrument, item: str) -> Scale | None:
    """The narrowest scored scale that an item belongs to: what the item is about."""
    scales = [
        scale for scale in instrument.scales if item in scale.items and scale.direction != Direction.NONE
    ]
    return min(scales, key=lambda scale: len(scale.items), default=None)


def worse_when_high(instrument: Instrument, item: str) -> bool:
    """Does a higher value of the item mean a worse state? By its scale's equation and direction; else assumed."""
    scale = own_scale(instrument, item)
    if scale is None:
        return True
    turned = scale.rule == Rule.VALUE_SET or (scale.inverted != (item in scale.reversed))
    return turned == (scale.direction == Direction.BETTER)


def give_answers(
    sheet: Sheet, *, burden: Mapping[str, float], seed: int, patient: str, occasion: str
) -> tuple[Given, ...]:
    """Answers in the order asked, every value in its item's range, items that are not shown left out.

    `burden` is trajectories.burden_on; `occasion` (an assessment's key) makes each day's noise its own.
    """
    rng = stream(seed, "answers", patient, occasion, sheet.instrument)
    given: dict[str, int | None] = {}
    for question in sheet.questions:
        manner = HABIT_OF_ITEM * _manner(seed, patient, sheet.instrument, question.item.code)
        felt = sum(burden[trait] for trait in question.traits) / len(question.traits) + manner
        value = _ticked(rng, question, clamp(felt + NOISE * bell(rng), 0.0, 1.0))
        refuses, skips = chance(rng, question.refusal), chance(rng, GAP)
        if is_shown(question.item, given) and not skips:
            given[question.item.code] = None if refuses else value
    return tuple(Given(item=code, value=value) for code, value in given.items())


def is_shown(item: Item, given: Mapping[str, int | None]) -> bool:
    """Is the item asked, after these answers? A refused or skipped condition hides it."""
    if item.shown_if is None:
        return True
    before = given.get(item.shown_if.item)
    return before is not None and before > item.shown_if.above


def _ticked(rng: Random, question: Question, felt: float) -> int:
    item = question.item
    high = felt if question.worse_when_high else 1.0 - felt
    value = item.minimum + int(high * (item.maximum - item.minimum) + 0.5)
    rough = not item.options and chance(rng, 0.8)
    return max(value - value % ROUGH_STEP, item.minimum) if rough else value


@lru_cache(maxsize=200_000)
def _manner(seed: int, patient: str, instrument: str, item: str) -> float:
    """A patient's lasting way with one item; the first of a stream of its own, so that no order matters."""
    return bell(stream(seed, "manner", patient, instrument, item))
