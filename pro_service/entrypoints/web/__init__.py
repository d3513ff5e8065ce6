"""The pages: the patient's link, the nurse's desk, logging in, and the demonstration's own."""

from pro_service.entrypoints.web.register import register_pages

__all__ = ["register_pages"]
