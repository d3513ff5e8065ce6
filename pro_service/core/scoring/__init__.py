"""Turns the answers to an instrument into its scores, by a small closed set of named rules."""

from pro_service.core.scoring.choices import HadsMissing, ScoringChoices, UnknownValueSetError
from pro_service.core.scoring.columns import AnswersError, score_columns
from pro_service.core.scoring.ranges import score_range, step_size
from pro_service.core.scoring.rescoring import Difference, Scoring, differences
from pro_service.core.scoring.response import Absent, Score, score_response
from pro_service.core.scoring.rules import RULE_VERSION
from pro_service.core.scoring.types import MISSING
from pro_service.core.scoring.versions import current, newest, rule_order

__all__ = [
    "MISSING",
    "RULE_VERSION",
    "Absent",
    "AnswersError",
    "Difference",
    "HadsMissing",
    "Score",
    "Scoring",
    "ScoringChoices",
    "UnknownValueSetError",
    "current",
    "differences",
    "newest",
    "rule_order",
    "score_columns",
    "score_range",
    "score_response",
    "step_size",
]
