"""Asks for the second factor again before what would hurt most: `@step_up` on a view, above what declares its need."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from pro_service.core.sessions import is_stepped_up
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.wiring import wired

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__step_up__"


class StepUpNeededError(Exception):
    """The second factor was given more than five minutes ago."""


def step_up(view: View) -> View:
    """The view answers only if the second factor was given within the last five minutes, else StepUpNeededError.

    Programs have no second factor: their keys were made by somebody who gave it, for what the key says.
    """

    @wraps(view)
    def asked(*given: Any, **named: Any) -> Any:
        require_step_up()
        return view(*given, **named)

    setattr(asked, _MARK, True)
    return cast(View, asked)


def asks_step_up(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, _MARK, False))


def require_step_up() -> None:
    person = require_person()
    if not person.program and not is_stepped_up(person.stepped_up_at, now=wired().clock()):
        raise StepUpNeededError
