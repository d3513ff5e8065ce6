"""Reads TOML files of definitions from disk; a file that cannot be read is a mistake like any other, and no crash."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pro_service.core.definition import DefinitionError, Problem

DEEPEST = 20
"""Tables and lists within one another; no definition needs half as many."""
LARGEST_BYTES = 1_000_000
"""No definition is a tenth as long. Reading one takes seconds a megabyte, and who waits would not be told why."""

_TOML_PLACE = re.compile(r"(?P<message>.*) \(at (?P<place>line \d+, column \d+|end of document)\)", re.DOTALL)


def read_document(path: Path) -> Mapping[str, Any]:
    """The document of one TOML file. Raises DefinitionError if it cannot be read or is no TOML, naming the line.

    A byte order mark, as some editors write it, is no mistake.
    """
    try:
        size = path.stat().st_size
        document = {} if size > LARGEST_BYTES else tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError([_syntax_problem(path, str(error))]) from error
    except UnicodeDecodeError as error:
        raise _wrong(f"{path.name}: byte {error.start}", "is not UTF-8", "save the file as UTF-8") from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:  # of the numbers: one of thousands of digits
        raise _wrong(path.name, "holds a number that is too large", "write a smaller number") from error
    except OSError as error:
        message = error.strerror or "cannot be read"
        raise _wrong(str(path), message, "name a file that can be read") from error
    if size > LARGEST_BYTES:
        raise _wrong(path.name, f"has {size} bytes", f"write at most {LARGEST_BYTES}")
    if _is_deeper(document, DEEPEST):
        raise _too_deep(path)
    return document


def _is_deeper(document: Mapping[str, Any], most: int) -> bool:
    level: list[Any] = [document]
    for _ in range(most):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _too_deep(path: Path) -> DefinitionError:
    return _wrong(path.name, "has tables or lists too deep within one another", "write fewer levels")


def _wrong(place: str, message: str, cure: str) -> DefinitionError:
    return DefinitionError([Problem(place=place, message=message, cure=cure)])


def _syntax_problem(path: Path, text: str) -> Problem:
    match = _TOML_PLACE.fullmatch(text)
    place = f"{path.name}: {match['place']}" if match else path.name
    message = match["message"] if match else text
    return Problem(place=place, message=f"is no TOML: {message}", cure="mend this line or the one before it")
