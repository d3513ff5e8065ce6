"""/instruments: the questionnaires of the catalogue, their items, scales and ranges."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.fhir import questionnaire
from pro_service.core.instrument import Instrument, Scale
from pro_service.core.scoring import ScoringChoices, score_range, step_size
from pro_service.core.wording import Mode
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import OneOf, Strict
from pro_service.entrypoints.api.problems import language
from pro_service.entrypoints.api.routes import FHIR, api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import NotFoundError
from pro_service.services.scores.evaluation import choices_of
from pro_service.services.wordings.showing import licensed_languages, show_instrument

blueprint = api_blueprint(
    "Instruments",
    "Structure, codes and scoring. Where no licensed wording was imported, the labels are our own placeholders, in the "
    "demonstration only (`wording`, `wording_languages`).",
)


def _texts(example: str, **options: Any) -> fields.Dict:
    """A text by language."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"example": {"en": example}},
        **options,
    )


class LicenceSchema(Shape):
    """Who owns the wording, and on what terms it may be used."""

    holder = fields.String(required=True)
    terms = fields.String(required=True)
    ask = fields.String(required=True)
    source = fields.String(required=True)


class InstrumentListedSchema(Shape):
    """A questionnaire in a list."""

    code = fields.String(required=True, metadata={"example": "qlq-c30"})
    version = fields.String(required=True)
    title = _texts("EORTC QLQ-C30")
    status = fields.String(
        required=True, metadata={"description": "`checked` or `UNVERIFIED` against its source"}
    )
    wording = fields.String(
        required=True,
        metadata={
            "example": "placeholder",
            "description": "`licensed` if it is in every language, else `placeholder`",
        },
    )
    wording_languages = fields.List(
        fields.String(),
        required=True,
        metadata={
            "example": ["fr"],
            "description": "With licensed wording that may be shown on a web page today",
        },
    )
    languages = fields.List(fields.String(), required=True, metadata={"example": ["fr", "en"]})
    minutes = fields.Integer(required=True, metadata={"description": "Assumed time to answer", "example": 11})
    item_count = fields.Integer(required=True, metadata={"example": 30})
    scale_count = fields.Integer(required=True, metadata={"example": 16})


class InstrumentsSchema(Shape):
    """By code."""

    items = fields.List(fields.Nested(InstrumentListedSchema), required=True)


class OptionSchema(Shape):
    """One answer that can be ticked."""

    value = fields.Integer(required=True, metadata={"example": 1})
    label = _texts("Not at all")


class ConditionSchema(Shape):
    """Asked only if `item` was answered above `above`."""

    item = fields.String(required=True, metadata={"example": "q44"})
    above = fields.Integer(required=True, metadata={"example": 1})


class ItemSchema(Shape):
    """One question; without options, a whole number from `minimum` to `maximum`."""

    code = fields.String(required=True, metadata={"example": "q10"})
    minimum = fields.Integer(required=True, metadata={"example": 1})
    maximum = fields.Integer(required=True, metadata={"example": 4})
    options = fields.List(fields.Nested(OptionSchema), required=True)
    label = _texts("Need to rest")
    recall = _texts("Past week")
    instruction = _texts("Please think of the past week only")
    low = _texts("0 - minimum")
    high = _texts("100 - maximum")
    shown_if = fields.Nested(ConditionSchema, required=True, allow_none=True)
    may_refuse = fields.Boolean(required=True)


class RangeSchema(Shape):
    """The lowest and highest score possible."""

    low = fields.Float(required=True, metadata={"example": 0.0})
    high = fields.Float(required=True, metadata={"example": 100.0})


class ScaleSchema(Shape):
    """One score: the items it rests on, and what a high value means for the patient."""

    code = fields.String(required=True, metadata={"example": "FA"})
    name = _texts("Fatigue")
    rule = fields.String(required=True, metadata={"example": "mean_transform"})
    items = fields.List(fields.String(), required=True, metadata={"example": ["q10", "q12", "q18"]})
    missing = fields.String(required=True, metadata={"example": "at_least_half"})
    direction = fields.String(required=True, metadata={"example": "worse"})
    range = fields.Nested(RangeSchema, required=True, allow_none=True)
    step = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "What one answer step moves it by", "example": 11.11111111111111},
    )
    status = fields.String(required=True)
    source = fields.String(required=True)


class InstrumentSchema(InstrumentListedSchema):
    """A questionnaire with its items and scales; ranges are those of the study's scoring choices."""

    recall = _texts("Past week")
    instruction = _texts("Please answer every question yourself")
    licence = fields.Nested(LicenceSchema, required=True)
    doubts = fields.List(
        fields.String(), required=True, metadata={"description": "What nobody could confirm"}
    )
    items = fields.List(fields.Nested(ItemSchema), required=True)
    scales = fields.List(fields.Nested(ScaleSchema), required=True)


class InstrumentQuery(Strict):
    """In which way the questions will be asked."""

    mode = OneOf(
        [each.value for each in Mode],
        load_default=Mode.WEB.value,
        metadata={"description": "A licence covers some ways of asking and not others", "example": "web"},
    )


@endpoint(blueprint, "/instruments", gives=InstrumentsSchema)
@needs(Permission.SEE_DEFINITIONS)
def list_instruments() -> Any:
    """The questionnaires of the catalogue"""
    known = wired().installation.catalogue.instruments
    licensed = _licensed()
    return {"items": [_listed(known[code], licensed[code]) for code in sorted(known)]}


@endpoint(
    blueprint,
    "/instruments/<code>",
    gives=InstrumentSchema,
    query=InstrumentQuery,
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.SEE_DEFINITIONS)
def read_instrument(query: Mapping[str, Any], *, code: str) -> Any:
    """One questionnaire with its items and scales

    With `Accept: application/fhir+json` as a FHIR R4 Questionnaire. Outside the demonstration it is refused (409,
    `wording_missing`) where no licensed wording may be shown today in the `mode` asked for; `detail` says what is
    missing and whom to ask.
    """
    wiring = wired()
    if code not in wiring.installation.catalogue.instruments:
        raise NotFoundError(f"instrument {code}")
    shown = show_instrument(wiring.installation, code=code, mode=Mode(query["mode"]), now=wiring.clock())
    (instrument,) = shown.instruments
    if request.accept_mimetypes.best_match(["application/json", FHIR]) == FHIR:
        # A wording may be licensed in another language than that of whoever asks: then in that one.
        worded = tuple(instrument.items[0].label)
        chosen = language() if language() in worded else worded[0]
        document = json.dumps(questionnaire(instrument, language=chosen), sort_keys=False)
        return Response(document, mimetype=FHIR)
    choices = choices_of(access.study_protocol())
    return {
        **_listed(instrument, _licensed()[code]),
        **{
            name: getattr(instrument, name)
            for name in ("recall", "instruction", "licence", "doubts", "items")
        },
        "scales": [_scale(scale, instrument, choices) for scale in instrument.scales],
    }


def _licensed() -> Mapping[str, tuple[str, ...]]:
    wiring = wired()
    return licensed_languages(wiring.installation, mode=Mode.WEB, now=wiring.clock())


def _listed(instrument: Instrument, licensed: tuple[str, ...]) -> Mapping[str, Any]:
    plain = ("code", "version", "title", "status", "languages", "minutes")
    return {
        **{name: getattr(instrument, name) for name in plain},
        "wording": "licensed" if licensed == instrument.languages else "placeholder",
        "wording_languages": licensed,
        "item_count": len(instrument.items),
        "scale_count": len(instrument.scales),
    }


def _scale(scale: Scale, instrument: Instrument, choices: ScoringChoices) -> Mapping[str, Any]:
    bounds = score_range(instrument, scale.code, choices=choices)
    plain = ("code", "name", "rule", "items", "missing", "direction", "status", "source")
    return {
        **{name: getattr(scale, name) for name in plain},
        "range": {"low": bounds[0], "high": bounds[1]} if bounds else None,
        "step": step_size(instrument, scale.code),
    }
