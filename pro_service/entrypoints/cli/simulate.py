"""`flask simulate`: a whole trial in virtual time on a throw-away database, and the files it leaves behind."""

import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from flask import Flask
from flask.cli import with_appcontext

from pro_service.entrypoints.cli.days import Day
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.wiring import Rehearse, wired
from pro_service.gateways.simulated_carrier import Post, Webhook
from pro_service.services.patients import enrolment
from pro_service.services.simulation.agenda import VirtualClock
from pro_service.services.simulation.cohort.cohort import CohortPlan, plan_cohort
from pro_service.services.simulation.desk import open_trial
from pro_service.services.simulation.faults import fault_plan, unsteady
from pro_service.services.simulation.report.findings import Findings, gather
from pro_service.services.simulation.report.outputs import refuse_folder, write_outputs
from pro_service.services.simulation.run import run
from pro_service.services.simulation.world import World
from pro_service.store.credentials import new_totp_secret
from pro_service.store.db import db, upgrade_schema

#: A folder in memory, where there is one: the database is thrown away, and need not wait for a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - only as the parent of a private folder
NURSE = "virtual-nurse"
NURSE_PHONE = "+33199009998"
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
@click.option("--from", "first_day", default=FIRST_DAY, type=Day(), metavar="DATE")
@click.option("--accrual-days", default=730, show_default=True, type=click.IntRange(1, 3_650))
@click.option(
    "--language", default="fr", show_default=True, type=click.Choice(["fr", "en"]), help="Of report.html."
)
@with_appcontext
def simulate(
    *,
    version: str,
    patients: int,
    sites: int,
    seed: int,
    folder: Path,
    faults: bool,
    first_day: date,
    accrual_days: int,
    language: str,
) -> None:
    """Run a whole trial in virtual time through the real services, and write what it came to into a folder."""
    with problems_to_stderr():
        refuse_folder(folder)  # now, and not after minutes of simulating
        wired()
    protocols = wired().installation.catalogue.protocols
    if version not in protocols:
        click.echo(f"--protocol: no {version!r} here; use one of {', '.join(sorted(protocols))}", err=True)
        sys.exit(2)
    plan = plan_cohort(
        seed=seed,
        patients=patients,
        sites=sites,
        starts_on=first_day,
        accrual_days=accrual_days,
        languages=protocols[version].delivery.languages,
    )
    with problems_to_stderr():
        findings = rehearse_trial(wired().rehearse, plan, version=version, first_day=first_day, faults=faults)
    figures = write_outputs(findings, folder, language=language)
    _tell(figures["ledger"], folder)
    if not findings.checked.agrees:
        sys.exit(1)


def rehearse_trial(
    rehearse: Rehearse, plan: CohortPlan, *, version: str, first_day: date, faults: bool = False
) -> Findings:
    """Live through `plan` in an application of its own, which is gone afterwards."""
    began_at = datetime.combine(first_day - timedelta(days=3), time(8), UTC)
    until = datetime.combine(plan.ends_on, time(6), UTC)
    clock = VirtualClock(now=began_at)
    with throw_away_app(rehearse, clock=clock, seed=plan.seed) as app, app.app_context():
        study = wired().installation.catalogue.protocols[version].study
        world = world_of(app, plan, study=study, version=version, clock=clock, faults=faults)
        open_trial(world, protocol_version=version)
        _hire_nurse(world)
        run(world, until=until, progress=progress_by_month())
        return gather(world, began_at=began_at, until=until)


@contextmanager
def throw_away_app(rehearse: Rehearse, *, clock: VirtualClock, seed: int) -> Iterator[Flask]:
    """An application on a new database in a temporary folder, with a carrier in memory."""
    with tempfile.TemporaryDirectory(prefix="trial-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        database_url = f"sqlite:///{folder}/trial.sqlite"
        upgrade_schema(database_url)
        app = rehearse(database_url=database_url, carrier_file=":memory:", now=clock, seed=seed)
        try:
            yield app
        finally:
            close_rehearsal(app)


def close_rehearsal(app: Flask) -> None:
    """Let go of a rehearsal's database and carrier."""
    with app.app_context():
        carrier = wired().carrier
        if carrier is not None:
            carrier.close()
        db.session.remove()
        db.engine.dispose()


def world_of(
    app: Flask, plan: CohortPlan, *, study: str, version: str, clock: VirtualClock, faults: bool = False
) -> World:
    """The people of a plan around an application that has a carrier in its own process."""
    wiring = wired()
    carrier = wiring.carrier
    if carrier is None:
        raise click.UsageError("this application has no simulated carrier")
    post = post_to(app)
    if faults:
        carrier.faults = fault_plan(plan.seed, share=plan.scenario.carrier.faulty)
        post = unsteady(post, plan.seed, share=plan.scenario.carrier.unanswered)
    return World(
        installation=wiring.installation,
        study=study,
        version=version,
        plan=plan,
        carrier=carrier,
        post=post,
        clock=clock,
    )


def post_to(app: Flask) -> Post:
    """Carries webhooks to the application's own routes, without a socket."""
    client = app.test_client()

    def post(webhook: Webhook) -> int | None:
        response = client.post(webhook.url, data=urlencode(webhook.params), headers=webhook.headers)
        return response.status_code

    return post


def progress_by_month() -> Callable[[datetime], None]:
    """Says on standard error which virtual month has begun."""
    month = ""

    def tell(now: datetime) -> None:
        nonlocal month
        if f"{now:%Y-%m}" != month:
            month = f"{now:%Y-%m}"
            click.echo(f"  {month}", err=True)

    return tell


def _hire_nurse(world: World) -> None:
    """One account for all sites, so that notices of alerts have somebody to go to. Nobody will ever log in."""
    enrolment.create_staff(
        world.installation,
        study=world.study,
        login=NURSE,
        name=NURSE,
        role="nurse",
        sites=[site.code for site in world.plan.sites],
        password=secrets.token_urlsafe(24),
        totp_secret=new_totp_secret(),
        phone=NURSE_PHONE,
        now=world.clock.now,
    )


def _tell(ledger: Mapping[str, Any], folder: Path) -> None:
    """The verdict, on standard error."""
    frozen, wrong = len(ledger["frozen_rows"]), ledger["differences"]
    click.echo(f"{folder}: {ledger['patients']} patients, {ledger['assessments']} assessments", err=True)
    click.echo(f"ledger = plan but for {frozen} frozen rows, {len(wrong)} differences", err=True)
    for each in wrong:
        click.echo(f"  {each['patient']} {each['key']}: {each['why']}", err=True)
