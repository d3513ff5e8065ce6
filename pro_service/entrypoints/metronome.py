"""The metronome: APScheduler beats, and each beat does whatever the rows say is due. Nothing is stored in it."""

import logging
from functools import wraps

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from pro_service.entrypoints.definitions_guard import may_go_on
from pro_service.entrypoints.needs import runs_as_system
from pro_service.entrypoints.wiring import wired
from pro_service.services import clockwork
from pro_service.services.audit.anchors import anchor_if_due
from pro_service.services.audit.chaining import chain
from pro_service.services.messages import inbox, outbox
from pro_service.store.acting import acting_for, system

log = logging.getLogger(__name__)

# A fixed interval in UTC: APScheduler's cron triggers in a zone skip or repeat days when the clocks change.
_SCHEDULER = {"timezone": "UTC", "executors": {"default": ThreadPoolExecutor(1)}}


_MOST_MESSAGES = 100


@runs_as_system("system:tick")
def beat(app: Flask) -> None:
    """One round: read texts, do what is due, send what is ready, each message by the clock of its own moment;
    at its end the trail is chained.

    Nothing while a protocol in force has other words here than when it was activated (production only).
    """
    with app.app_context(), acting_for(system("system:tick")):
        wiring = wired()
        if not may_go_on():
            return
        inbox.read_texts(wiring.installation, now=wiring.clock())
        clockwork.tick(wiring.installation, now=wiring.clock())
        for _ in range(_MOST_MESSAGES):
            if outbox.deliver_one(wiring.installation, now=wiring.clock()) is None:
                break
        chain()
        anchor_if_due(wiring.installation, now=wiring.clock())


def in_background(app: Flask, *, every_s: float) -> BackgroundScheduler:
    """A metronome beside the web process (the embedded mode); call `start`."""
    return _prepared(BackgroundScheduler(**_SCHEDULER), app, every_s=every_s)


def in_foreground(app: Flask, *, every_s: float) -> BlockingScheduler:
    """A metronome as a process of its own; `start` returns when it is stopped."""
    return _prepared(BlockingScheduler(**_SCHEDULER), app, every_s=every_s)


def _prepared(scheduler: BaseScheduler, app: Flask, *, every_s: float) -> BaseScheduler:
    scheduler.add_job(_guarded, "interval", args=[app], seconds=every_s, max_instances=1, coalesce=True)
    return scheduler


@wraps(beat)
def _guarded(app: Flask) -> None:
    try:
        beat(app)
    except Exception:
        # The next beat finds the same rows due; one that fails must not silence the clock.
        log.exception("a beat failed, and the clock goes on")
