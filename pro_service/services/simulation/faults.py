"""Trouble on purpose, the same for the same seed: a failing carrier, numbers that change, a service away."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from pro_service.gateways.simulated_carrier import (
    NOT_DELIVERED,
    OUT_OF_SERVICE,
    Behaviour,
    FatePlan,
    Fault,
    FaultPlan,
    Post,
    Webhook,
)
from pro_service.gateways.simulated_carrier.values import Params
from pro_service.services.simulation.cohort.cohort import CohortPlan
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


def fates(plan: CohortPlan, *, seed: int) -> FatePlan | None:
    """Texts to a number that its owner has given up do not arrive, nor do some others; None where all do."""
    share = plan.scenario.carrier.undelivered
    given_up = {life.patient.phone: life.without_number for life in plan.lives if life.without_number}
    if not share and not given_up:
        return None

    def fate(to: str, number: int, at: datetime) -> Behaviour | None:
        if any(since <= at.date() < until for since, until in given_up.get(to, ())):
            return OUT_OF_SERVICE
        return NOT_DELIVERED if chance(stream(seed, "undelivered", str(number)), share) else None

    return fate
