"""What the staff's pages call a phase or an event type: the trial's words as a title, as a sentence, or in short."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pro_service.core.definition import Section

#: What a phase's title may hold: how long it has lasted, and the day it began.
BLANKS = ("{since}", "{day}")


@dataclass(frozen=True, kw_only=True)
class DeskWords:
    """A title of its own for a phase or an event type, and its words in a drawing; "" where the usual words will do."""

    title: str = ""
    short: str = ""


DeskTable = Mapping[str, Mapping[str, DeskWords]]  # language -> phase or event type -> its words
NO_DESK_WORDS = DeskWords()


def read_desk_words(section: Section, languages: tuple[str, ...]) -> DeskTable:
    """The table [course.desk]; mistakes are collected in the section."""
    table = {
        language: {code: _read(part) for code, part in section.children(language, required=False)}
        for language in languages
    }
    section.finish()
    return table


def _read(section: Section) -> DeskWords:
    words = DeskWords(title=section.text("title", ""), short=section.text("short", ""))
    section.finish()
    return words


def capital(words: str) -> str:
    """The words with a capital first letter; the others as they are (ctDNA)."""
    return words[:1].upper() + words[1:]


def odd_desk_words(
    table: DeskTable, *, phases: tuple[str, ...], event_types: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """Entries that nobody will ever read, or that would show a brace to staff."""
    known = {*phases, *event_types}
    for language, entries in table.items():
        for code, words in entries.items():
            place = f"course.desk.{language}.{code}"
            if code not in known:
                yield place, "is no phase and no event type", f"known: {', '.join((*phases, *event_types))}"
            left = words.title
            for blank in BLANKS if code in phases else ():
                left = left.replace(blank, "")
            if "{" in left or "}" in left:
                cure = f"write {' or '.join(BLANKS)} there" if code in phases else "leave them out"
                yield f"{place}.title", "has braces that stand for nothing", cure
