"""What requests may hold that no service should be asked about: impossible names, bodies that are no object."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from pro_service.entrypoints.strict_json import document
from pro_service.services.refusals import NotFoundError

#: The largest key of a table, and so of a path.
_LARGEST_ID = 2**31 - 1


def json_object() -> Mapping[str, Any] | None:
    """The body if it is a JSON object, None for whatever else it is. 415 for a body that does not say it is JSON."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        found = document(request.get_data(cache=True))
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


def refuse_impossible_names() -> None:
    """What no database could hold is not there; asking would be an error of the database. For `before_request`."""
    for value in (request.view_args or {}).values():
        possible = value <= _LARGEST_ID if isinstance(value, int) else str(value).isprintable()
        if not possible:
            raise NotFoundError("an impossible name")


def printable(text: str) -> str:
    """The text without what cannot be seen, typed or stored."""
    return "".join(letter for letter in text if letter.isprintable())
