"""`flask simulate`: a whole trial in virtual time on a throw-away database, and the files it leaves behind."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.protocol import Protocol
from pro_service.entrypoints.cli.days import Day
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.rehearsing import progress_on_terminal, rehearse_trial
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.wiring import wired
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.report.outputs import refuse_folder, write_outputs
from pro_service.services.simulation.report.planning import Questions
from pro_service.services.simulation.scenario.files import default_scenario, load_scenario
from pro_service.services.simulation.scenario.model import Scenario
from pro_service.services.simulation.scenario.notices import notices

FIRST_DAY = date(2025, 1, 27)


@click.command("simulate")
@click.option(
    "--protocol", "version", required=True, metavar="CODE", help="The protocol version, such as heroes-1."
)
@click.option("--patients", default=170, show_default=True, type=click.IntRange(1, 9_900))
@click.option("--sites", default=39, show_default=True, type=click.IntRange(1, 500))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--out", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--faults", is_flag=True, help="With a carrier that fails now and then.")
@click.option("--scenario", "path", metavar="FILE", type=click.Path(path_type=Path), help="What is assumed.")
@click.option("--compare", "other", metavar="CODE", help="What another version of the protocol would change.")
@click.option(
    "--price-per-segment",
    "price",
    metavar="PRICE",
    type=click.FloatRange(0, 100),
    help="One more price of one part of a text, for the table of costs.",
)
@click.option("--from", "first_day", default=FIRST_DAY, type=Day(), metavar="DATE")
@click.option("--accrual-days", type=click.IntRange(1, 3_650), help="Instead of what the scenario says.")
@click.option(
    "--language", default="fr", show_default=True, type=click.Choice(["fr", "en"]), help="Of report.html."
)
@with_appcontext
@open_to_all("lives through an invented trial in a database of its own")
def simulate(
    *,
    version: str,
    patients: int,
    sites: int,
    seed: int,
    folder: Path,
    faults: bool,
    path: Path | None,
    other: str | None,
    price: float | None,
    first_day: date,
    accrual_days: int | None,
    language: str,
) -> None:
    """Run a whole trial in virtual time through the real services, and write what it came to into a folder."""
    with problems_to_stderr():
        refuse_folder(folder)  # now, and not after minutes of simulating
        protocol = _protocol("--protocol", version)
        questions = Questions(
            price=price,
            other=_other(protocol, other) if other is not None else None,
            instruments=wired().installation.catalogue.instruments,
        )
        scenario = load_scenario(path) if path is not None else default_scenario()
    _tell_notices(scenario, protocol)
    plan = plan_cohort(
        seed=seed,
        patients=patients,
        sites=sites,
        starts_on=first_day,
        scenario=scenario,
        accrual_days=accrual_days,
        languages=protocol.delivery.languages,
        types=frozenset(protocol.course.event_types),
    )
    with problems_to_stderr(), progress_on_terminal(first_day, plan.ends_on) as progress:
        findings = rehearse_trial(
            wired().rehearse, plan, version=version, first_day=first_day, faults=faults, progress=progress
        )
    figures = write_outputs(findings, folder, language=language, questions=questions)
    _tell(figures["ledger"], folder)
    if not findings.checked.agrees:
        sys.exit(1)


def _protocol(option: str, version: str) -> Protocol:
    protocols = wired().installation.catalogue.protocols
    if version not in protocols:
        cure = f"use one of {', '.join(sorted(protocols))}"
        raise DefinitionError([Problem(place=option, message=f"no {version!r} here", cure=cure)])
    return protocols[version]


def _other(protocol: Protocol, version: str) -> Protocol:
    """The version to compare with, which has to be one of the same study."""
    other = _protocol("--compare", version)
    if other.study != protocol.study:
        message = f"{version!r} is of study {other.study!r}"
        cure = f"name a version of {protocol.study!r}"
        raise DefinitionError([Problem(place="--compare", message=message, cure=cure)])
    return other


def _tell_notices(scenario: Scenario, protocol: Protocol) -> None:
    for notice in notices(scenario, protocol):
        click.echo(f"scenario {scenario.name}: {notice.sentence('en')}", err=True)


def _tell(ledger: Mapping[str, Any], folder: Path) -> None:
    """The verdict, on standard error."""
    frozen, wrong = len(ledger["frozen_rows"]), ledger["differences"]
    click.echo(f"{folder}: {ledger['patients']} patients, {ledger['assessments']} assessments", err=True)
    click.echo(f"ledger = plan but for {frozen} frozen rows, {len(wrong)} differences", err=True)
    for each in wrong:
        click.echo(f"  {each['patient']} {each['key']}: {each['why']}", err=True)
