"""Reads the [visits] table of a protocol file: kinds of monitoring visits, and the calendar that plans them."""

import re
from collections.abc import Iterable, Mapping

from pro_service.core.definition import Section
from pro_service.core.protocol.model import LANGUAGES
from pro_service.core.protocol.parse_timepoints import Asked, read_timepoints, too_many
from pro_service.core.protocol.visits import VisitKind, VisitRule, Visits

#: What a calendar says that people outside the trial may see: no kind, no disease, no treatment.
NEUTRAL_WORDS: Mapping[str, str] = {"fr": "Visite d'étude", "en": "Study visit"}
_LONGEST_WORDS = 60
MOST_CALENDARS = 50
MOST_VISITS = 1_000
_KIND = re.compile(r"[a-z][a-z0-9_]{0,15}", re.ASCII)


def read_visits(section: Section, default_phases: tuple[str, ...]) -> Visits:
    """[visits.kinds] and [[visits.calendar]]; without the table the trial has no visits.

    A calendar without `while` holds in `default_phases`.
    """
    kinds = {name: _kind(name, part) for name, part in section.children("kinds", required=False)}
    parts = section.sections("calendar", required=False, by_id=True)
    calendar = (
        ()
        if too_many(section, "calendar", len(parts), MOST_CALENDARS, "rules")
        else _rules(parts, default_phases)
    )
    if too_many(
        section, "calendar", sum(len(rule.timepoints) for rule in calendar), MOST_VISITS, "visits in all"
    ):
        calendar = ()
    section.finish()
    return Visits(kinds=kinds, calendar=calendar)


def _rules(parts: Iterable[Section], default_phases: tuple[str, ...]) -> tuple[VisitRule, ...]:
    return tuple(_rule(part, default_phases) for part in parts)


def _kind(name: str, section: Section) -> VisitKind:
    if not _KIND.fullmatch(name):
        section.problem("", f"is no name of a kind: {name!r}", "write up to 16 small letters, digits and _")
    words = {language: section.name(language, most=_LONGEST_WORDS) for language in LANGUAGES}
    shown = section.section("calendar_words", required=False)
    outside = {
        language: shown.name(language, most=_LONGEST_WORDS)
        if shown.has(language)
        else NEUTRAL_WORDS[language]
        for language in LANGUAGES
    }
    shown.known.update(LANGUAGES)
    shown.finish()
    section.finish()
    return VisitKind(id=name, words=words, calendar_words=outside)


def _rule(section: Section, default_phases: tuple[str, ...]) -> VisitRule:
    phases = section.names("while", default_phases)
    if section.has("while") and not phases and not section.spoilt("while"):
        section.problem("while", "names no phase: no visit is ever planned", "name a phase or remove the key")
    rule = VisitRule(
        id=section.name("id"),
        kind=section.text("kind"),
        anchor=section.text("anchor"),
        timepoints=read_timepoints(section, lambda _: Asked()),
        phases=frozenset(phases),
    )
    section.finish()
    return rule
