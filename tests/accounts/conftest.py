"""A small trial on each engine."""

from collections.abc import Iterator

import pytest

from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made
