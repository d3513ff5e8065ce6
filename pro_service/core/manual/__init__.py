"""What an instrument is, told to people: the same facts for the staff's page and for docs/instruments.md."""

from pro_service.core.manual.sheet import ItemLine, ScaleLine, Sheet, sheet

__all__ = ["ItemLine", "ScaleLine", "Sheet", "sheet"]
