"""What the form of each page may bring, and nothing else; and in no request a name twice or a name with brackets.

A field nobody asked for is refused rather than passed over: whoever sends `site_id` or `role` has to learn that it does
nothing here, and a form that was changed without its row below fails at once (tests/web/test_form_fields.py).
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from pro_service.entrypoints.errors import Problem
from pro_service.entrypoints.headers import MAX_FORM_PARTS
from pro_service.entrypoints.strict_json import NamedTwiceError

_EVENT = ("type", "on", "disclosed_on", "visit_on", "result", "relation", "reason", "visit", "bundle")
_PATIENT = (
    "site",
    "patient_code",
    "phone",
    "language",
    "time_zone",
    "sms_items",
    "consent_on",
    "included_on",
    "consent_text",
)

#: What a sheet of answers brings; its items stand behind a prefix, as `item-q1`.
_SHEET = ("instrument", "reason", "note", "item-*")

#: The fields of each form, by its endpoint; one that ends in * is a prefix. The session's own token may stand in any.
FORM_FIELDS: Mapping[str, tuple[str, ...]] = {
    "sign_in.login": ("login", "password", "code", "next"),
    "sign_in.logout": (),
    "sign_in.choose_language": ("language", "next"),
    "desk.record_event": _EVENT,
    "desk.void_event": ("reason",),
    "desk.acknowledge": ("action", "note", "close"),
    "desk.enrol": _PATIENT,
    "delivery.change_zone": ("zone", "from_on"),
    "delivery.send_link": (),
    "delivery.note_call": ("outcome", "note"),
    "checks.unchanged": ("from",),
    "checks.settle": ("note",),
    "telling.told": ("told_on",),
    "visits.create_feed": ("site",),
    "visits.revoke_feed": (),
    "own_copy.own_copy": (),
    "copies.make": (),
    "data.enter": (*_SHEET, "mode", "answered_on", "answered_by", "complete"),
    "data.correct": (*_SHEET, "source", "source_on", "asked_by"),
    "data.decide": ("decision", "note"),
    "data.missing_reason": ("reason", "note", "from"),
    "questions.ask": ("kind", "assessment", "instrument", "item", "event", "visit", "field", "text"),
    "questions.answer": ("text",),
    "questions.close": ("text",),
    "questions.reopen": ("text",),
    "questions.record": ("scope", "act", "on", "text_id"),
    "signatures.sign": ("patient", "sha.*", "page", "meaning", "password", "code"),
    "locks.lock": ("name", "site", "reason"),
    "locks.again": (),
    "locks.ask_release": ("reason", "hours"),
    "locks.confirm_release": (),
    "locks.decline_release": (),
    "people.grant": ("role", "site", "reason", "first", "last"),
    "people.end": ("reason",),
    "people.disable": ("reason",),
    "emergency.open_patient": ("patient", "reason"),
    "emergency.end": (),
    "account.change_password": ("username", "current", "new"),
    "account.end_other_sessions": (),
    "account.end_session": (),
    "account.give_factor": ("code", "next"),
    "account.link_identity": (),
    "account.renew_codes": (),
    "account.replace_factor": ("sealed", "code"),
    "accounts.invite": ("login", "name", "role", "site", "language"),
    "accounts.reset": ("login", "what", "reason"),
    "join.open_link": ("token",),
    "join.accept": ("token", "username", "password", "sealed", "code"),
    "provider.give_code": ("code",),
    "provider.join": ("token",),
}
#: Fields of which a form may bring several: boxes that are ticked.
_SEVERAL: Mapping[str, frozenset[str]] = {
    "signatures.sign": frozenset({"patient"}),
    "people.grant": frozenset({"site"}),
}
_ALWAYS = frozenset({"csrf_token"})
#: Signed by others, who send what they send: read field by field where the signature is checked.
_OTHERS = frozenset({"sms_webhook", "simulated_carrier"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_TOLD = 5


class UnknownFieldsError(UnprocessableEntity):
    """The request brings what nobody asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        shown = ("".join(sign for sign in str(name) if sign.isprintable())[:64] for name in names)
        self.names = tuple(sorted(shown))[:_MOST_TOLD]
        super().__init__(f"unknown fields: {', '.join(self.names)}")


def refuse_odd_names(app: Flask) -> None:
    """Before each request of `app`: every name once, and of a page's form only its own fields."""

    @app.before_request
    def check() -> None:
        if request.blueprint in _OTHERS:
            return
        # The library counts the parts of a multipart form only; counting these costs nothing, reading them seconds.
        if request.mimetype == _FORMS[0] and request.get_data(cache=True).count(b"&") >= MAX_FORM_PARTS:
            raise RequestEntityTooLarge
        _each_once(request.args)
        fields = FORM_FIELDS.get(request.endpoint or "")
        if fields is None:
            return
        if request.content_length and request.mimetype not in _FORMS:
            raise UnsupportedMediaType
        _each_once(request.form, but=_SEVERAL.get(request.endpoint or "", frozenset()))
        prefixes = tuple(field.removesuffix("*") for field in fields if field.endswith("*"))
        given = {*request.form, *request.files} - {*fields, *_ALWAYS}
        if unknown := [name for name in given if not name.startswith(prefixes)]:
            raise UnknownFieldsError(unknown)


def _each_once(given: MultiDict[str, str], *, but: frozenset[str] = frozenset()) -> None:
    for name, values in given.lists():
        if (len(values) > 1 and name not in but) or "[" in name:  # `id[]=1&id[]=2` is the same said otherwise
            raise NamedTwiceError(name)


def twice(error: NamedTwiceError) -> AnyResponse:
    """The problem document of a request with two readings."""
    detail = f"« {error.name_given} » : une seule fois. “{error.name_given}” may be given once only."
    return Problem(status=HTTPStatus.BAD_REQUEST, code="named_twice", detail=detail).response()


def unknown(error: UnknownFieldsError) -> AnyResponse:
    """The problem document of a request with fields that are not asked for."""
    names = ", ".join(error.names)
    detail = f"Champs inconnus : {names}. Unknown fields: {names}."
    return Problem(status=HTTPStatus.UNPROCESSABLE_ENTITY, code="unknown_fields", detail=detail).response()
