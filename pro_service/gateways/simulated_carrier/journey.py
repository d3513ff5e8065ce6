"""What happens to a message after the carrier took it, and when: decided at once, from a seed, then only read out."""

from datetime import datetime, timedelta
from random import Random

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.simulated_carrier.numbers import Behaviour
from pro_service.gateways.simulated_carrier.values import Step

#: Twilio's code for a message that outlived its validity period in the queue.
EXPIRED_IN_QUEUE = 30036


def journey(
    *, seed: str, initial: ProviderStatus, behaviour: Behaviour, created_at: datetime, validity_s: int
) -> tuple[Step, ...]:
    """Every step of an outgoing message, in order of time. Same arguments, same journey."""
    chance = Random(seed)  # noqa: S311  # reproducible delays, no secret
    steps = [Step(status=initial, at=created_at)]
    if initial is ProviderStatus.ACCEPTED:
        steps.append(Step(status=ProviderStatus.QUEUED, at=_after(created_at, chance.uniform(0.05, 0.2))))
    leaves_at = _after(created_at, chance.uniform(0.3, 1.5) + behaviour.queued_s)
    if (leaves_at - created_at).total_seconds() > validity_s:
        expired_at = _after(created_at, validity_s)
        return (*steps, Step(status=ProviderStatus.FAILED, at=expired_at, error_code=EXPIRED_IN_QUEUE))
    return (*steps, *_underway(behaviour, leaves_at, chance))


def callback_times(
    *, seed: str, steps: tuple[Step, ...], shuffled: bool
) -> tuple[tuple[Step, datetime], ...]:
    """When each step is reported. The first status is not (it was the answer); network delay may reorder the others."""
    chance = Random(f"{seed}/callbacks")  # noqa: S311  # reproducible delays, no secret
    reported = steps[1:]
    if not shuffled:
        return tuple((step, _after(step.at, chance.uniform(0.02, 0.4))) for step in reported)
    last = reported[-1].at
    return tuple(
        (step, _after(last, chance.uniform(0.1, 0.2) + place))
        for place, step in enumerate([*reversed(reported), *reversed(reported)])
    )


def _underway(behaviour: Behaviour, leaves_at: datetime, chance: Random) -> tuple[Step, ...]:
    steps, at = [], leaves_at
    for status in behaviour.statuses:
        failed = status in (ProviderStatus.FAILED, ProviderStatus.UNDELIVERED)
        steps.append(Step(status=status, at=at, error_code=behaviour.error_code if failed else None))
        at = _after(at, chance.uniform(0.8, 4))
    return tuple(steps)


def _after(instant: datetime, seconds: float) -> datetime:
    return instant + timedelta(milliseconds=round(seconds * 1000))
