"""What the page of certified copies shows, as plain facts."""

from dataclasses import dataclass

from pro_service.entrypoints.web.desk.views import Chrome, SiteChoice
from pro_service.services.copies import CopyFound


@dataclass(frozen=True, kw_only=True)
class SiteCopies:
    """The copies of one site, the newest first."""

    site: SiteChoice
    copies: tuple[CopyFound, ...]


@dataclass(frozen=True, kw_only=True)
class CopiesPage:
    """The copies of the reader's sites; `public_key` is what they are checked with."""

    chrome: Chrome
    sites: tuple[SiteCopies, ...]
    public_key: str
