"""A stateful stand-in for the SMS provider: takes messages, delivers them, reports on them, and passes on replies.

Nothing here reads a clock or rolls dice: with the same settings, the same calls at the same instants give the same
bytes, so a whole trial can be run through it in virtual time. An instant is always given, aware of its zone.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.simulated_carrier import wire
from pro_service.gateways.simulated_carrier.callbacks import (
    announce,
    plan_status_callbacks,
    settle,
    webhook,
    webhook_record,
)
from pro_service.gateways.simulated_carrier.journey import journey
from pro_service.gateways.simulated_carrier.ledger import Ledger, in_utc
from pro_service.gateways.simulated_carrier.numbers import Behaviour, FatePlan, behaviour_of, is_two_way
from pro_service.gateways.simulated_carrier.refusals import ApiError, api_error, refusal, sender_of
from pro_service.gateways.simulated_carrier.values import (
    CarrierMessage,
    CarrierSettings,
    FaultPlan,
    NotReceived,
    Params,
    PhoneMessage,
    Received,
    ReplyRefusal,
    Step,
    Webhook,
    WebhookRecord,
)

#: Texts on which the provider stops, or starts again, what one sender sends to one phone. No French word is among them.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})

_ARRIVED = (ProviderStatus.DELIVERED, ProviderStatus.RECEIVED)


class SimulatedCarrier:
    """One account. `path`: a file that several processes may share, or ':memory:'.

    `faults` and `fates` may be set at any time: how the API fails, and what becomes of messages it took.
    """

    def __init__(
        self, settings: CarrierSettings, *, path: str = ":memory:", faults: FaultPlan | None = None
    ) -> None:
        self.settings = settings
        self.faults = faults
        self.fates: FatePlan | None = None
        self._ledger = Ledger(path)

    def close(self) -> None:
        self._ledger.close()

    # What the account's API does

    def create_message(self, params: Params, *, now: datetime) -> tuple[int, Mapping[str, Any]]:
        """Take a message, or say in the provider's words why not: an HTTP status and its JSON."""
        with self._ledger.transaction():
            problem = refusal(params, settings=self.settings, has_opted_out=self._has_opted_out)
            if problem:
                return _error(problem)
            message = self._outgoing(params, now)
            self._ledger.add_message(message)
            plan_status_callbacks(self._ledger, message, self.settings)
        return 201, wire.message_json(message, now=now, settings=self.settings)

    def fetch_message(self, sid: str, *, now: datetime) -> tuple[int, Mapping[str, Any]]:
        message = self._ledger.message_with(sid)
        if message is None:
            return _error(api_error(20404, http_status=404))
        return 200, wire.message_json(message, now=now, settings=self.settings)

    def list_messages(self, query: Params, *, now: datetime) -> tuple[int, Mapping[str, Any]]:
        """A page of messages, newest first, filtered by To and From. Filters by date are refused, not ignored."""
        if any(name.startswith("DateSent") for name in query):
            return _error(ApiError(code=20001, message="DateSent is not simulated"))
        size = min(max(_whole(query.get("PageSize"), 50), 1), 1000)
        found = self._ledger.newest(
            recipient=query.get("To"),
            sender=query.get("From"),
            below=_whole(query.get("PageToken"), 0) or None,
            created_by=now - self.settings.list_lag,
            limit=size + 1,
        )
        asked = {name: query[name] for name in ("To", "From") if name in query}
        shown = found[:size]
        return 200, wire.list_json(
            [wire.message_json(message, now=now, settings=self.settings) for message in shown],
            query={**asked, "PageSize": str(size), "Page": str(_whole(query.get("Page"), 0))},
            next_token=str(shown[-1].number) if len(found) > size else None,
            account_sid=self.settings.account_sid,
        )

    # What phones do

    def receive_from_phone(self, *, from_: str, to: str, body: str, now: datetime) -> Received | NotReceived:
        """A phone sends `body` to one of our senders. STOP and START also change what that sender may send to it."""
        if to not in {*self.settings.senders, *self.settings.services.values()}:
            return NotReceived(reason=ReplyRefusal.UNKNOWN_NUMBER)
        if not is_two_way(to):
            return NotReceived(reason=ReplyRefusal.ONE_WAY_SENDER)
        # What no radio can carry arrives as question marks.
        text = body.encode("utf-8", "replace").decode("utf-8")
        with self._ledger.transaction():
            message = self._incoming(from_=from_, to=to, body=text, now=now)
            self._ledger.add_message(message)
            self._obey(message)
            announce(self._ledger, message, self.settings)
        return Received(sid=message.sid)

    def messages_of(self, number: str, *, now: datetime | None = None) -> tuple[PhoneMessage, ...]:
        """Every message to and from `number` made by `now`, oldest first, as it stands then; as it ends, without."""
        made = self._ledger.messages_of(number)
        return tuple(_phone_message(one, now) for one in made if now is None or one.created_at <= now)

    def phones(self) -> tuple[str, ...]:
        """Every phone that has sent or was sent a text, sorted."""
        return self._ledger.phones()

    # What the account is told

    def due_callbacks(self, now: datetime) -> tuple[Webhook, ...]:
        """The webhooks to POST by now, in the order they fell due. Each is due again until it is settled."""
        return tuple(webhook(row, self.settings) for row in self._ledger.webhooks_due(now))

    def next_callback_at(self) -> datetime | None:
        """When the next webhook falls due, if any waits."""
        return self._ledger.next_webhook_at()

    def settle(self, webhook_id: int, *, http_status: int | None, now: datetime) -> None:
        """Note how an attempt ended; None: no answer. Anything but 2xx is repeated for 15 s, then given up."""
        settle(self._ledger, webhook_id, http_status=http_status, now=now)

    def webhooks(self) -> tuple[WebhookRecord, ...]:
        """Every webhook there ever was, given up ones included, in the order they were made."""
        return tuple(webhook_record(row, self.settings) for row in self._ledger.webhooks())

    # How it is done

    def _outgoing(self, params: Params, now: datetime) -> CarrierMessage:
        number = self._ledger.next_number()
        sid = self._sid(number)
        service_sid = params.get("MessagingServiceSid") or None
        return CarrierMessage(
            number=number,
            sid=sid,
            inbound=False,
            sender=sender_of(params, self.settings) or "",
            recipient=params["To"],
            service_sid=service_sid,
            body=params["Body"],
            callback_url=params.get("StatusCallback") or None,
            created_at=in_utc(now),
            steps=journey(
                seed=sid,
                initial=ProviderStatus.ACCEPTED if service_sid else ProviderStatus.QUEUED,
                behaviour=self._behaviour(params["To"], number, now),
                created_at=in_utc(now),
                validity_s=int(params.get("ValidityPeriod", "36000")),
            ),
        )

    def _behaviour(self, to: str, number: int, now: datetime) -> Behaviour:
        special = self.fates(to, number, now) if self.fates is not None else None
        return special or behaviour_of(to)

    def _incoming(self, *, from_: str, to: str, body: str, now: datetime) -> CarrierMessage:
        number = self._ledger.next_number()
        services = [sid for sid, sender in self.settings.services.items() if sender == to]
        return CarrierMessage(
            number=number,
            sid=self._sid(number),
            inbound=True,
            sender=from_,
            recipient=to,
            service_sid=services[0] if services else None,
            body=body,
            callback_url=self.settings.inbound_url,
            created_at=in_utc(now),
            steps=(Step(status=ProviderStatus.RECEIVED, at=in_utc(now)),),
        )

    def _obey(self, message: CarrierMessage) -> None:
        word = message.body.strip().upper()
        if word in STOP_WORDS:
            self._ledger.opt_out(number=message.sender, sender=message.recipient)
        elif word in START_WORDS:
            self._ledger.opt_in(number=message.sender, sender=message.recipient)

    def _has_opted_out(self, number: str, sender: str) -> bool:
        return self._ledger.has_opted_out(number=number, sender=sender)

    def _sid(self, number: int) -> str:
        return "SM" + hashlib.sha256(f"{self.settings.seed}/{number}".encode()).hexdigest()[:32]


def _error(problem: ApiError) -> tuple[int, Mapping[str, Any]]:
    return problem.http_status, problem.payload


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else default


def _phone_message(message: CarrierMessage, now: datetime | None) -> PhoneMessage:
    reached = [step for step in message.steps if now is None or step.at <= now]
    arrivals = [step.at for step in reached if step.status in _ARRIVED]
    step = message.step_at(now)
    return PhoneMessage(
        sid=message.sid,
        from_phone=message.inbound,
        sender=message.sender,
        recipient=message.recipient,
        body=message.body,
        sent_at=message.created_at,
        arrived_at=arrivals[0] if arrivals else None,
        status=step.status,
        error_code=step.error_code,
    )
