"""The audit trail as a declaration: its triggers on every table, and what the service's roles may do with it."""

from collections.abc import Iterator

from sqlalchemy import MetaData

from pro_service.store.audit.postgres import declared, grants
from pro_service.store.postgres.roles import Roles


def trail(metadata: MetaData, roles: Roles) -> Iterator[str]:
    """After the rights on every table, which it takes back on those of the trail."""
    yield from declared(metadata)
    for role in roles.serving:
        yield from grants(role)
