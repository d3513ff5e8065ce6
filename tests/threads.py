"""Threads of tests: each acts for whomever the test acts for, as a thread of its own begins as nobody."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from pro_service.store.acting import act_as, acting


def in_threads(*tasks: Callable[[], object]) -> None:
    """Run tasks side by side, and wait for all of them."""
    started = [threading.Thread(target=copy_context().run, args=(task,)) for task in tasks]
    for one in started:
        one.start()
    for one in started:
        one.join()


def pool_of(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, initializer=act_as, initargs=(acting(),))
