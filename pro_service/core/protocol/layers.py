"""Reads a protocol laid over those it extends, and says of each mistake in which of the files it stands."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.extend import PARTS, chain_of, resolve
from pro_service.core.protocol.model import Protocol
from pro_service.core.protocol.parse import parse_protocol

Documents = Mapping[str, Mapping[str, Any]]
Suits = Callable[[Protocol], Iterator[Finding]]
_STEP = re.compile(r"[^.\[\]]+")
_LISTS = (("rules",), ("alerts", "rules"), ("visits", "calendar"))
"""The lists whose tables carry an id and are laid over one another by it."""


def read_protocol(name: str, documents: Documents, *, suits: Suits | None = None) -> Protocol:
    """The protocol of the file `name`.toml among `documents`, laid over those it extends.

    Raises DefinitionError with every mistake. One that the extended file has by itself is told of that file.
    """
    chain = chain_of(name, documents)
    document = resolve(name, documents)
    problems = [each for part in chain[:-1] for each in _repeated_ids(part, documents[part])]
    problems += _misnamed(name, document.get("version"))
    try:
        protocol = parse_protocol(document, source=f"{name}.toml", suits=suits)
    except DefinitionError as error:
        found = _with_misspelt_ids(error.problems, chain, documents)
        problems += _told_where_they_stand(found, chain, documents, suits)
        raise DefinitionError(dict.fromkeys(problems)) from error
    if problems:
        raise DefinitionError(problems)
    return protocol


def _misnamed(name: str, version: Any) -> Iterator[Problem]:
    """A protocol is asked for by its version: the file must be called so."""
    if isinstance(version, str) and version.strip() and name != version:
        cure = f"rename the file to {version}.toml or mend the version"
        yield Problem(place=f"{name}.toml: version", message=f"is {version!r}", cure=cure)


def _told_where_they_stand(
    problems: Iterable[Problem], chain: Sequence[str], documents: Documents, suits: Suits | None
) -> Iterator[Problem]:
    if len(chain) == 1:
        yield from problems
        return
    below = _problems_of(chain[1], documents, suits)
    for problem in problems:
        key = _key(problem)
        same = [each for each in below if _key(each) == key and each.message == problem.message]
        owner = _owner(key, chain, documents)
        if same:
            yield same[0]
        elif owner == chain[0]:
            yield problem
        else:
            yield replace(problem, message=f"{problem.message} (the key stands in {owner}.toml)")


def _problems_of(name: str, documents: Documents, suits: Suits | None) -> tuple[Problem, ...]:
    if name.startswith(PARTS):
        return ()  # it lacks what those that extend it add
    try:
        read_protocol(name, documents, suits=suits)
    except DefinitionError as error:
        return error.problems
    return ()


def _key(problem: Problem) -> str:
    return problem.place.partition(": ")[2]


def _owner(key: str, chain: Sequence[str], documents: Documents) -> str:
    """The file of the chain that has most of the key; of several the one laid over the others."""
    return max(chain, key=lambda name: _depth(key, documents[name]))


def _depth(key: str, document: Any) -> int:
    steps = _STEP.findall(key)
    for depth, step in enumerate(steps):
        document = _below(document, step)
        if document is None:
            return depth
    return len(steps)


def _below(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if not isinstance(value, list):
        return None
    named = [item for item in value if isinstance(item, Mapping) and item.get("id") == step]
    numbered = value[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(value) else None
    return named[0] if named else numbered


def _ids(document: Mapping[str, Any], path: Sequence[str]) -> list[str]:
    value: Any = document
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    items = value if isinstance(value, list) else []
    found = [item.get("id") for item in items if isinstance(item, Mapping)]
    return [each for each in found if isinstance(each, str)]


def _repeated_ids(name: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Of two tables of one id in a file that extends another the first would vanish when they are laid over."""
    for path in _LISTS:
        ids = _ids(document, path)
        for each in dict.fromkeys(ids):
            if ids.count(each) > 1:
                place = f"{name}.toml: {'.'.join(path)}.id"
                message = f"{each!r} is used {ids.count(each)} times"
                yield Problem(place=place, message=message, cure="choose another name")


def _with_misspelt_ids(
    problems: Iterable[Problem], chain: Sequence[str], documents: Documents
) -> tuple[Problem, ...]:
    """A table that lacks keys and whose id is nearly that of an extended one was meant to be laid over that one."""
    found = list(problems)
    for path in _LISTS if len(chain) > 1 else ():
        below = [each for name in chain[1:] for each in _ids(documents[name], path)]
        for each in _ids(documents[chain[0]], path):
            near = get_close_matches(each, below, n=1)
            place = f"{chain[0]}.toml: {'.'.join((*path, each))}"
            lacks = [p for p in found if p.place.startswith(f"{place}.") and p.message == "is missing"]
            if each not in below and near and lacks:
                message = f"no table {each!r} to lay over in what the file extends, and no whole one"
                meant = Problem(place=place, message=message, cure=f"did you mean {near[0]!r}?")
                found = [meant, *(problem for problem in found if not problem.place.startswith(f"{place}."))]
    return tuple(found)
