"""What a route needs, declared at its view: a permission, or the reason why it is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pro_service.core.access import Permission

View = TypeVar("View", bound=Callable[..., Any])
_DECLARED = "__needs__"


@dataclass(frozen=True)
class Open:
    """A route that asks for no log-in of staff, and why that is right."""

    reason: str


def needs(permission: Permission) -> Callable[[View], View]:
    """Whoever calls the view holds `permission`, where the object is."""
    return _declare(permission)


def open_to_all(reason: str) -> Callable[[View], View]:
    """The view guards itself otherwise (a token, a signature), or shows nothing of anybody."""
    return _declare(Open(reason))


def need_of(view: Callable[..., Any]) -> Permission | Open | None:
    """What a view declared; wrappers made by functools.wraps keep it."""
    declared: Permission | Open | None = getattr(view, _DECLARED, None)
    return declared


def _declare(what: Permission | Open) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _DECLARED, what)
        return view

    return mark
