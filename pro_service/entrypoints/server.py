"""Serves the application with gunicorn: one process with threads by default, its clock and carrier beside it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from pro_service.entrypoints import metronome
from pro_service.entrypoints.wiring import wired
from pro_service.gateways.simulated_carrier import Courier

_THREADS = 8


class Server(BaseApplication):
    """One gunicorn worker with threads; `when_ready` runs once requests are answered."""

    def __init__(self, app: Flask, *, bind: str, tick_s: float, when_ready: Callable[[], None]) -> None:
        self._app = app
        self._bind = bind
        self._tick_s = tick_s
        self._when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,
            "threads": _THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._start_companions,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return self._app

    def _start_companions(self, _: Any) -> None:
        """In the worker, not in its parent: threads do not survive a fork."""
        with self._app.app_context():
            wiring = wired()
        if wiring.carrier is not None:
            Courier(wiring.carrier, clock=wiring.clock).start()
        metronome.in_background(self._app, every_s=self._tick_s).start()
        self._when_ready()
