"""Who may do what: roles, what each of them includes, and the one place that decides."""

from pro_service.core.access.roles import PERMISSIONS, Permission, Role

__all__ = ["PERMISSIONS", "Permission", "Role"]
