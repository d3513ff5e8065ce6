"""Made-up instruments for the tests of the dialogue: small enough to see at a glance, odd where it matters."""

from collections.abc import Sequence
from datetime import timedelta

from pro_service.core.instrument import Condition, Instrument, Item, Licence, Option, Status

RECALL = {"fr": "Cette semaine", "en": "This week"}
HOW_MUCH = (
    (1, "Pas du tout", "Not at all"),
    (2, "Un peu", "A little"),
    (3, "Assez", "Quite a bit"),
    (4, "Beaucoup", "Very much"),
)


def item(
    code: str,
    *,
    options: Sequence[tuple[int, str, str]] = HOW_MUCH,
    span: tuple[int, int] | None = None,
    shown_if: tuple[str, int] | None = None,
    may_refuse: bool = True,
) -> Item:
    """An item with labelled options, or (with `span`) a plain range of numbers."""
    values = [value for value, _, _ in options]
    low, high = span or (min(values), max(values))
    return Item(
        code=code,
        minimum=low,
        maximum=high,
        options=() if span else tuple(Option(value=v, label={"fr": fr, "en": en}) for v, fr, en in options),
        label={"fr": f"question {code}", "en": f"item {code}"},
        recall=RECALL,
        shown_if=Condition(item=shown_if[0], above=shown_if[1]) if shown_if else None,
        may_refuse=may_refuse,
    )


def instrument(code: str, *items: Item) -> Instrument:
    return Instrument(
        code=code,
        version="1",
        title={"fr": code, "en": code},
        status=Status.CHECKED,
        doubts=(),
        wording="placeholder",
        minutes=5,
        sitting=timedelta(days=1),
        recall=RECALL,
        licence=Licence(holder="nobody", terms="none", ask="nobody", source="made up"),
        cdisc=None,
        items=items,
        scales=(),
    )
