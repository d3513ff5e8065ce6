"""Runs rehearsals for the commands: applications on databases that are thrown away, parts of a trial side by side."""

import os
import secrets
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

import click
from flask import Flask

from pro_service.entrypoints.wiring import Rehearse, wired
from pro_service.gateways.simulated_carrier import Post, Webhook
from pro_service.services.patients import enrolment
from pro_service.services.simulation.agenda import VirtualClock
from pro_service.services.simulation.cohort.cohort import CohortPlan
from pro_service.services.simulation.desk import open_trial
from pro_service.services.simulation.faults import fates, fault_plan, unsteady
from pro_service.services.simulation.report.findings import Findings, gather, merged
from pro_service.services.simulation.run import Progress, run
from pro_service.services.simulation.world import World
from pro_service.store.acting import acting_for, system
from pro_service.store.credentials import new_totp_secret
from pro_service.store.db import db, upgrade_schema

#: A folder in memory, where there is one: the database is thrown away, and need not wait for a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 # nosec B108 - only as the parent of a private folder
NURSE = "virtual-nurse"
NURSE_PHONE = "+33199009998"

#: In how many parts a trial is lived through. A constant, not the number of processors: the same seed has to give the
#: same bytes on every machine, and sites have nothing to do with each other.
PARTS = 2


class PartFailedError(RuntimeError):
    """A part of the trial that ran in a process of its own broke off; the text is its traceback."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One part of a trial, with what all parts have in common."""

    plan: CohortPlan
    number: int
    version: str
    began_at: datetime
    until: datetime
    faults: bool


def rehearse_trial(
    rehearse: Rehearse,
    plan: CohortPlan,
    *,
    version: str,
    first_day: date,
    faults: bool = False,
    progress: Progress | None = None,
    side_by_side: bool | None = None,
) -> Findings:
    """Live through `plan` in applications of their own, which are gone afterwards.

    `side_by_side` says whether its parts may run in processes of their own; None: where that helps and is safe.
    """
    began_at = datetime.combine(first_day - timedelta(days=3), time(8), UTC)
    until = max(datetime.combine(plan.ends_on, time(6), UTC), began_at) if plan.lives else began_at
    parts = [
        _Part(plan=part, number=number, version=version, began_at=began_at, until=until, faults=faults)
        for number, part in enumerate(plan.parts(PARTS))
    ]
    works = [partial(_live_through, rehearse, part) for part in parts]
    fork = may_fork() if side_by_side is None else side_by_side
    found = run_side_by_side(works, progress) if fork else [work(progress) for work in works]
    return merged(found, plan)


def may_fork() -> bool:
    """A second process helps where there is a second processor; it is copied safely where there is one thread only."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return "fork" in get_all_start_methods() and processors > 1 and threading.active_count() == 1


Work = Callable[[Progress | None], Findings]


def run_side_by_side(works: Sequence[Work], progress: Progress | None) -> list[Findings]:
    """The first part here, which tells its progress, each other one in a copy of this process."""
    context = get_context("fork")
    others = []
    for work in works[1:]:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(there, work), daemon=True)
        process.start()
        there.close()
        others.append((process, here))
    try:
        return [works[0](progress), *(_received(here) for _, here in others)]
    finally:
        for process, here in others:
            here.close()
            process.terminate()
            process.join()


def _send(there: Connection, work: Work) -> None:
    """The findings, or why there are none, to whoever waits for them; it may have broken off in the meantime."""
    outcome: Findings | str
    try:
        outcome = work(None)
    except BaseException:  # noqa: BLE001 - whatever it is, it is told in the process that a person started
        outcome = traceback.format_exc()
    with suppress(OSError):
        there.send(outcome)


def _received(here: Connection) -> Findings:
    try:
        found = here.recv()
    except EOFError:
        found = "its process ended without a word"
    if isinstance(found, str):
        raise PartFailedError(found)
    return found  # type: ignore[no-any-return]


def _live_through(rehearse: Rehearse, part: _Part, progress: Progress | None) -> Findings:
    clock = VirtualClock(now=part.began_at)
    seed = part.plan.seed * PARTS + part.number  # of the carrier: no two messages of a trial have one id
    with (
        throw_away_app(rehearse, clock=clock, seed=seed) as app,
        app.app_context(),
        acting_for(system("cli:simulate")),
    ):
        study = wired().installation.catalogue.protocols[part.version].study
        world = world_of(
            app, part.plan, study=study, version=part.version, clock=clock, faults=part.faults, seed=seed
        )
        open_trial(world, protocol_version=part.version)
        _hire_nurse(world)
        run(world, until=part.until, progress=progress)
        return gather(world, began_at=part.began_at, until=part.until)


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
    app: Flask,
    plan: CohortPlan,
    *,
    study: str,
    version: str,
    clock: VirtualClock,
    faults: bool = False,
    seed: int = 0,
) -> World:
    """The people of a plan around an application with a carrier in its own process. `seed` is that of the faults."""
    wiring = wired()
    carrier = wiring.carrier
    if carrier is None:
        raise click.UsageError("this application has no simulated carrier")
    carrier.fates = fates(plan, seed=seed)
    post = post_to(app)
    if faults:
        carrier.faults = fault_plan(seed, share=plan.scenario.carrier.faulty)
        post = unsteady(post, seed, share=plan.scenario.carrier.unanswered)
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


@contextmanager
def progress_on_terminal(first_day: date, last_day: date) -> Iterator[Progress]:
    """On standard error: a bar on a terminal, else a line for each virtual month."""
    if not sys.stderr.isatty():
        yield progress_by_month()
        return
    length = max((last_day - first_day).days, 1)
    with click.progressbar(length=length, label="virtual days", file=sys.stderr, show_pos=True) as bar:

        def tell(now: datetime) -> None:
            done = min(max((now.date() - first_day).days, 0), length)
            if done > bar.pos:
                bar.update(done - bar.pos)

        yield tell
        bar.update(length - bar.pos)  # the last days are often empty


def progress_by_month() -> Progress:
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
