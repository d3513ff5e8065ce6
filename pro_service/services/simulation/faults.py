"""Trouble on purpose, the same for the same seed: a carrier that fails in every way, a service not always there."""

from collections.abc import Callable
from itertools import count

from pro_service.gateways.simulated_carrier import Fault, FaultPlan, Post, Webhook
from pro_service.gateways.simulated_carrier.values import Params
from pro_service.services.simulation.cohort.draws import chance, pick, stream



def fault_plan(seed: int, *, share: float) -> FaultPlan:
    """A fault for a share of the messages, each kind in its turn of luck."""
    numbers = count(1)

    def plan(_: Params) -> Fault | None:
        rng = stream(seed, "fault", str(next(numbers)))
        return pick(rng, tuple(Fault)) if chance(rng, share) else None

    return plan


def unsteady(post: Post, seed: int, *, share: float) -> Callable[[Webhook], int | None]:
    """`post`, but for a share of the webhooks the service cannot be reached; the carrier comes again."""
    numbers = count(1)

    def attempt(webhook: Webhook) -> int | None:
        lost = chance(stream(seed, "unreachable", str(next(numbers))), share)
        return None if lost else post(webhook)

    return attempt
