"""How a virtual patient feels on a day: a few latent traits, moved by what happens in the course.

Each trait is a *burden* from 0 (none) to 1 (the worst an instrument can express). Sizes are assumptions; they make
dips around conversion, progression and restart, and let some patients decline enough to raise alerts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from pro_service.core.course import Event
from pro_service.services.simulation.cohort.draws import bell, chance, clamp

TRAITS = ("function", "fatigue", "pain", "mood", "fear", "toxicity")

DAYS_IN_A_MONTH = 30.4375
DECLINING_SHARE = 0.09  # of patients
LEAST, MOST = 0.0, 1.0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A change of one trait: full after `grows` days, then fading over `fades` days to the part that `stays`."""

    trait: str
    size: float
    grows: int = 7
    fades: int = 120
    stays: float = 1.0

    def after(self, days: int) -> float:
        """Its contribution `days` days after the fact; 0 before it."""
        if days < 0:
            return 0.0
        risen = min((days + 1) / self.grows, 1.0)
        faded = clamp((days - self.grows) / self.fades, 0.0, 1.0)
        return self.size * risen * (1.0 - faded * (1.0 - self.stays))


#: What a fact does, from the day the patient knows of it (or lives through it).
EFFECTS: Mapping[str, tuple[Effect, ...]] = {
    "treatment_stopped": (
        Effect(trait="toxicity", size=-0.10, grows=90),
        Effect(trait="fatigue", size=-0.06, grows=120),
        Effect(trait="fear", size=0.08, grows=3, stays=0.2),
    ),
    "conversion": (
        Effect(trait="fear", size=0.26, grows=1, stays=0.3),
        Effect(trait="mood", size=0.14, grows=2, stays=0.2),
    ),
    "pd_confirmed": (
        Effect(trait="function", size=0.16, grows=14),
        Effect(trait="pain", size=0.22, grows=7, stays=0.6),
        Effect(trait="fatigue", size=0.18, grows=14),
        Effect(trait="mood", size=0.18, grows=1, stays=0.5),
        Effect(trait="fear", size=0.22, grows=1, stays=0.6),
    ),
    "treatment_resumed": (
        Effect(trait="toxicity", size=0.20, grows=21, stays=0.7),
        Effect(trait="fatigue", size=0.13, grows=21, stays=0.5),
        Effect(trait="function", size=0.05, grows=14),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Nature:
    """A patient's level of each trait at enrolment, and how fast all of them worsen (burden per month)."""

    levels: Mapping[str, float]
    decline: float


def draw_nature(rng: Random) -> Nature:
    general = 0.07 * bell(rng)
    levels = {trait: clamp(0.2 + general + 0.07 * bell(rng), 0.02, 0.7) for trait in TRAITS}
    decline = 0.012 + 0.022 * rng.random() if chance(rng, DECLINING_SHARE) else 0.0
    return Nature(levels=levels, decline=decline)


def burden_on(
    day: date, *, nature: Nature, events: Iterable[Event], enrolled_on: date
) -> Mapping[str, float]:
    """Each trait on a day, between 0 and 1, by the facts lived through until then."""
    worn = nature.decline * max((day - enrolled_on).days, 0) / DAYS_IN_A_MONTH
    burden = {trait: level + worn for trait, level in nature.levels.items()}
    for kind, felt_on in _felt(events):
        for effect in EFFECTS.get(kind, ()):
            burden[effect.trait] += effect.after((day - felt_on).days)
    return {trait: clamp(value, LEAST, MOST) for trait, value in burden.items()}


def _felt(events: Iterable[Event]) -> list[tuple[str, date]]:
    """What was lived through and since when; a result is felt when it is told, a draw itself never."""
    stopped = False
    felt = []
    for event in events:
        stopped = stopped or event.type == "treatment_stopped"
        kind = "conversion" if event.type == "ctdna_resulted" and event.result == "positive" else event.type
        if kind == "conversion" and not stopped:
            continue  # positive at baseline: treatment goes on
        felt.append((kind, event.disclosed_on or event.on))
    return felt
