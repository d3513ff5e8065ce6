"""Composes a study's form out of an item library: some of its terms, each with all its attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pro_service.core.definition import DefinitionError, Section, open_definition
from pro_service.core.instrument.model import Instrument

EXTENDS = "extends"
#: The key under which a composed form names the library, and its version, that it was taken from.
PARENT = "taken_from"
_OWN = ("code", "version", "title", "minutes")


def compose_form(
    document: Mapping[str, Any], library: Mapping[str, Any] | None, *, source: str
) -> Mapping[str, Any]:
    """The definition of a form that says `extends` and `terms = [...]`, as if it were written out.

    `library` is the document of the item library it names, None if there is none. The terms are asked in the order the
    form names them; every other key of the form replaces the library's. What it was taken from stands under PARENT.
    Raises DefinitionError.
    """
    form = open_definition(document, source=source)
    name = form.text(EXTENDS)
    if library is None or not library.get("library"):
        form.problem(EXTENDS, f"{name!r} is no item library", "name the code of one, such as pro-ctcae")
        raise DefinitionError(form.problems)
    known = library.get("terms")
    if not isinstance(known, Mapping):
        form.problem(EXTENDS, f"the library {name!r} has no terms", "mend the library first")
        raise DefinitionError(form.problems)
    terms = _terms(form, known)
    if form.has(PARENT):
        form.problem(PARENT, "is written here", "leave it out: it follows from extends")
    for key in _OWN:
        if not form.has(key):
            form.problem(key, "is missing", "a form has its own")
    if form.problems:
        raise DefinitionError(form.problems)
    inherited = {key: value for key, value in library.items() if key != "library"}
    own = {key: value for key, value in document.items() if key != EXTENDS}
    parent = {key: library.get(key, "") for key in ("code", "version")}
    return {**inherited, **own, "terms": terms, PARENT: parent}


def _terms(form: Section, known: Mapping[str, Any]) -> Mapping[str, Any]:
    names = form.texts("terms")
    for name in names:
        if name not in known:
            form.problem("terms", f"{name!r} is no term of the library", f"use some of {', '.join(known)}")
        if names.count(name) > 1:
            form.problem("terms", f"names {name!r} {names.count(name)} times", "name it once")
    if form.has("terms") and not names:
        form.problem("terms", "names no term", "name at least one")
    return {name: known[name] for name in names if name in known}


def part_asked(library: Instrument, codes: Sequence[str]) -> Instrument:
    """The part of an item library that these items are from: their terms whole, with the terms' scores."""
    scales = tuple(scale for scale in library.scales if set(scale.items) & set(codes))
    wanted = {*codes, *(item for scale in scales for item in scale.items)}
    items = tuple(item for item in library.items if item.code in wanted)
    return replace(library, items=items, scales=scales)
