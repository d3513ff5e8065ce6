"""Moves patients to another version of their protocol: previewed, one patient at a time, and back."""

from pro_service.services.amendments.migrating import migrate
from pro_service.services.amendments.previewing import preview
from pro_service.services.amendments.prospects import Outcome, Prospect
from pro_service.services.amendments.selection import Selection
from pro_service.services.amendments.undoing import preview_undo, undo

__all__ = ["Outcome", "Prospect", "Selection", "migrate", "preview", "preview_undo", "undo"]
