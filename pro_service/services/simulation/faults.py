"""Trouble on purpose, the same for the same seed: a carrier that fails in every way, a service not always there."""

from collections.abc import Callable
from itertools import count

from pro_service.gateways.simulated_carrier import Fault, FaultPlan, Post, Webhook
from pro_service.gateways.simulated_carrier.values import Params
from pro_service.services.simulation.cohort.draws import chance, pick, stream

FAULTY = 0.06  # of the messages handed over
UNANSWERED = 0.04  # of the carrier's webhooks


def fault_plan(seed: int) -> FaultPlan:
    """A fault for some of the messages, each kind in its turn of luck."""
    numbers = count(1)

    def plan(_: Params) -> Fault | None:
        rng = stream(seed, "fault", str(next(numbers)))
        return pick(rng, tuple(Fault)) if chance(rng, FAULTY) else None

    return plan


def unsteady(post: Post, seed: int) -> Callable[[Webhook], int | None]:
    """`post`, but for some webhooks the service cannot be reached; the carrier comes again."""
    numbers = count(1)

    def attempt(webhook: Webhook) -> int | None:
        lost = chance(stream(seed, "unreachable", str(next(numbers))), UNANSWERED)
        return None if lost else post(webhook)

    return attempt
