"""Checks the texts of a file, one by one, against the definition of the questionnaire they are the wording of."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pro_service.core.definition import Problem
from pro_service.core.instrument import Instrument
from pro_service.core.wording.parts import INSTRUCTION, Texts, high_key, low_key, may_give, placeholders

#: Longer than any question; a longer text is a document pasted into a cell.
LONGEST = 2_000
_LINE_BREAK = "\n"
_UNREADABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_ITEM = "item."
_OPTION = "option."


@dataclass(frozen=True, kw_only=True)
class Given:
    """One text as it stands in a file; `place` is file and row, `language` what the row says of itself, if anything."""

    place: str
    key: str
    text: str
    language: str | None = None


def check_texts(
    instrument: Instrument, given: Sequence[Given], *, language: str, source: str
) -> tuple[Texts, tuple[Problem, ...]]:
    """The texts by key, and everything that is wrong with them; texts with a problem are not to be used.

    Texts are taken as they are but for space around them, line ends and Unicode's canonical form (NFC). A blank
    instruction is none.
    """
    ours = placeholders(instrument, language)
    known = {*ours, *may_give(instrument)}
    problems: list[Problem] = []
    found: dict[str, Given] = {}
    for each in given:
        problems += _row_problems(each, ours, known, found, language)
        found.setdefault(each.key, each)
    problems += _missing(ours, found, source)
    texts = {key: cleaned(found[key].text) for key in ours if key in found}
    given_too = {key: cleaned(each.text) for key, each in found.items() if key in known - ours.keys()}
    texts |= {key: text for key, text in given_too.items() if text}
    problems += _alike(instrument, texts, found)
    return texts, tuple(problems)


def cleaned(text: str) -> str:
    lines = text.replace("\r\n", _LINE_BREAK).replace("\r", _LINE_BREAK)
    return unicodedata.normalize("NFC", lines).strip()


def same_language(tag: str, language: str) -> bool:
    """Does a language tag, such as fr-FR, name this language, whatever the region?"""
    return tag.strip().replace("_", "-").partition("-")[0].casefold() == language


def _row_problems(
    row: Given, ours: Texts, known: Collection[str], found: Mapping[str, Given], language: str
) -> Iterator[Problem]:
    if row.key in found:
        cure = "keep one of them"
        yield Problem(
            place=row.place, message=f"{row.key!r} stands already at {found[row.key].place}", cure=cure
        )
    if row.key not in known:
        cure = "use the keys that `flask wording template` prints"
        yield Problem(place=row.place, message=f"{row.key[:80]!r} is no part of the questionnaire", cure=cure)
    if row.language is not None and not same_language(row.language, language):
        cure = "import each language from a file of its own"
        yield Problem(place=row.place, message=f"is in {row.language[:20]!r}, not {language!r}", cure=cure)
    yield from _text_problems(row, ours.get(row.key))


def _text_problems(row: Given, ours: str | None) -> Iterator[Problem]:
    text = cleaned(row.text)
    if not text and not row.key.startswith(INSTRUCTION):
        yield Problem(place=row.place, message=f"{row.key[:80]!r} has no text", cure="write the text")
    if len(text) > LONGEST:
        message = f"{row.key[:80]!r} has {len(text)} characters"
        yield Problem(place=row.place, message=message, cure=f"write at most {LONGEST}")
    odd = sorted({each for each in text if not _readable(each)})
    if odd:
        message = f"{row.key[:80]!r} holds {', '.join(f'U+{ord(each):04X}' for each in odd[:5])}"
        yield Problem(place=row.place, message=message, cure="remove what cannot be seen or printed")
    if _misread(text):
        message = f"{row.key[:80]!r} looks like UTF-8 read in another encoding"
        yield Problem(place=row.place, message=message, cure="export the file again, as UTF-8")
    if ours is not None and row.key.startswith(_ITEM) and text.casefold() == cleaned(ours).casefold():
        message = f"{row.key!r} is our placeholder, not its owner's wording"
        yield Problem(place=row.place, message=message, cure="write the wording you hold a licence for")


def _readable(character: str) -> bool:
    if character == "\ufffd":
        return False  # what a program writes where it could not read
    return character == _LINE_BREAK or unicodedata.category(character) not in _UNREADABLE


def _misread(text: str) -> bool:
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode() != text
    except UnicodeError:
        return False


def _missing(ours: Texts, found: Mapping[str, Given], source: str) -> Iterator[Problem]:
    for key in ours:
        if key not in found:
            yield Problem(place=source, message=f"{key!r} is missing", cure="add a row with its text")


def _alike(instrument: Instrument, texts: Texts, found: Mapping[str, Given]) -> Iterator[Problem]:
    """Options of one item, or the ends of its line, with the same text: nobody could tell them apart."""
    for item in instrument.items:
        first: dict[str, str] = {}
        ends = (key for key in (low_key(item.code), high_key(item.code)) if key in texts)
        for key in (*_keys_of_options(item.code, texts), *ends):
            said = texts[key].casefold()
            if said and first.setdefault(said, key) != key:
                message = f"{key!r} has the same text as {first[said]!r}"
                yield Problem(place=found[key].place, message=message, cure="give each its own text")


def _keys_of_options(item: str, texts: Texts) -> Iterable[str]:
    before = f"{_OPTION}{item}."
    return (key for key in texts if key.startswith(before))
