"""What every template of the desk is given: the page's facts, the reader's words, the drawings and the form token."""

from collections.abc import Mapping
from typing import Protocol

from pro_service.core.lifecycle import ActionCode, CallOutcome
from pro_service.entrypoints.web.charts.timeline import timeline
from pro_service.entrypoints.web.charts.trajectory import headline, trajectory
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.entrypoints.web.words.phrases import Say


class Page(Protocol):
    """Any view model of views.py, views_patient.py and views_forms.py."""

    @property
    def chrome(self) -> Chrome: ...


def desk_context(*, page: Page, say: Say, csrf_token: str) -> Mapping[str, object]:
    """The names the templates use. `say` carries the language, the moment of reading and the site's time zone."""
    return {
        "page": page,
        "chrome": page.chrome,
        "say": say,
        "csrf_token": csrf_token,
        "trajectory": trajectory,
        "timeline": timeline,
        "headline": headline,
        "action_codes": tuple(ActionCode),
        "call_outcomes": tuple(CallOutcome),
    }
