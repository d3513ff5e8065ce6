"""FHIR R4 at the edge: an instrument as a Questionnaire and back, and a QuestionnaireResponse as answers."""

from pro_service.core.fhir.expressions import without_expression
from pro_service.core.fhir.questionnaire import questionnaire
from pro_service.core.fhir.read import NotOursError, read_questionnaire
from pro_service.core.fhir.response import FaultyResponseError, FormResponse, read_response

__all__ = [
    "FaultyResponseError",
    "FormResponse",
    "NotOursError",
    "questionnaire",
    "read_questionnaire",
    "read_response",
    "without_expression",
]
