"""Rows of queries, consents and edit checks."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredConsent, StoredPrompt, StoredQuery

_HEAD = 2  # patient and site come before the number


def numbered_rows(rows: Iterable[StoredQuery | StoredConsent]) -> Iterator[Row]:
    """The rows of `queries` or `consents`: each patient's are numbered in the order in which they come."""
    for _, own in groupby(rows, key=lambda row: row.patient):
        for number, row in enumerate(own, start=1):
            yield (*row[:_HEAD], number, *row[_HEAD:])


def prompt_rows(prompts: Iterable[StoredPrompt]) -> Iterator[Row]:
    """The rows of `edit_checks`; the patient is nobody of the staff."""
    for each in prompts:
        yield each._replace(prompted_by=None) if each.source != "entry" else each
