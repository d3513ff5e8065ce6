"""Proves that a webhook comes from the SMS provider, and takes from it only what the signature really covers.

The provider signs base64(HMAC-SHA1(auth token, URL + the parameters in name order, names and values run together)).
Nothing marks where a name or value ends, so one captured request can be cut up in another way and still verify
("Body=2" and "From=+33…" becomes "Body=2From+33…"). A webhook is therefore read against the exact set of parameters it
may have, each with its pattern, chosen so that a signed text has one reading only (tests/gateways/test_signatures.py
tries them all). There is no time in a signature either: whoever stores a webhook must make it unique by its message id.

Source: Twilio, "Webhooks security", "Messaging webhooks"; RequestValidator of the official library.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twilio.request_validator import HMAC_SHA1, RequestValidator

from pro_service.core.delivery import ProviderStatus

SIGNATURE_HEADER = "X-Twilio-Signature"

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class InboundFields:
    """One incoming text. `opt_out`: STOP, START or HELP when the provider itself acted on the text."""

    message_sid: str
    sender: str
    recipient: str
    body: str
    media: int
    opt_out: str | None


@dataclass(frozen=True, kw_only=True)
class StatusFields:
    """One report about a message of ours."""

    message_sid: str
    status: ProviderStatus
    error_code: int | None


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A webhook that is not what it should be. Names parameters, never their values, so it may be logged."""

    reason: str  # missing | unexpected | repeated | malformed | other_account | inconsistent
    parameter: str


@dataclass(frozen=True, kw_only=True)
class _Field:
    pattern: re.Pattern[str]
    required: bool = False


def _field(pattern: str, *, required: bool = False) -> _Field:
    return _Field(pattern=re.compile(pattern, re.DOTALL), required=required)


_MESSAGE_SID = r"(?:SM|MM)[0-9a-fA-F]{32}"
_NUMBER = r"\+[1-9][0-9]{6,14}|[0-9]{3,8}"  # E.164, or a short code
_SENDER = _NUMBER + r"|[A-Za-z0-9 ]{1,11}"  # or an alphanumeric sender
_PLACE = r"[^+0-9]{0,100}"  # no digits and no plus: a place cannot swallow a number
_POSTCODE = r"[A-Z0-9 -]{0,12}"  # no small letters: a postcode cannot swallow a name such as From
_MEDIA_URL = (
    r"https://[a-z0-9.-]{1,60}/2010-04-01/Accounts/AC[0-9a-fA-F]{32}"
    r"/Messages/(?:SM|MM)[0-9a-fA-F]{32}/Media/ME[0-9a-fA-F]{32}"
)
_COUNT = r"[0-9]{1,3}"
_VERSION = r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"
_SERVICE_SID = r"MG[0-9a-fA-F]{32}"
_ACCOUNT_SID = r"AC[0-9a-fA-F]{32}"

# No name may stand between Body and From in alphabetical order: the free text could swallow that parameter unseen.
INBOUND_PARAMETERS: Mapping[str, _Field] = {
    "AccountSid": _field(_ACCOUNT_SID, required=True),
    "ApiVersion": _field(_VERSION),
    "Body": _field(r".*", required=True),
    "From": _field(_NUMBER, required=True),
    "FromCity": _field(_PLACE),
    "FromCountry": _field(r"[A-Z]{0,2}"),
    "FromState": _field(_PLACE),
    "FromZip": _field(_POSTCODE),
    **{f"MediaContentType{index}": _field(r"[a-z0-9.+/-]{3,60}") for index in range(10)},
    **{f"MediaUrl{index}": _field(_MEDIA_URL) for index in range(10)},
    "MessageSid": _field(_MESSAGE_SID, required=True),
    "MessagingServiceSid": _field(_SERVICE_SID),
    "NumMedia": _field(_COUNT),
    "NumSegments": _field(_COUNT),
    "OptOutType": _field(r"STOP|START|HELP"),
    "ReferralNumMedia": _field(_COUNT),
    "SmsMessageSid": _field(_MESSAGE_SID),
    "SmsSid": _field(_MESSAGE_SID),
    "SmsStatus": _field(r"received"),
    "To": _field(_NUMBER, required=True),
    "ToCity": _field(_PLACE),
    "ToCountry": _field(r"[A-Z]{0,2}"),
    "ToState": _field(_PLACE),
    "ToZip": _field(_POSTCODE),
}

_STATUS = "|".join(ProviderStatus)
STATUS_PARAMETERS: Mapping[str, _Field] = {
    "AccountSid": _field(_ACCOUNT_SID, required=True),
    "ApiVersion": _field(_VERSION),
    "ErrorCode": _field(r"[0-9]{1,6}"),
    "From": _field(_SENDER),
    "MessageSid": _field(_MESSAGE_SID, required=True),
    "MessageStatus": _field(_STATUS, required=True),
    "MessagingServiceSid": _field(_SERVICE_SID),
    "RawDlrDoneDate": _field(r"[0-9]{10,12}"),
    "SmsSid": _field(_MESSAGE_SID),
    "SmsStatus": _field(_STATUS),
    "To": _field(_NUMBER, required=True),
}


def sign(*, url: str, params: Pairs, token: str) -> str:
    """The signature the provider sends with `params` to `url`; a fragment of the URL is not part of it."""
    # The part after # holds the provider's connection settings (retries, time-outs); it is never sent nor signed.
    called = url.partition("#")[0]
    signature: str = RequestValidator(token).compute_signature(called, dict(params), HMAC_SHA1)
    return signature


def verify(*, url: str, params: Pairs, signature: str | None, tokens: Iterable[str]) -> bool:
    """Whether `signature` was made with one of the live `tokens` (two while the token is being changed).

    `url` is built from our configured public address and the raw path and query, never from headers of the request.
    The algorithm is fixed here: no header of the request may choose another one.
    """
    pairs = tuple(params)
    if not signature or not _signable(pairs):
        return False
    return any(RequestValidator(token).validate(url, dict(pairs), signature, HMAC_SHA1) for token in tokens)


def webhook_url(*, public_base_url: str, path: str, query: str = "") -> str:
    """The URL the provider called: our configured public address, then `path` and `query` as they came, undecoded."""
    url = public_base_url.rstrip("/") + path
    return f"{url}?{query}" if query else url


def inbound_fields(params: Pairs, *, account_sid: str) -> InboundFields | Rejected:
    """The incoming text of a verified webhook. A parameter that is not in INBOUND_PARAMETERS refuses the whole."""
    fields = _read(tuple(params), table=INBOUND_PARAMETERS, account_sid=account_sid)
    if isinstance(fields, Rejected):
        return fields
    return InboundFields(
        message_sid=fields["MessageSid"],
        sender=fields["From"],
        recipient=fields["To"],
        body=fields["Body"],
        media=int(fields.get("NumMedia", "0")),
        opt_out=fields.get("OptOutType"),
    )


def status_fields(params: Pairs, *, account_sid: str) -> StatusFields | Rejected:
    """The report of a verified status callback. A parameter that is not in STATUS_PARAMETERS refuses the whole."""
    fields = _read(tuple(params), table=STATUS_PARAMETERS, account_sid=account_sid)
    if isinstance(fields, Rejected):
        return fields
    error_code = int(fields.get("ErrorCode", "0"))
    return StatusFields(
        message_sid=fields["MessageSid"],
        status=ProviderStatus(fields["MessageStatus"]),
        error_code=error_code or None,
    )


def _signable(pairs: tuple[tuple[str, str], ...]) -> bool:
    # A signature covers repeated values once only; and what is no UTF-8 was never signed.
    names = {name for name, _ in pairs}
    return len(names) == len(pairs) and all(_is_utf8(name + value) for name, value in pairs)


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _read(
    pairs: tuple[tuple[str, str], ...], *, table: Mapping[str, _Field], account_sid: str
) -> Mapping[str, str] | Rejected:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        return Rejected(reason="repeated", parameter="?")
    problem = _first_problem(fields, table)
    if problem:
        return problem
    if fields["AccountSid"] != account_sid:
        return Rejected(reason="other_account", parameter="AccountSid")
    return _first_inconsistency(fields) or fields


def _first_problem(fields: Mapping[str, str], table: Mapping[str, _Field]) -> Rejected | None:
    for name, field in table.items():
        if field.required and name not in fields:
            return Rejected(reason="missing", parameter=name)
    for name, value in fields.items():
        if name not in table:
            # An unknown name may be a piece of somebody's text: it is not told.
            return Rejected(reason="unexpected", parameter="?")
        if not table[name].pattern.fullmatch(value):
            return Rejected(reason="malformed", parameter=name)
    return None


def _first_inconsistency(fields: Mapping[str, str]) -> Rejected | None:
    for name, same_as in (
        ("SmsSid", "MessageSid"),
        ("SmsMessageSid", "MessageSid"),
        ("SmsStatus", "MessageStatus"),
    ):
        if same_as in fields and fields.get(name, fields[same_as]) != fields[same_as]:
            return Rejected(reason="inconsistent", parameter=name)
    return None
