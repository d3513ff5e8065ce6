"""What tests of the outbox have in common: a message that is ready, and ways out that do what they are told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pro_service.core.delivery import Accepted, Outcome, ProviderStatus
from pro_service.gateways.simulated_carrier import Fault
from pro_service.services.messages import outbox
from pro_service.store.models import Message
from tests.services.given import M15_INVITED, off_treatment
from tests.trial import Trial

NIGHT = datetime(2026, 2, 17, 19, 0, tzinfo=UTC)  # 20:00 in Paris, when the quiet hours begin
SID = "SM" + "a" * 32


def ready(heroes: Trial) -> Message:
    """A patient whose invitation to M1.5 has been put in and not been sent."""
    off_treatment(heroes)
    heroes.now = M15_INVITED
    heroes.tick()
    return message(heroes)


def message(heroes: Trial, **where: Any) -> Message:
    found: Message = heroes.rows(Message, **({"kind": "invitation"} | where))[-1]
    return found


def fail_with(heroes: Trial, fault: Fault | None) -> None:
    heroes.carrier.faults = (lambda _: fault) if fault else None


@dataclass
class Spy:
    """A way out that notes what it is given and does what it is told."""

    act: Callable[[], Outcome]
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send(self, *, to: str, body: str, callback_url: str, validity_s: int) -> Outcome:
        self.sent.append({"to": to, "body": body, "callback_url": callback_url, "validity_s": validity_s})
        return self.act()


def through(heroes: Trial, spy: Spy, *, now: datetime | None = None) -> Outcome | None:
    installation = replace(heroes.installation, sms=spy, sms_two_way=spy)
    return heroes.call(outbox.deliver_one, installation, now=now or heroes.now)


def accept() -> Outcome:
    return Accepted(sid=SID, status=ProviderStatus.QUEUED)
