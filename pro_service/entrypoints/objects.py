"""Which objects an address names, and where they are: read off the route's rule, so that no view has to say it."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pro_service.core.access import Place
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading
from pro_service.store.queries.places import PLACES, place

#: Parameters that name nothing of a site: the segment before them -> what they name.
NOT_OF_A_SITE: Mapping[str, str] = MappingProxyType(
    {
        "instruments": "a questionnaire of the catalogue",
        "files": "a file of the site named before it; its service looks nowhere else",
        "sessions": "one's own, whoever one is",
    }
)

_PARAMETER = re.compile(r"/([^/<>]+)/<(?:\w+:)?(\w+)>")


@cache
def parameters(rule: str) -> tuple[tuple[str, str], ...]:
    """(segment before it, name) of each parameter of a rule such as /staff/patients/<code>/on."""
    return tuple((segment, name) for segment, name in _PARAMETER.findall(rule))


def places(rule: str, values: Mapping[str, Any], *, study_id: int) -> tuple[Place | None, ...]:
    """Where the objects named are, None for one that does not exist.

    Looked up as the service itself, since the decision needs to know of objects that the person may not see; under the
    name of the look-up of the session just before, so that the database need not be told anew for whom it is.
    """
    named = [(segment, values[name]) for segment, name in parameters(rule) if segment in PLACES]
    if not named:
        return ()
    refuse_impossible_names()
    with acting_for(system("system:session")), reading() as session:
        return tuple(place(session, segment, study_id=study_id, key=key) for segment, key in named)
