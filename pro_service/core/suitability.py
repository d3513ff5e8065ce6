"""Checks what a protocol asks of its instruments: that they exist, can be scored so, and can raise its alerts."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from pro_service.core.definition import listed
from pro_service.core.instrument import Direction, Instrument
from pro_service.core.protocol import AlertRule, Finding, Length, Protocol, Threshold, too_much
from pro_service.core.scoring import ScoringChoices, score_range, step_size

PLACEHOLDER = "placeholder"
Instruments = Mapping[str, Instrument | None]


def suits(instruments: Instruments) -> Callable[[Protocol], Iterator[Finding]]:
    """The check of a protocol against these instruments by code, for `read_protocol` and `parse_protocol`.

    It finds what could otherwise only fail when a patient answers. An instrument None exists; its own file is wrong.
    """
    return partial(_findings, instruments=instruments)


def lengths(instruments: Instruments) -> Mapping[str, Length]:
    """How long each instrument is, for what a protocol asks in items and minutes."""
    return {
        code: Length(items=len(each.items), minutes=each.minutes)
        for code, each in instruments.items()
        if each is not None
    }


def without_wording(protocol: Protocol, instruments: Instruments) -> tuple[str, ...]:
    """The instruments asked of which the definition itself holds placeholder labels only, sorted."""
    asked = {code for codes in protocol.bundles.values() for code in codes}
    return tuple(
        sorted(code for code in asked if (each := instruments.get(code)) and each.wording == PLACEHOLDER)
    )


def _unspoken_languages(protocol: Protocol, instruments: Instruments) -> Iterator[Finding]:
    for place, code in _named_instruments(protocol):
        instrument = instruments.get(code)
        spoken = protocol.delivery.languages if instrument is None else instrument.languages
        for language in protocol.delivery.languages:
            if language not in spoken and not place.startswith("alerts"):
                message = f"{code!r} has no wording in {language!r}"
                yield (
                    place,
                    message,
                    "add it to the instrument, or take the language out of delivery.languages",
                )


def _findings(protocol: Protocol, *, instruments: Instruments) -> Iterator[Finding]:
    yield from _unusable_names(protocol, instruments)
    yield from _unknown_value_set(protocol, instruments)
    yield from _unspoken_languages(protocol, instruments)
    yield from too_much(protocol, lengths(instruments))
    for place, rule in _alert_rules(protocol):
        if instrument := instruments.get(rule.instrument):
            for key, message, cure in _alert_problems(rule, instrument):
                yield f"{place}.{key}", message, cure


def _alert_rules(protocol: Protocol) -> Iterator[tuple[str, AlertRule]]:
    names = [rule.id for rule in protocol.alerts.rules]
    yield from (
        (listed("alerts.rules", names, place), rule) for place, rule in enumerate(protocol.alerts.rules)
    )


def _unusable_names(protocol: Protocol, instruments: Instruments) -> Iterator[Finding]:
    known = ", ".join(sorted(instruments)) or "none"
    for place, code in _named_instruments(protocol):
        instrument = instruments.get(code)
        if code not in instruments:
            yield place, f"no instrument {code!r}", f"known: {known}"
        elif instrument is not None and instrument.library:
            cure = "name a form with some of its terms (questionnaires/README.md)"
            yield place, f"{code!r} is an item library", cure


def _named_instruments(protocol: Protocol) -> Iterator[tuple[str, str]]:
    for name, codes in protocol.bundles.items():
        yield from ((f"bundles.{name}", code) for code in codes)
    for place, rule in _alert_rules(protocol):
        yield f"{place}.instrument", rule.instrument


def _unknown_value_set(protocol: Protocol, instruments: Instruments) -> Iterator[Finding]:
    """The value set must be one of every instrument asked that has some; where none is asked, of any that has some."""
    asked = {code for codes in protocol.bundles.values() for code in codes}
    having = [each for each in instruments.values() if each and each.value_sets]
    concerned = [each for each in having if each.code in asked] or having
    for instrument in concerned:
        if protocol.answering.value_set not in instrument.value_sets:
            message = f"{instrument.code} has no value set {protocol.answering.value_set!r}"
            yield "answering.value_set", message, f"use one of {', '.join(instrument.value_sets)}"
            return


def _alert_problems(rule: AlertRule, instrument: Instrument) -> Iterator[Finding]:
    for scale in dict.fromkeys(rule.scales):
        if scale not in instrument.scales_by_code:
            known = ", ".join(instrument.scales_by_code)
            yield "scales", f"no scale {scale!r}", f"known scales: {known}"
        elif step_size(instrument, scale) is None:
            message = f"{scale!r} has no answer step"
            yield "scales", message, "name scales whose answers move them evenly"
        elif instrument.scale(scale).direction is Direction.NONE:
            yield "scales", f"{scale!r} has no worse direction", "name scales that can become worse"
        else:
            yield from _scale_problems(rule, instrument, scale)


def _scale_problems(rule: AlertRule, instrument: Instrument, scale: str) -> Iterator[Finding]:
    ends = score_range(instrument, scale, choices=ScoringChoices())
    step = step_size(instrument, scale)
    if ends is None or step is None:
        return
    low, high = ends
    if rule.points > high - low:
        yield "points", f"{rule.points:g} is more than {scale} can change", f"write at most {high - low:g}"
    if rule.steps * step > high - low + step / 2:
        yield "steps", f"{rule.steps} is more than {scale} has", f"write at most {(high - low) / step:.0f}"
    if threshold := rule.thresholds.get(scale):
        for key, message, cure in _threshold_problems(
            threshold, instrument.scale(scale).direction, low, high
        ):
            yield f"thresholds.{scale}.{key}", message, cure


def _threshold_problems(
    threshold: Threshold, direction: Direction, low: float, high: float
) -> Iterator[Finding]:
    worse = "above" if direction is Direction.WORSE else "below"
    if threshold.beyond != worse:
        yield "beyond", f"is {threshold.beyond!r}, the better side of this scale", f"write {worse!r}"
    if not low <= threshold.value <= high:
        yield "value", f"{threshold.value:g} is no score of this scale", f"write {low:g} to {high:g}"
    elif threshold.value == (high if worse == "above" else low):
        yield "value", f"{threshold.value:g} is the worst score: none lies beyond it", "write a better one"
