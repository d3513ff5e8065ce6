"""Rows of why forms are missing and of corrections."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredCorrection, StoredReason


def reason_rows(reasons: Iterable[StoredReason]) -> Iterator[Row]:
    """The rows of `missing_reasons`. The service itself is nobody: its reasons name no person."""
    for each in reasons:
        yield each._replace(given_by=None) if each.source == "system" else each


def correction_rows(items: Iterable[StoredCorrection]) -> Iterator[Row]:
    """The rows of `corrections`: those of a sitting are numbered in the order in which they were asked for."""
    behind = StoredCorrection._fields.index("id")
    for _, of_sitting in groupby(items, key=lambda item: item[:behind]):
        for number, (_, changed) in enumerate(groupby(of_sitting, key=lambda item: item.id), start=1):
            for item in changed:
                yield (*item[:behind], number, *item[behind + 1 :])
