"""FHIR R4 at the edge: an instrument as a Questionnaire and back, and a QuestionnaireResponse as answers."""

from pro_service.core.fhir.expressions import without_expression
from pro_service.core.fhir.questionnaire import questionnaire
from pro_service.core.fhir.read import NotOursError, read_questionnaire

__all__ = ["NotOursError", "questionnaire", "read_questionnaire", "without_expression"]
