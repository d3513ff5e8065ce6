"""Who may do what: roles, what each of them includes, and the one place that decides."""

from pro_service.core.access.decide import (
    EMERGENCY,
    Decision,
    Grant,
    Opened,
    Place,
    Rights,
    decide,
    held,
    roles,
    sites_with,
)
from pro_service.core.access.roles import (
    PATIENT_WRITES,
    PERMISSIONS,
    SITE_ROLES,
    SPONSOR_ROLES,
    STUDY_ROLES,
    Permission,
    Role,
)

__all__ = [
    "EMERGENCY",
    "PATIENT_WRITES",
    "PERMISSIONS",
    "SITE_ROLES",
    "SPONSOR_ROLES",
    "STUDY_ROLES",
    "Decision",
    "Grant",
    "Opened",
    "Permission",
    "Place",
    "Rights",
    "Role",
    "decide",
    "held",
    "roles",
    "sites_with",
]
