"""Every role at every route on objects of every place: the cells, how one is asked, and what core/access expects.

The cells come from the application's own routes, so that a new one is walked without being named here. A parameter of
an address is filled by the path segment before it; one that no object of the world fills is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from pro_service.core.access import Decision, Permission, Place, decide
from pro_service.entrypoints.needs import need_of
from pro_service.entrypoints.objects import NOT_OF_A_SITE, parameters
from tests.access.world import ABSENT, FOREIGN, OTHER, OWN, World

#: Methods that a browser or client sends of itself.
_OF_ITSELF = frozenset({"HEAD", "OPTIONS"})
#: What a session ends with: walked last, by a log-in of its own.
ENDING = frozenset({"Session.log_out", "sign_in.logout"})
#: What takes away from whoever asks after it: walked last too.
CLOSING = frozenset({"emergency.end", "locks.again"})
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
#: What fills a parameter of a route that is open: its own token or path decides, and this is none.
_NO_TOKEN = "nonsense"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One person at one route with one method, on the objects of one place ("" if the address names none)."""

    login: str
    method: str
    rule: str
    endpoint: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: str


def cells(made: World) -> list[Cell]:
    """Every person at every route and method, on objects of every place, in the order in which to walk them.

    KeyError for a parameter that nothing fills.
    """
    found = [
        Cell(login=login, method=method, rule=rule.rule, endpoint=rule.endpoint, place=place)
        for rule in made.trial.app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) - _OF_ITSELF)
        for place in _places(made, rule)
        for login in made.people
    ]
    return sorted(found, key=lambda cell: cell.endpoint in ENDING | CLOSING)


def answer(made: World, cell: Cell) -> Answer:
    """Ask as a browser or program does, with the session's own token and no fields."""
    client, token = made.client(cell.login, fresh=cell.endpoint in ENDING)
    given: dict[str, Any] = {"headers": {"X-CSRF-Token": token}}
    if cell.method != "GET":
        given |= {"json": {}} if cell.rule.startswith("/api/") else {"data": {}}
    response = client.open(address(made, cell), method=cell.method, **given)
    found = Answer(status=response.status_code, body=response.get_data().decode(errors="replace"))
    response.close()  # a file that was sent
    return found


def expected(made: World, cell: Cell) -> Decision | None:
    """What the declared need and core/access say of a cell; None where the route is open and no role decides."""
    need = need_of(made.trial.app.view_functions[cell.endpoint])
    if not isinstance(need, Permission):
        return None
    sited = [segment for segment, _ in parameters(cell.rule) if segment not in NOT_OF_A_SITE]
    places = [_place(made, cell.place, segment) for segment in sited]
    return decide(made.people[cell.login], need, places=places, now=made.trial.now)


def address(made: World, cell: Cell) -> str:
    path = cell.rule
    for name, key in _keys(made, cell).items():
        path = re.sub(rf"<(\w+:)?{name}>", str(key), path)
    return path


def without_address(made: World, cell: Cell, body: str) -> str:
    """A body without the address that was asked for, so that two of them can be compared."""
    return _TOKEN.sub("", body.replace(address(made, cell), ""))


def _places(made: World, rule: Rule) -> list[str]:
    """The places whose objects this rule is asked with. KeyError for a parameter that nothing of this world fills."""
    if not isinstance(need_of(made.trial.app.view_functions[rule.endpoint]), Permission):
        return [""]
    if rule.arguments - {name for _, name in parameters(rule.rule)}:
        raise KeyError(f"{rule.rule}: a parameter without a segment before it")
    for segment, _ in parameters(rule.rule):
        if segment not in made.objects[OWN]:
            raise KeyError(f"{rule.rule}: the world has no object for /{segment}/<...>")
    sited = [segment for segment, _ in parameters(rule.rule) if segment not in NOT_OF_A_SITE]
    return [OWN, OTHER, FOREIGN, ABSENT] if sited else [""]


def _keys(made: World, cell: Cell) -> Mapping[str, object]:
    known = made.objects[cell.place or OWN]
    if isinstance(need_of(made.trial.app.view_functions[cell.endpoint]), Permission):
        return {name: known[segment] for segment, name in parameters(cell.rule)}
    return dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", cell.rule), _NO_TOKEN)


def _place(made: World, place: str, segment: str) -> Place | None:
    if place == ABSENT:
        return None
    there = made.places[place]
    if segment in ("people", "grants", "locks"):  # of the study as a whole
        return Place(study_id=there.study_id, site_id=None)
    if segment in ("feeds", "copies"):  # of the site, of no patient
        return Place(study_id=there.study_id, site_id=there.site_id)
    return there
