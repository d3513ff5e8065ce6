"""What the page about locks shows, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pro_service.entrypoints.web.desk.views import Chrome, SiteChoice
from pro_service.store.queries.locks import HeldFacts, LockFacts


@dataclass(frozen=True, kw_only=True)
class LocksPage:
    """Every lock of the study. `reader` is the login of whoever reads: who asked for a release cannot confirm it.

    `held` is what came in under a lock, for those who may see patients. `errors` by field of the form.
    """

    chrome: Chrome
    locks: tuple[LockFacts, ...]
    held: tuple[HeldFacts, ...]
    sites: tuple[SiteChoice, ...]
    reader: str
    may_lock: bool
    may_unlock: bool
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
