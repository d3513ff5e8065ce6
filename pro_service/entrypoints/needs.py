"""What a route, command or job needs, declared where it is: a permission, or the reason why it asks for none.

A command is run by whoever has the server's shell: its declaration says as what that person acts. A job declares the
name under which the service acts by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pro_service.core.access import Permission

View = TypeVar("View", bound=Callable[..., Any])
_DECLARED = "__needs__"


@dataclass(frozen=True)
class System:
    """A job of the service itself: it acts for every site, under this name, and nobody's request starts it."""

    name: str


@dataclass(frozen=True)
class Open:
    """A route that asks for no log-in of staff, and why that is right."""

    reason: str


Need = Permission | Open | System


def needs(permission: Permission) -> Callable[[View], View]:
    """Whoever calls the view holds `permission`, where the object is."""
    return _declare(permission)


def open_to_all(reason: str) -> Callable[[View], View]:
    """The view guards itself otherwise (a token, a signature), or shows nothing of anybody."""
    return _declare(Open(reason))


def runs_as_system(name: str) -> Callable[[View], View]:
    """A job that the service starts itself; `name` is that of its acts, such as "system:tick"."""
    return _declare(System(name))


def need_of(view: Callable[..., Any]) -> Need | None:
    """What a view, command or job declared; wrappers made by functools.wraps keep it."""
    declared: Need | None = getattr(view, _DECLARED, None)
    return declared


def _declare(what: Need) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _DECLARED, what)
        return view

    return mark
