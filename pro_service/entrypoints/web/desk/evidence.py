"""Shows the numbers that fired an alert, with the names of the instrument's scales."""

from typing import Literal, cast

from pro_service.core.instrument import Instrument
from pro_service.core.wording import in_language
from pro_service.entrypoints.web.desk.views import ScaleChange
from pro_service.store.queries.facts import AlertFacts


def scale_change(alert: AlertFacts, instrument: Instrument, language: str) -> ScaleChange:
    """One alert's scale: before and now, and the threshold it went past."""
    scale, evidence = instrument.scale(alert.scale), alert.evidence
    return ScaleChange(
        scale=alert.scale,
        name=in_language(scale.name, language),
        direction=cast(Literal["better", "worse"], str(scale.direction)),
        baseline=evidence["baseline"],
        previous=evidence["previous"],
        now=evidence["now"],
        steps=round(evidence["steps"]),
        threshold=evidence["threshold"],
        threshold_side=evidence["beyond"] or "above",
        threshold_status=evidence["threshold_status"] or "UNVERIFIED",
    )
