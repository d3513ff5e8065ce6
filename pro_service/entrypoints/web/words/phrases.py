"""The presenters: facts in, words for one reader out (language, time zone and moment of reading are arguments)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import floor
from typing import Protocol

from pro_service.core.timing import local_day, local_time
from pro_service.entrypoints.web.words import TEXTS, Language, counted, text, word

MONTHS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


class Change(Protocol):
    """What the sentences about a scale need: see views.ScaleChange."""

    @property
    def name(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def baseline(self) -> float | None: ...
    @property
    def now(self) -> float: ...


def day_words(on: date, language: Language) -> str:
    """A date as read aloud: 1er mai 2026, 9 févr. 2026; 1 May 2026."""
    number = "1er" if language == "fr" and on.day == 1 else str(on.day)
    return f"{number} {MONTHS[language][on.month - 1]} {on.year}"


def short_day(on: date, language: Language, today: date) -> str:
    """A date without its year where it is this year's."""
    full = day_words(on, language)
    return full.removesuffix(f" {on.year}") if on.year == today.year else full


def since_words(since: date, today: date, language: Language) -> str:
    """How long a state has lasted: depuis 143 jours; for 143 days."""
    days = (today - since).days
    if days < 0:
        return text("since.ahead", language, day=day_words(since, language))
    return text("since.today", language) if days == 0 else counted("since", days, language)


def until_words(on: date, today: date, language: Language) -> str:
    """How far off a day is, ahead or behind: dans 3 jours, depuis 6 jours."""
    days = (on - today).days
    if days == 0:
        return text("in.today", language)
    return counted("in", days, language) if days > 0 else counted("late", -days, language)


def ago_words(at: datetime, now: datetime, language: Language) -> str:
    """The age of an instant in its largest unit: à l'instant, 5 min, 2 h, 3 j. Instants ahead count as now."""
    minutes = floor((now - at).total_seconds() / 60)
    if minutes < 1:
        return text("ago.now", language)
    if minutes < 60:
        return text("ago.minutes", language, n=minutes)
    hours = minutes // 60
    return text("ago.hours", language, n=hours) if hours < 24 else text("ago.days", language, n=hours // 24)


def phase_sentence(title: str, since: date | None, today: date, language: Language) -> str:
    """A phase's title of the trial with its blanks filled: Traitement arrêté depuis 143 jours.

    `title` holds {since}, {day} or neither (`CourseRules.title`). Without a date, the plain phase.
    """
    lasting = since_words(since, today, language) if since is not None else ""
    day = day_words(since, language) if since is not None else ""
    return title.replace("{since}", lasting).replace("{day}", day).rstrip(" ,")


def score_words(value: float | None, language: Language, *, digits: int = 0) -> str:
    """A score as it is read: rounded half up, a comma in French, a dash when there is none."""
    if value is None:
        return text("nothing", language)
    rounded = rounded_half_up(value, digits)
    words = f"{rounded:.{digits}f}"
    return words.replace(".", ",") if language == "fr" else words


def rounded_half_up(value: float, digits: int = 0) -> float:
    """2.5 is shown as 3, as readers expect; round() would give 2."""
    shift = 10.0**digits
    return floor(value * shift + 0.5) / shift


def worsening(change: Change) -> int | None:
    """By how much the scale is worse than at baseline, in points; negative when better, None without baseline.

    Of the rounded values: a reader who subtracts what is shown must find what is said (44 and 89 give 45).
    """
    if change.baseline is None:
        return None
    rise = int(rounded_half_up(change.now) - rounded_half_up(change.baseline))
    return rise if change.direction == "worse" else -rise


def change_line(changes: Iterable[Change], language: Language, *, reference: str = "inclusion") -> str:
    """An alert in one line: Fatigue 44→89, aggravation de 45 depuis l'inclusion; the other scales without words."""
    parts = []
    for number, change in enumerate(changes):
        worse = worsening(change)
        key = "alert.line_short" if number or worse is None or worse <= 0 else "alert.line"
        values = {"before": score_words(change.baseline, language), "now": score_words(change.now, language)}
        since = text(f"reference.{reference}", language)
        name = change.name if number == 0 else change.name[:1].lower() + change.name[1:]
        parts.append(text(key, language, scale=name, n=worse, reference=since, **values))
    return text("semicolon", language).join(parts)


def change_words(change: Change, language: Language) -> str:
    """The difference to baseline in words: pire de 45, mieux de 10, inchangé."""
    worse = worsening(change)
    if worse is None:
        return text("nothing", language)
    if worse == 0:
        return text("alert.same", language)
    return text("alert.worse" if worse > 0 else "alert.better", language, n=abs(worse))


@dataclass(frozen=True, kw_only=True)
class Say:
    """The presenters bound to one reader and one moment: what templates call `say`."""

    language: Language
    now: datetime
    zone: str

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)

    def __call__(self, key: str, **values: object) -> str:
        return text(key, self.language, **values)

    def count(self, key: str, number: int, **values: object) -> str:
        return counted(key, number, self.language, **values)

    def word(self, group: str, code: str | None) -> str:
        return word(group, code, self.language) if code else ""

    def value(self, field: str, code: str, words: Mapping[str, str]) -> str:
        """The words for a value of an event's field: the trial's if it has some, else the desk's."""
        return words.get(code) or word(field, code, self.language)

    def has(self, key: str) -> bool:
        return key in TEXTS

    def problem(self, refusal: str) -> str:
        """A refusal code as a sentence; a sentence stays as it is."""
        return self(f"error.{refusal}") if f"error.{refusal}" in TEXTS else refusal

    def day(self, on: date) -> str:
        return day_words(on, self.language)

    def short(self, on: date) -> str:
        return short_day(on, self.language, self.today)

    def weekday(self, on: date) -> str:
        return f"{WEEKDAYS[self.language][on.weekday()]} {self.short(on)}"

    def until(self, on: date) -> str:
        return until_words(on, self.today, self.language)

    def ago(self, at: datetime) -> str:
        return ago_words(at, self.now, self.language)

    def clock(self, at: datetime) -> str:
        return f"{local_time(at, self.zone):%H:%M}"

    def clock_in(self, zone: str) -> str:
        """The time it is in a zone at the moment of reading."""
        return f"{local_time(self.now, zone):%H:%M}"

    def exact(self, at: datetime) -> str:
        return f"{self.day(local_day(at, self.zone))} {self.clock(at)}"

    def phase(self, title: str, since: date | None) -> str:
        return phase_sentence(title, since, self.today, self.language)

    def score(self, value: float | None, digits: int = 0) -> str:
        return score_words(value, self.language, digits=digits)

    def line(self, changes: Iterable[Change]) -> str:
        return change_line(changes, self.language)

    def change(self, change: Change) -> str:
        return change_words(change, self.language)
