"""What the pages about questionnaires show: a list, and one sheet of facts (see core.manual)."""

from dataclasses import dataclass

from pro_service.core.manual import Sheet
from pro_service.entrypoints.web.desk.views import Chrome


@dataclass(frozen=True, kw_only=True)
class InstrumentsPage:
    """Every questionnaire of this installation."""

    chrome: Chrome
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, kw_only=True)
class InstrumentPage:
    """One questionnaire."""

    chrome: Chrome
    sheet: Sheet
