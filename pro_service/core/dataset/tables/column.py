"""The columns of an export's tables: one function a kind of value, and the columns that several tables share."""

from collections.abc import Mapping

from pro_service.core.dataset.model import Column, Kind, Origin

BY_PATIENT, BY_STAFF, BY_PROTOCOL, BY_SERVICE, BY_DERIVED = Origin
_LABEL_ORDER = ("fr", "en")


def labels(fr: str, en: str) -> Mapping[str, str]:
    return dict(zip(_LABEL_ORDER, (fr, en), strict=True))


def column(name: str, kind: Kind, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return Column(name=name, kind=kind, origin=origin, label=labels(fr, en), **more)


def text(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.TEXT, origin, fr, en, **more)


def integer(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.INTEGER, origin, fr, en, **more)


def number(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.NUMBER, origin, fr, en, **more)


def flag(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.FLAG, origin, fr, en, codelist="yes_no", **more)


def day(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.DAY, origin, fr, en, **more)


def instant(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return column(name, Kind.INSTANT, origin, fr, en, unit="UTC", **more)


PATIENT = text("patient", BY_STAFF, "Code du patient dans l'étude", "Patient's code in the study")
SITE = text("site", BY_STAFF, "Code du centre", "Site's code")
TIMEPOINT = text(
    "timepoint", BY_PROTOCOL, "Moment d'évaluation", "Timepoint", note="key of the protocol; never reused"
)
RULE = text("rule", BY_PROTOCOL, "Règle du calendrier", "Rule of the schedule")
INSTRUMENT = text("instrument", BY_PROTOCOL, "Questionnaire", "Instrument")
INSTRUMENT_VERSION = text(
    "instrument_version", BY_SERVICE, "Version du questionnaire", "Version of the instrument"
)
SITTING = integer(
    "sitting",
    BY_SERVICE,
    "Passation",
    "Sitting",
    note="1; a questionnaire begun anew after its longest sitting has 2, and the earlier one is superseded",
)
RESPONSE_STATE = text(
    "response_state", BY_SERVICE, "État de la réponse", "State of the response", codelist="response_state"
)
