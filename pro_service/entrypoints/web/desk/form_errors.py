"""Which field of a form a refusal is about, and the days that stand in forms."""

from collections.abc import Mapping
from datetime import date

from pro_service.entrypoints.web.words import Language
from pro_service.services.refusals import InvalidError, RefusedError


def day_of(values: Mapping[str, str], field: str) -> date:
    try:
        return date.fromisoformat(values.get(field, ""))
    except ValueError:
        raise BadDayError(field) from None


class BadDayError(InvalidError):
    """A field of a form that should hold a day."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__("bad_date", fr="Date absente ou impossible.", en="Date missing or impossible.")


def errors_of(error: RefusedError, language: Language) -> dict[str, str]:
    """The refusal beside the field it is about, "" for the form as a whole."""
    field = error.field if isinstance(error, BadDayError) else _FIELD_OF.get(error.reason.code, "")
    return {field: error.reason.sentence(language)}


_FIELD_OF = {
    "bad_phone": "phone",
    "phone_in_use": "phone",
    "patient_exists": "patient_code",
    "bad_code": "patient_code",
    "site_missing": "site",
    "text_unknown": "consent_text",
    "unknown_zone": "time_zone",
}
