"""For whom a request acts: nobody until the route finds out, and nobody any more when it is answered."""

from collections.abc import Iterator
from contextvars import copy_context

from flask import Flask, g

from pro_service.services.sign_in import Person
from pro_service.store.acting import NOBODY, Acting, act_as, act_as_before

_BEFORE = "acting_before"


def begin_as_nobody(app: Flask) -> None:
    """Let no request of `app` act for whoever its thread served before."""
    app.before_request(lambda: request_acts_for(NOBODY))
    app.teardown_request(lambda _: _end())


def request_acts_for(who: Acting) -> None:
    """Act for `who` until the request ends, or finds out more."""
    token = act_as(who)
    g.setdefault(_BEFORE, token)


def for_whoever_asked(lines: Iterator[str]) -> Iterator[str]:
    """Lines that are made while the answer goes out, when the request is over: still for whoever made it."""
    context = copy_context()
    return iter(lambda: context.run(next, lines, ""), "")


def staff(person: Person) -> Acting:
    """A logged-in person: the patients of the sites that the request may reach; in an emergency that patient alone."""
    beyond = [each.patient_id for each in person.places if each.site_id not in (None, *person.site_ids)]
    return Acting(
        name=person.login if person.program else f"staff:{person.staff_id}",
        role=person.acts_as,
        site_ids=frozenset(person.reach),
        patient_id=next(iter(beyond), None),
    )


def _end() -> None:
    token = g.pop(_BEFORE, None)
    if token is not None:
        act_as_before(token)
