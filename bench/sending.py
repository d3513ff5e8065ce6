"""Messages: claimed, handed over and settled; the provider's receipts and texts coming in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from urllib.parse import urlencode

from bench.cohort import include, phone_of, reach_first_timepoint
from bench.figure import SQLITE, Figure
from bench.floors import bare_app
from bench.stage import Stage, engine_of, watch_on
from bench.watch import Watch, laps
from pro_service.core.delivery import Accepted, Outcome, ProviderStatus
from pro_service.gateways.signatures import sign
from pro_service.services import clockwork
from pro_service.services.messages import inbox, outbox
from tests.trial import Trial

_TIMES = 24
_ACCOUNT = "AC" + "0" * 32
_TOKEN = "test-token"  # noqa: S105 - that of the throw-away installation
_SENDER = "+33199009999"
_TYPE = "application/x-www-form-urlencoded"


@dataclass(kw_only=True)
class InstantProvider:
    """Takes every message at once and remembers where it is to report to."""

    addresses: list[str] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    def send(self, *, to: str, body: str, callback_url: str, validity_s: int) -> Outcome:
        del to, body, validity_s
        self.addresses.append(callback_url)
        return Accepted(sid=_sid(next(self._number)), status=ProviderStatus.ACCEPTED)


def messages(engine: str, stage: Stage) -> Iterator[Figure]:
    """Sending with an instant provider, then its receipts through the webhook."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        _make_ready(heroes)
        provider = InstantProvider()
        sent = laps(watch_on(heroes), [partial(_send_one, heroes, provider)] * _TIMES)
        yield from _both(f"{prefix}send.claim_settle", sent)
        calls = [partial(_receipt, heroes, number, url) for number, url in enumerate(provider.addresses)]
        floor = _bare(heroes)
        yield from _both(f"{prefix}receipt", laps(watch_on(heroes), calls), floor=floor)
        texts = [partial(_inbound, heroes, number) for number in range(_TIMES)]
        yield from _both(f"{prefix}inbound", laps(watch_on(heroes), texts), floor=floor)
        read = laps(watch_on(heroes), [partial(_read_one, heroes)] * _TIMES)
        yield from _both(f"{prefix}inbound.read", read)


def _make_ready(heroes: Trial) -> None:
    """As many invitations, ready to be sent."""
    include(heroes, _TIMES, sms_items=True)
    reach_first_timepoint(heroes, _TIMES)
    with heroes.app.app_context():
        clockwork.tick(heroes.installation, now=heroes.now)


def _send_one(heroes: Trial, provider: InstantProvider) -> None:
    installation = replace(heroes.installation, sms=provider, sms_two_way=provider)
    with heroes.app.app_context():
        outcome = outbox.deliver_one(installation, now=heroes.now)
    assert isinstance(outcome, Accepted), outcome


def _receipt(heroes: Trial, number: int, url: str) -> None:
    _post(
        heroes,
        url,
        {
            "AccountSid": _ACCOUNT,
            "ApiVersion": "2010-04-01",
            "MessageSid": _sid(number),
            "MessageStatus": "delivered",
            "To": phone_of(number),
        },
        204,
    )


def _inbound(heroes: Trial, number: int) -> None:
    fields = {
        "AccountSid": _ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "GO",
        "From": phone_of(number),
        "MessageSid": _sid(number),
        "NumMedia": "0",
        "To": _SENDER,
    }
    _post(heroes, f"{heroes.installation.base_url}/webhooks/sms/inbound", fields, 200)


def _post(heroes: Trial, url: str, fields: Mapping[str, str], expected: int) -> None:
    response = heroes.client().post(
        url.removeprefix(heroes.installation.base_url),
        data=urlencode(fields),
        content_type=_TYPE,
        headers={"X-Twilio-Signature": sign(url=url, params=fields.items(), token=_TOKEN)},
    )
    assert response.status_code == expected, response.get_data(as_text=True)


def _read_one(heroes: Trial) -> None:
    with heroes.app.app_context():
        assert inbox.read_texts(heroes.installation, now=heroes.now, limit=1) == 1


def _bare(heroes: Trial) -> float:
    """Seconds of a request that inserts one row, in Flask and SQLAlchemy Core alone, on the same database."""
    engine = engine_of(heroes)
    app = bare_app(engine)
    body = urlencode({"Body": "GO", "From": phone_of(1), "AccountSid": _ACCOUNT})

    def request(number: int) -> Callable[[], object]:
        return lambda: app.test_client().post(f"/bare/{_sid(number)}", data=body, content_type=_TYPE)

    return laps(Watch(engine=engine), [request(number) for number in range(_TIMES)]).cpu_s


def _both(name: str, watch: Watch, *, floor: float | None = None) -> Iterator[Figure]:
    yield Figure(
        name=_with_unit(name),
        value=watch.cpu_s * 1e3,
        unit="ms",
        n=watch.laps,
        floor=floor * 1e3 if floor else None,
        parts={**watch.parts_ms, "sql": watch.sql},
    )


def _with_unit(name: str) -> str:
    return f"{name}_ms" if name.endswith("settle") else f"{name}.ms"


def _sid(number: int) -> str:
    return f"SM{number:032x}"
