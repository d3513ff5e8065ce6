"""Reads the body and the query of a request: JSON and nothing else, and only what the route asks for."""

from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from pro_service.entrypoints.api.problems import InvalidFieldsError
from pro_service.entrypoints.strict_json import document


class StrictParser(FlaskParser):
    """webargs' parser without its leniencies: another content type or an unknown name in the query is an error."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as webargs declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            raise UnsupportedMediaType
        try:
            return document(req.get_data(cache=True))
        except ValueError:  # no JSON, no text, a number or a nesting without end
            raise BadRequest from None

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        (messages,) = error.messages_dict.values()  # of one location at a time
        raise InvalidFieldsError(messages if isinstance(messages, Mapping) else {"_schema": messages})
