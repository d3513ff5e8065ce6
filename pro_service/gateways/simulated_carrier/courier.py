"""Carries the simulated carrier's webhooks to their URLs, over HTTP or by whatever function is given instead."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from urllib.parse import urlencode

import requests

from pro_service.gateways.simulated_carrier.carrier import SimulatedCarrier
from pro_service.gateways.simulated_carrier.values import Webhook

log = logging.getLogger(__name__)

#: Makes one request and gives the HTTP status, or None when there was no answer.
Post = Callable[[Webhook], int | None]


def deliver_due(carrier: SimulatedCarrier, *, now: datetime, post: Post) -> int:
    """POST each webhook that is due by `now`, in order, and note how it ended. Gives their count."""
    due = carrier.due_callbacks(now)
    for webhook in due:
        carrier.settle(webhook.id, http_status=post(webhook), now=now)
    return len(due)


def http_post(*, timeout_s: float = 5) -> Post:
    """A `post` over real HTTP, without proxies: the service called is on this machine or next to it."""
    session = requests.Session()
    session.trust_env = False

    def post(webhook: Webhook) -> int | None:
        try:
            response = session.post(
                webhook.url,
                data=urlencode(webhook.params),
                headers=dict(webhook.headers),
                timeout=timeout_s,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException:
            return None
        return response.status_code

    return post


class Courier:
    """A thread that delivers what is due every `period_s` seconds, by the instants `clock` tells, until `stop`."""

    def __init__(
        self,
        carrier: SimulatedCarrier,
        *,
        clock: Callable[[], datetime],
        post: Post | None = None,
        period_s: float = 0.2,
    ) -> None:
        self._carrier = carrier
        self._clock = clock
        self._post = post or http_post()
        self._period_s = period_s
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, timeout_s: float = 10) -> None:
        """Finish the webhook under way and end. The carrier may be closed afterwards."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.wait(self._period_s):
            try:
                deliver_due(self._carrier, now=self._clock(), post=self._post)
            except Exception:
                # One bad round must not end the demonstration's post for good.
                log.exception("the simulated carrier's courier failed, and goes on")
