"""gunicorn's settings for the embedded mode: one process with threads, its clock and simulated carrier beside it.

Used as `gunicorn -c python:pro_service.entrypoints.server wsgi:app`; `flask demo` does so. A grown installation runs
plain `gunicorn wsgi:app` with as many workers as it likes, and `flask clock` as a process of its own.
"""

from typing import Any

from flask import Flask

from pro_service.entrypoints import metronome
from pro_service.entrypoints.log_lines import log_to_stderr
from pro_service.entrypoints.wiring import wired
from pro_service.gateways.simulated_carrier import Courier

workers = 1
threads = 8
worker_class = "gthread"
loglevel = "warning"
control_socket_disable = True
# A request line may carry nothing secret, but what is not logged cannot leak.
accesslog = None
# No header of a request says how it came: PRO_BASE_URL does.
forwarded_allow_ips = ""
limit_request_fields = 60


def post_worker_init(worker: Any) -> None:
    """In the worker, not in its parent: neither threads nor SQLite connections survive a fork."""
    app: Flask = worker.wsgi
    log_to_stderr()
    with app.app_context():
        wiring = wired()
    if wiring.carrier is not None:
        Courier(wiring.carrier, clock=wiring.clock).start()
    metronome.in_background(app, every_s=wiring.tick_s).start()
    print(f"READY {wiring.installation.base_url}", flush=True)  # noqa: T201 - what `make demo` promises to print
