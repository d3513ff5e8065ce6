"""An instrument as one page of facts in one language: every cell is text, ready to be shown.

What stands only in English in a definition (sources, doubts, terms of the licence) stays so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from pro_service.core.instrument import Instrument, Item, Rule, Scale
from pro_service.core.manual import words
from pro_service.core.scoring import ScoringChoices, score_range, step_size

_HOUR = timedelta(hours=1)
_RUN = 3  # so many neighbours are written as first to last


@dataclass(frozen=True, kw_only=True)
class ScaleLine:
    """One scale. `step` is how far one answer moves the score, `needs` how many answers it takes to be scored."""

    code: str
    name: str
    items: str
    rule: str
    needs: str
    range: str
    direction: str
    step: str
    status: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item. `condition`, `recall` (where it is not the questionnaire's) and `cdisc` may be empty."""

    code: str
    label: str
    range: str
    condition: str
    recall: str
    may_refuse: bool
    cdisc: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One version of a questionnaire. `status` is checked or UNVERIFIED, `wording` placeholder or licensed."""

    code: str
    version: str
    title: str
    status: str
    wording: str
    minutes: int
    sitting: str
    recall: str
    languages: tuple[str, ...]
    holder: str
    terms: str
    ask: str
    licence_source: str
    cdisc: str
    doubts: tuple[str, ...]
    value_sets: tuple[str, ...]
    scales: tuple[ScaleLine, ...]
    items: tuple[ItemLine, ...]


def sheet(instrument: Instrument, language: str) -> Sheet:
    """The facts of an instrument in French (`fr`) or English (`en`)."""
    licence, cdisc = instrument.licence, instrument.cdisc
    return Sheet(
        code=instrument.code,
        version=instrument.version,
        title=instrument.title[language],
        status=instrument.status,
        wording=instrument.wording,
        minutes=instrument.minutes,
        sitting=_sitting(instrument, language),
        recall=instrument.recall[language],
        languages=instrument.languages,
        holder=licence.holder,
        terms=licence.terms,
        ask=licence.ask,
        licence_source=licence.source,
        cdisc=f"{cdisc.category} ({cdisc.codelist})" if cdisc else "",
        doubts=instrument.doubts,
        value_sets=tuple(instrument.value_sets),
        scales=tuple(_scale(instrument, scale, language) for scale in instrument.scales),
        items=tuple(_item(instrument, item, language) for item in instrument.items),
    )


def _sitting(instrument: Instrument, language: str) -> str:
    if instrument.same_day:
        return words.SAME_DAY[language]
    return words.HOURS[language].format(n=instrument.sitting // _HOUR)


def _scale(instrument: Instrument, scale: Scale, language: str) -> ScaleLine:
    return ScaleLine(
        code=scale.code,
        name=scale.name[language],
        items=_places(instrument, scale.items, language),
        rule=_rule(scale, language),
        needs=_told(words.MISSING, scale.missing, language),
        range=_range(instrument, scale, language),
        direction=_told(words.DIRECTIONS, scale.direction, language),
        step=_step(instrument, scale, language),
        status=scale.status,
        source=scale.source,
    )


def _item(instrument: Instrument, item: Item, language: str) -> ItemLine:
    condition = ""
    if item.shown_if is not None:
        condition = words.ASKED_IF[language].format(item=item.shown_if.item, above=item.shown_if.above)
    own = item.recall[language]
    return ItemLine(
        code=item.code,
        label=item.label[language],
        range=_between(item.minimum, item.maximum, language),
        condition=condition,
        recall=own if own != instrument.recall[language] else "",
        may_refuse=item.may_refuse,
        cdisc=item.cdisc or "",
    )


def _rule(scale: Scale, language: str) -> str:
    told = _told(words.RULES, scale.rule, language)
    if scale.inverted:
        told += words.INVERTED[language]
    for sentence, codes in ((words.PARTS, scale.scales), (words.TURNED, scale.reversed)):
        if codes:
            told += sentence[language].format(codes=" ".join(codes))
    return told


def _told(known: Mapping[str, words.Words], code: str, language: str) -> str:
    """The words for a code; one that has none yet is shown as it is, since a page must not fail for want of a word."""
    return known[code][language] if code in known else code.replace("_", " ")


def _range(instrument: Instrument, scale: Scale, language: str) -> str:
    bounds = score_range(instrument, scale.code, choices=ScoringChoices())
    if bounds is None:
        return words.UNKNOWN[language]
    return _between(*bounds, language)


def _step(instrument: Instrument, scale: Scale, language: str) -> str:
    if scale.rule is Rule.STATE:
        return ""
    size = step_size(instrument, scale.code)
    return words.UNEVEN[language] if size is None else _number(size, language)


def _between(low: float, high: float, language: str) -> str:
    return f"{_number(low, language)}-{_number(high, language)}"


def _number(value: float, language: str) -> str:
    """At most two decimals, and none where they say nothing."""
    told = f"{value:.2f}".rstrip("0").rstrip(".")
    return told.replace(".", ",") if language == "fr" else told


def _places(instrument: Instrument, codes: Sequence[str], language: str) -> str:
    """Items by code, numbered neighbours together (q1-q5 q7); a word if it is every item of a longer questionnaire."""
    order = [item.code for item in instrument.items]
    if len(codes) == len(order) > _RUN:
        return words.EVERY_ITEM[language]
    places = sorted(order.index(code) for code in codes)
    runs = [
        [order[place] for _, place in run]
        for _, run in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    ]
    return " ".join(
        f"{run[0]}-{run[-1]}" if len(run) >= _RUN and _numbered(run) else " ".join(run) for run in runs
    )


def _numbered(codes: Sequence[str]) -> bool:
    """Only of numbered items does a reader know what lies between the first and the last."""
    return all(code[-1].isdigit() for code in codes)
