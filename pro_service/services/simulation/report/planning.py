"""What a planner wants to know before a trial goes live, out of a rehearsal: the part `planning` of summary.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pro_service.core.instrument import Instrument
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.services.simulation.report.collisions import collisions, contradictions
from pro_service.services.simulation.report.comparison import Rates, compare_versions
from pro_service.services.simulation.report.compliance import compliance
from pro_service.services.simulation.report.findings import Findings
from pro_service.services.simulation.report.lag import lag_study
from pro_service.services.simulation.report.sending import sending
from pro_service.services.simulation.report.workload import workload
from pro_service.services.simulation.scenario.notices import notices


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What is asked beside the usual: a price for a part of a text, another version to compare with."""

    price: float | None = None
    other: Protocol | None = None
    instruments: Mapping[str, Instrument]


def planning(findings: Findings, questions: Questions) -> dict[str, Any]:
    """Everything of the report that looks ahead."""
    scenario = findings.cohort.scenario
    prices = (*scenario.carrier.prices, *(() if questions.price is None else (questions.price,)))
    sent = sending(findings, prices=prices)
    return {
        "scenario": scenario.name,
        "notices": [
            {"code": each.code, "name": each.name, "rules": list(each.rules)}
            for each in notices(scenario, findings.protocol)
        ],
        "compliance": compliance(findings),
        "sending": sent,
        "workload": workload(findings),
        "lag": lag_study(findings.protocol, [life.course for life in findings.cohort.lives]),
        "collisions": collisions(findings),
        "contradictions": contradictions(findings),
        "numbers_changed": sum(len(life.without_number) for life in findings.cohort.lives),
        "comparison": _comparison(findings, questions, sent, prices),
    }


def _comparison(
    findings: Findings, questions: Questions, sent: Mapping[str, Any], prices: Sequence[float]
) -> dict[str, Any] | None:
    """Both versions over the courses of the rehearsal; None if no other version was named."""
    if questions.other is None:
        return None
    # Notices to staff do not grow with forms.
    about_forms = [each for kind, each in sent["by_kind"].items() if kind != "alert"]
    forms = max(len(findings.ledger), 1)
    return compare_versions(
        findings.protocol,
        questions.other,
        findings.courses,
        as_of=local_day(findings.until, findings.protocol.time_zone),
        instruments=questions.instruments,
        rates=Rates(
            messages=sum(each["messages"] for each in about_forms) / forms,
            segments=sum(each["segments"] for each in about_forms) / forms,
        ),
        prices=prices,
    )
