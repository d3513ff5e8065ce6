"""Hands a study's data to the people who analyse it: pseudonymised, explained, and the same bytes each time."""

from pro_service.services.exports.formats import FORMATS
from pro_service.services.exports.refusals import ExportError
from pro_service.services.exports.study import Exported, export_study

__all__ = ["FORMATS", "ExportError", "Exported", "export_study"]
