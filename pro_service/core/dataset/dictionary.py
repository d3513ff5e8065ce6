"""The data dictionary, made from the definitions themselves: tables, code lists, protocols, instruments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pro_service.core.dataset.codelists import codelists, options_name
from pro_service.core.dataset.model import Cell, Row, Table
from pro_service.core.dataset.tables import DICTIONARY, PROBLEMS, TABLES
from pro_service.core.instrument import Instrument, Item, Rule, Scale
from pro_service.core.protocol import AlertRule, Protocol
from pro_service.core.scoring import ScoringChoices, score_range


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What an export describes: its tables and the protocols and instruments behind them.

    `protocols` has the study's current version first: its choices give the ranges of scores.
    """

    study: str
    protocols: tuple[Protocol, ...]
    instruments: tuple[Instrument, ...]
    tables: tuple[Table, ...] = (*TABLES, PROBLEMS, DICTIONARY)

    @cached_property
    def codelists(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        return codelists(self.protocols, self.instruments)

    @property
    def choices(self) -> ScoringChoices:
        """How the study's current protocol version scores."""
        answering = self.protocols[0].answering
        return ScoringChoices(value_set=answering.value_set, hads_missing=answering.hads_missing)


def dictionary_rows(definition: Definition) -> Iterator[Row]:
    """The rows of `data_dictionary`: each table with its columns, then instruments, protocols and code lists."""
    for table in definition.tables:
        yield from _table(table)
    for instrument in definition.instruments:
        yield from _instrument(instrument, definition.choices)
    for protocol in definition.protocols:
        yield from _protocol(protocol)
    for name, codes in definition.codelists.items():
        for position, (code, words) in enumerate(codes.items(), start=1):
            yield _row("codelist", name, code, position, label=words)


def _row(entry: str, parent: str, name: str, position: int, *, label: Mapping[str, str], **more: Cell) -> Row:
    values: dict[str, Cell] = {
        "entry": entry,
        "parent": parent,
        "name": name,
        "position": position,
        "label_fr": label.get("fr", ""),
        "label_en": label.get("en", ""),
        **more,
    }
    return tuple(values.get(column) for column in DICTIONARY.names)


def _table(table: Table) -> Iterator[Row]:
    note = "one row for each " + ", ".join(table.key)
    yield _row("table", "", table.name, 0, label=table.label, note=note)
    for position, column in enumerate(table.columns, start=1):
        yield _row(
            "column",
            table.name,
            column.name,
            position,
            type=column.kind,
            label=column.label,
            unit=column.unit,
            codelist=column.codelist,
            source=column.origin,
            note=column.note,
        )


def _instrument(instrument: Instrument, choices: ScoringChoices) -> Iterator[Row]:
    notes = (f"labels here: {instrument.wording}", *instrument.doubts)
    yield _row(
        "instrument",
        "",
        instrument.code,
        0,
        label=instrument.title,
        source=instrument.licence.holder,
        status=instrument.status,
        cdisc=instrument.cdisc.category if instrument.cdisc else "",
        rule=f"version {instrument.version}",
        note="; ".join(notes),
    )
    for position, item in enumerate(instrument.items, start=1):
        yield _item(instrument, item, position)
    for position, scale in enumerate(instrument.scales, start=1):
        yield _scale(instrument, scale, position, choices)


def _item(instrument: Instrument, item: Item, position: int) -> Row:
    asked = f"asked only if {item.shown_if.item} is above {item.shown_if.above}" if item.shown_if else ""
    return _row(
        "item",
        instrument.code,
        item.code,
        position,
        type="integer",
        label=item.label,
        minimum=item.minimum,
        maximum=item.maximum,
        codelist=options_name(instrument, item),
        source="patient",
        cdisc=item.cdisc or "",
        note=asked,
    )


def _scale(instrument: Instrument, scale: Scale, position: int, choices: ScoringChoices) -> Row:
    limits = score_range(instrument, scale.code, choices=choices)
    lowest, highest = map(_limit, limits or (None, None))
    return _row(
        "scale",
        instrument.code,
        scale.code,
        position,
        type="integer" if scale.rule is Rule.STATE else "number",
        label=scale.name,
        minimum=lowest,
        maximum=highest,
        direction=scale.direction,
        rule=scale.rule,
        source=scale.source,
        status=scale.status,
        cdisc=scale.cdisc or "",
        note=_made_of(scale),
    )


def _limit(value: float | None) -> Cell:
    """A whole limit as an integer: 0 to 100, not 0.0 to 100.0."""
    return int(value) if value is not None and value.is_integer() else value


def _made_of(scale: Scale) -> str:
    parts = [f"items {' '.join(scale.items)}"]
    if scale.scales:
        parts.append(f"scales {' '.join(scale.scales)}")
    if scale.reversed:
        parts.append(f"reversed {' '.join(scale.reversed)}")
    return "; ".join([*parts, f"missing: {scale.missing}"])


def _protocol(protocol: Protocol) -> Iterator[Row]:
    same = dict.fromkeys(("fr", "en"), protocol.title)
    scored = f"value set {protocol.answering.value_set}; HADS missing: {protocol.answering.hads_missing}"
    yield _row("protocol", "", protocol.version, 0, label=same, status=protocol.status, note=scored)
    for rule in protocol.alerts.rules:
        for position, scale in enumerate(rule.scales, start=1):
            yield _alert_rule(protocol, rule, scale, position)


def _alert_rule(protocol: Protocol, rule: AlertRule, scale: str, position: int) -> Row:
    threshold = rule.thresholds.get(scale)
    beyond = f"{threshold.beyond} {threshold.value!r}" if threshold else "no threshold known: not applied"
    return _row(
        "alert_rule",
        protocol.version,
        f"{rule.id}.{scale}",
        position,
        label=rule.sentence,
        rule=rule.kind,
        source=threshold.source if threshold else rule.source,
        status=threshold.status if threshold else rule.status,
        note=f"{rule.instrument} {scale}: at least {rule.points!r} points and {rule.steps} steps; {beyond}",
    )
