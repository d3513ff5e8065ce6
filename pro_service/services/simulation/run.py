"""Runs a virtual trial through the real services, in virtual time: people act, the clock ticks, the carrier reports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pro_service.services import clockwork
from pro_service.services.messages import outbox
from pro_service.services.simulation.desk import schedule_staff, take_up_alerts
from pro_service.services.simulation.phones import read_inbox, read_text
from pro_service.services.simulation.world import World

#: Between two ticks that have nothing to do although something seems due (a day that has begun in one zone only).
PATIENCE = timedelta(minutes=30)
#: Reports on one message come within seconds of each other; they are carried in one go.
GATHERING = timedelta(seconds=8)
_MOST_ROUNDS, _MOST_STEPS, _MOST_MESSAGES = 50, 200, 1_000

#: Of a trial brought up to today: how long before today people began to leave things to do.
REST = timedelta(days=9)
#: And how long before today nurses began to take up alerts without closing them: they are waiting for a visit.
FOLLOW_UP = timedelta(days=24)

Progress = Callable[[datetime], None]


class NeverDoneError(RuntimeError):
    """Ticks at one instant find work again and again: something is done without effect."""


@dataclass(kw_only=True)
class _Ticker:
    """When the services are asked to do what is due: exactly then, and no sooner."""

    world: World
    due_at: datetime | None = None

    def next_at(self) -> datetime | None:
        """The next instant at which a tick is worth while."""
        now = self.world.clock.now
        if self.world.stirred:
            self.world.stirred = False
            self.due_at = clockwork.next_due(self.world.installation, now=now)
        if self.due_at is None:
            return None
        return max(self.due_at, now)

    def work(self, now: datetime) -> None:
        """Do what is due at this instant until nothing more can be done."""
        for _ in range(_MOST_ROUNDS):
            ticked = clockwork.tick(self.world.installation, now=now)
            self.world.alerted = self.world.alerted or ticked.closed > 0
            sent = self.deliver(now) if ticked.announced or ticked.closed else False
            self.due_at = clockwork.next_due(self.world.installation, now=now)
            self.world.stirred = False
            if self.due_at is None or self.due_at > now:
                return
            if not sent and not self.deliver(now) and not any(vars(ticked).values()):
                self.due_at, self.world.stirred = now + PATIENCE, False
                return
        raise NeverDoneError(f"still busy at {now}")

    def deliver(self, now: datetime) -> bool:
        """Send what waits in the outbox; True if there was anything."""
        self.world.outgoing = False
        sent = outbox.deliver(self.world.installation, now=now, limit=_MOST_MESSAGES)
        # What did not go out now is due again at a time of its own.
        self.world.stirred = self.world.stirred or not sent.attempts or sent.accepted < sent.attempts
        return sent.attempts > 0


def run(world: World, *, until: datetime, progress: Progress | None = None) -> None:
    """Live through the whole plan of the world up to `until`, and let the services do what is due by then.

    What lies later stays as it is: open forms, alerts nobody has seen, messages that wait.
    """
    schedule_staff(world)
    ticker, standing = _Ticker(world=world), 0
    while (at := _next_instant(world, ticker)) is not None and at <= until:
        standing = standing + 1 if at == world.clock.now else 0
        if standing > _MOST_STEPS:
            raise NeverDoneError(f"time stands still at {at}")
        world.clock.set(at)
        _live_through(world, ticker, at)
        if progress is not None:
            progress(at)
    world.clock.set(until)
    ticker.work(until)
    take_up_alerts(world)


def fast_forward(world: World, *, until: datetime, progress: Progress | None = None) -> None:
    """As `run`, but there is work left for whoever opens the desk.

    In the last days nurses leave new alerts, and half of the patients leave texts alone; alerts of the weeks before
    have been taken up and are not closed yet.
    """
    world.rest_from, world.follow_up_from = until - REST, until - FOLLOW_UP
    run(world, until=until, progress=progress)


def _next_instant(world: World, ticker: _Ticker) -> datetime | None:
    reports_at = world.carrier.next_callback_at()
    gathered_at = None if reports_at is None else max(reports_at + GATHERING, world.clock.now)
    moments = (world.agenda.next_at(), ticker.next_at(), gathered_at)
    return min((moment for moment in moments if moment is not None), default=None)


def _live_through(world: World, ticker: _Ticker, now: datetime) -> None:
    while (act := world.agenda.pop_due(now)) is not None:
        act(now)
    _carry_reports(world, now)
    due_at = ticker.next_at()
    if due_at is not None and due_at <= now:
        ticker.work(now)
    if world.outgoing:
        ticker.deliver(now)
    take_up_alerts(world)


def _carry_reports(world: World, now: datetime) -> None:
    """POST the carrier's webhooks to the service; a text that was delivered is read by its recipient."""
    texts_came = False
    for webhook in world.carrier.due_callbacks(now):
        http_status = world.post(webhook)
        world.carrier.settle(webhook.id, http_status=http_status, now=now)
        world.counts[f"webhooks_{http_status or 'unanswered'}"] += 1
        fields = dict(webhook.params)
        texts_came = texts_came or "MessageStatus" not in fields
        if fields.get("MessageStatus") == "delivered":
            read_text(world, fields["To"], fields["MessageSid"])
    if texts_came:
        read_inbox(world, now)
