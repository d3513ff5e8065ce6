"""Reads XLIFF 1.2 and 2.x, with a parser that refuses every document type: no entity can be declared, none expanded.

So neither outside entities nor entities that multiply can be used; what is left of XML needs no further guard but the
limit on the file's size. The tree is never built: one pass keeps the texts of units.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from pro_service.core.definition import Problem
from pro_service.core.wording import Given, same_language
from pro_service.services.csv_table import InputError

_SPACE = " "
_UNITS = ("trans-unit", "unit")  # 1.2, 2.x
_TEXTS = ("source", "target")
#: Proposals beside a unit's own texts.
_ASIDE = frozenset({"alt-trans", "matches", "match"})
_UNFINISHED = ("needs-", "new", "initial")


class _DoctypeError(ValueError):
    """The document declares a type, and so might declare entities."""


@dataclass
class _Unit:
    """One unit: its key, the row it begins in, its texts, and what is wrong with it."""

    key: str
    row: int
    target_language: str | None
    source_language: str | None
    source: str = ""
    target: str = ""
    segments: int = 0
    markup: bool = False
    unfinished: bool = False


@dataclass
class _Reading:
    """Where the pass stands."""

    parser: expat.XMLParserType
    path: list[str] = field(default_factory=list)
    units: list[_Unit] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=dict)
    is_xliff: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(_SPACE)[2]
        self.path.append(local)
        if local in ("xliff", "file"):
            self.is_xliff = self.is_xliff or self.path == ["xliff"]
            self._note_languages(attributes)
        elif local in _UNITS:
            self._begin(attributes)
        elif self.units and not _ASIDE & {*self.path}:
            self._inside(local, attributes)

    def end(self, _: str) -> None:
        self.path.pop()

    def characters(self, data: str) -> None:
        if not self.units or not self.path or _ASIDE & {*self.path}:
            return
        if self.path[-1] == "source":
            self.units[-1].source += data
        elif self.path[-1] == "target":
            self.units[-1].target += data

    def doctype(self, *_: object) -> None:
        raise _DoctypeError

    def _note_languages(self, attributes: Mapping[str, str]) -> None:
        for kind, names in (
            ("source", ("source-language", "srcLang")),
            ("target", ("target-language", "trgLang")),
        ):
            for name in names:
                if name in attributes:
                    self.languages[kind] = attributes[name]

    def _begin(self, attributes: Mapping[str, str]) -> None:
        key = attributes.get("resname") or attributes.get("name") or attributes.get("id") or ""
        unit = _Unit(
            key=key.strip(),
            row=self.parser.CurrentLineNumber,
            target_language=self.languages.get("target"),
            source_language=self.languages.get("source"),
        )
        self.units.append(unit)

    def _inside(self, local: str, attributes: Mapping[str, str]) -> None:
        unit = self.units[-1]
        if local == "source":
            unit.segments += 1
        if any(each in self.path[:-1] for each in _TEXTS):
            unit.markup = True
        if local in ("target", "segment") and attributes.get("state", "").startswith(_UNFINISHED):
            unit.unfinished = True


def read_xliff(data: bytes, *, language: str, source: str) -> tuple[Given, ...]:
    """The texts of an XLIFF file in `language`: its targets, or its sources where those are in that language.

    InputError if it is no XLIFF, declares a document type, or a unit cannot be taken as it stands.
    """
    reading = _parsed(data, source)
    if not reading.is_xliff:
        cure = "bring a CSV or an XLIFF file"
        raise InputError([Problem(place=source, message="is XML, but no XLIFF", cure=cure)])
    problems = [problem for unit in reading.units for problem in _problems(unit, source)]
    if problems:
        raise InputError(problems)
    return tuple(_given(unit, language, source) for unit in reading.units)


def _parsed(data: bytes, source: str) -> _Reading:
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True
    reading = _Reading(parser=parser)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(data, True)
    except _DoctypeError:
        cure = "remove the line that begins with <!DOCTYPE"
        raise InputError(
            [Problem(place=_row(source, parser), message="declares a document type", cure=cure)]
        ) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The last two: an encoding that does not exist, or not for XML.
        message = f"is no XML: {error}"
        raise InputError(
            [Problem(place=_row(source, parser), message=message, cure="export the file again, as UTF-8")]
        ) from None
    return reading


def _row(source: str, parser: expat.XMLParserType) -> str:
    return f"{source}: row {parser.CurrentLineNumber}"


def _problems(unit: _Unit, source: str) -> Iterator[Problem]:
    place = f"{source}: row {unit.row}"
    if unit.markup:
        message = f"{unit.key[:80]!r} holds markup"
        yield Problem(place=place, message=message, cure="write its text without inline elements")
    if unit.segments > 1:
        message = f"{unit.key[:80]!r} is cut into {unit.segments} segments"
        yield Problem(place=place, message=message, cure="join them into one")
    if unit.unfinished:
        message = f"{unit.key[:80]!r} is marked as unfinished"
        yield Problem(place=place, message=message, cure="finish its translation and say so in its state")


def _given(unit: _Unit, language: str, source: str) -> Given:
    target, origin = unit.target_language, unit.source_language
    from_source = not (target and same_language(target, language)) and same_language(origin or "", language)
    return Given(
        place=f"{source}: row {unit.row}",
        key=unit.key,
        text=unit.source if from_source else unit.target,
        language=(origin if from_source else target) or "",
    )
