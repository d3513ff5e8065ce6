"""What an export of a study is: its tables, their columns, the rows, and the dictionary that explains them.

Formats are written elsewhere (services.exports); whatever they are, they write these rows of these tables.
"""

from pro_service.core.dataset.alerts import alert_row
from pro_service.core.dataset.cells import csv_header, csv_lines, guarded, unguarded
from pro_service.core.dataset.course import CourseRows, course_rows, patient_row, standing_events
from pro_service.core.dataset.dictionary import Definition, dictionary_rows
from pro_service.core.dataset.forms import Ledger, ledger, reason_in_words, rule_of
from pro_service.core.dataset.model import Cell, Column, Kind, Origin, Row, Table
from pro_service.core.dataset.oddities import Oddity, odd_answers, odd_responses, odd_scores
from pro_service.core.dataset.page import dictionary_page
from pro_service.core.dataset.provenance import correction_rows, reason_rows
from pro_service.core.dataset.questions import numbered_rows, prompt_rows
from pro_service.core.dataset.responses import (
    in_order_of_items,
    in_order_of_scales,
    item_rows,
    response_rows,
    score_rows,
)
from pro_service.core.dataset.tables import DICTIONARY, PROBLEMS, TABLES
from pro_service.core.dataset.versions import version_rows
from pro_service.core.dataset.visits import visit_rows

__all__ = [
    "DICTIONARY",
    "PROBLEMS",
    "TABLES",
    "Cell",
    "Column",
    "CourseRows",
    "Definition",
    "Kind",
    "Ledger",
    "Oddity",
    "Origin",
    "Row",
    "Table",
    "alert_row",
    "correction_rows",
    "course_rows",
    "csv_header",
    "csv_lines",
    "dictionary_page",
    "dictionary_rows",
    "guarded",
    "in_order_of_items",
    "in_order_of_scales",
    "item_rows",
    "ledger",
    "numbered_rows",
    "odd_answers",
    "odd_responses",
    "odd_scores",
    "patient_row",
    "prompt_rows",
    "reason_in_words",
    "reason_rows",
    "response_rows",
    "rule_of",
    "score_rows",
    "standing_events",
    "unguarded",
    "version_rows",
    "visit_rows",
]
