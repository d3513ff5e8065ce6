"""Limits of the service's sessions where the server, the database or the role has set none."""

from collections.abc import Mapping
from types import MappingProxyType

#: A statement or lock that takes longer has gone wrong, and a transaction that idles so long keeps others waiting.
LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "statement_timeout": "5min",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "10min",
    }
)

#: Sets each limit that neither the server, the database nor the role has set.
SET_LIMITS = "SELECT " + ", ".join(
    f"CASE WHEN current_setting('{name}') = '0' THEN set_config('{name}', '{limit}', false) END"
    for name, limit in LIMITS.items()
)
