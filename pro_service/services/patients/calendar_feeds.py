"""Makes and revokes the addresses under which a site's own calendar program reads its visits."""

import secrets
from datetime import datetime

from pro_service.services.installation import Installation
from pro_service.services.refusals import NotFoundError
from pro_service.store.crypto import token_hash
from pro_service.store.db import transaction
from pro_service.store.models import CalendarFeed
from pro_service.store.records import feeds, people


def create_feed(
    _: Installation, *, site_id: int, site_ids: tuple[int, ...], language: str, actor: str, now: datetime
) -> str:
    """A new address for the visits of one of these sites: its secret, which is shown this once and never again."""
    if site_id not in site_ids:
        raise NotFoundError("site")
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        feed = CalendarFeed(
            site_id=site_id, token_hash=token_hash(token), language=language, created_at=now, created_by=actor
        )
        people.add(session, feed)
    return token


def revoke_feed(
    _: Installation, *, feed_id: int, site_ids: tuple[int, ...], actor: str, now: datetime
) -> None:
    """Nothing is read under the address any more. A second time changes nothing."""
    with transaction() as session:
        feed = feeds.by_id(session, feed_id)
        if feed is None or feed.site_id not in site_ids:
            raise NotFoundError("feed")
        if feed.revoked_at is None:
            feed.revoked_at, feed.revoked_by = now, actor
