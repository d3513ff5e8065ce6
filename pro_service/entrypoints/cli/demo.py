"""`flask demo`: makes the demonstration's data on first use, says where to look, and serves it in the foreground."""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext

from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.rehearsing import close_rehearsal, progress_by_month, world_of
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.wiring import Wiring, wired
from pro_service.services.audit.anchors import FILE
from pro_service.services.demonstration import ACCOUNTS, PROTOCOL, STUDY
from pro_service.services.installation import Installation
from pro_service.services.patients import enrolment
from pro_service.services.simulation.agenda import VirtualClock
from pro_service.services.simulation.cohort.cohort import CohortPlan, plan_cohort
from pro_service.services.simulation.desk import open_trial
from pro_service.services.simulation.run import fast_forward
from pro_service.store.acting import acting_for, system
from pro_service.store.db import upgrade_schema

PATIENTS = 40
SITES = 5
SEED = 24  # leaves alerts, open forms and answers by text on each of four days of a year
MONTHS_BACK = 14
#: The last patients come in shortly before today, so that every phase of a course can be seen.
ACCRUAL_DAYS = 390
_SQLITE = "sqlite:///"
_ROOT = Path(__file__).parents[3]


@click.command("demo")
@click.option("--reset", is_flag=True, help="Make the data anew.")
@click.option("--prepare-only", is_flag=True, help="Make the data, but do not serve.")
@with_appcontext
@open_to_all("makes and serves the demonstration, whose people are fictitious")
def demo(*, reset: bool, prepare_only: bool) -> None:
    """Set up the demonstration if need be, and serve it in the foreground until Ctrl-C."""
    with problems_to_stderr():
        wiring = wired()
    if not wiring.demo or not wiring.database_url.startswith(_SQLITE):
        click.echo(
            "demo: PRO_ENVIRONMENT=demo and a SQLite PRO_DATABASE_URL are needed; unset both", err=True
        )
        sys.exit(2)
    database = Path(wiring.database_url.removeprefix(_SQLITE))
    if reset or not database.exists():
        _prepare(wiring, database, Path(wiring.carrier_file))
    upgrade_schema(wiring.database_url)
    _tell(wiring)
    if not prepare_only:
        _serve(wiring)


def _prepare(wiring: Wiring, database: Path, carrier: Path) -> None:
    """Live through the months up to now on files beside the real ones; an interrupted run leaves nothing behind."""
    click.echo("Preparing the demonstration: a simulated trial up to today, once. Please wait.", err=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    building = (database.with_suffix(".building"), carrier.with_suffix(".building"))
    for path in (*building, database, carrier):
        _remove(path)
    if wiring.installation.anchors is not None:  # they speak of data that are no more
        (wiring.installation.anchors / FILE).unlink(missing_ok=True)
    _live_to(wiring, f"{_SQLITE}{building[0]}", str(building[1]), now=wiring.clock())
    building[1].rename(carrier)
    building[0].rename(database)


def _live_to(wiring: Wiring, database_url: str, carrier_file: str, *, now: datetime) -> None:
    upgrade_schema(database_url)
    plan = cohort_up_to(now)
    clock = VirtualClock(now=now - timedelta(days=MONTHS_BACK * 30 + 2))
    app = wiring.rehearse(database_url=database_url, carrier_file=carrier_file, now=clock, seed=SEED)
    with app.app_context(), acting_for(system("cli:demo")):
        world = world_of(app, plan, study=STUDY, version=PROTOCOL, clock=clock)
        open_trial(world, protocol_version=PROTOCOL)
        _open_accounts(world.installation, now=clock.now)
        fast_forward(world, until=now, progress=progress_by_month())
    close_rehearsal(app)


def cohort_up_to(now: datetime) -> CohortPlan:
    """The demonstration's patients; whatever the day, they end with alerts, open forms and overdue ones."""
    return plan_cohort(
        seed=SEED,
        patients=PATIENTS,
        sites=SITES,
        starts_on=(now - timedelta(days=MONTHS_BACK * 30)).date(),
        accrual_days=ACCRUAL_DAYS,
        sms_share=0.1,
    )


def _open_accounts(installation: Installation, *, now: datetime) -> None:
    for account in ACCOUNTS:
        enrolment.create_staff(
            installation,
            study=STUDY,
            login=account.login,
            name=account.name,
            role=account.role,
            sites=account.sites,
            password=account.password,
            totp_secret=account.totp_secret,
            language=account.language,
            phone=account.phone,
            now=now,
        )


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _tell(wiring: Wiring) -> None:
    base = wiring.installation.base_url
    click.echo(f"\n  {base}            start here: logins with their current codes")
    click.echo(f"  {base}/staff       the nurse's desk")
    click.echo(f"  {base}/demo/phone  a simulated patient's phone")
    click.echo(f"  {base}/api/v1/docs the API\n")
    for account in ACCOUNTS:
        where = (
            f"{account.role}, {'sites ' + ' '.join(account.sites) if account.sites else 'the whole study'}"
        )
        click.echo(f"  login {account.login:8} password {account.password:14} {where}")
    click.echo("  one-time codes: on the start page. All patients are fictitious. Stop with Ctrl-C.\n")


def _serve(wiring: Wiring) -> None:
    """Become gunicorn: it loads the application afresh, so that nothing opened here is shared across its fork."""
    port = urlsplit(wiring.installation.base_url).port or 8000
    sys.stdout.flush()
    # S606 warns of programs found by a shell: this is the interpreter that is running, with arguments of our own.
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(_ROOT), "--bind", f"127.0.0.1:{port}"]
    os.execv(sys.executable, [*command, "-c", "python:pro_service.entrypoints.server", "wsgi:app"])  # noqa: S606 - see above
