"""Chance that is the same everywhere: named streams of random numbers and the few shapes drawn from them.

Only `Random.random()` promises the same values in every version of Python, and only addition and multiplication do
on every processor; so nothing here uses other methods of `Random`, nor logarithms or sines.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *names: str) -> Random:
    """A stream of its own for each name, so that what one patient does shifts no other one's luck."""
    return Random("/".join((str(seed), *names)))  # noqa: S311 - virtual patients, not secrets


def chance(rng: Random, share: float) -> bool:
    """True in `share` (0 to 1) of all cases."""
    return rng.random() < share


def whole(rng: Random, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def pick(rng: Random, choices: Sequence[T]) -> T:
    """One of the choices, each as likely."""
    return choices[int(rng.random() * len(choices))]


def pick_weighted(rng: Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of (choice, weight), as likely as its weight says."""
    left = rng.random() * sum(weight for _, weight in choices)
    for choice, weight in choices:
        left -= weight
        if left < 0:
            return choice
    return choices[-1][0]


def bell(rng: Random) -> float:
    """Mean 0, standard deviation 1, never beyond 6: the sum of twelve even draws."""
    return sum(rng.random() for _ in range(12)) - 6.0


def on_curve(rng: Random, quantiles: Sequence[float]) -> float:
    """A value of the distribution with these evenly spaced quantiles (first = least, last = greatest)."""
    place = rng.random() * (len(quantiles) - 1)
    step = int(place)
    return quantiles[step] + (quantiles[step + 1] - quantiles[step]) * (place - step)


def clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
