"""Fixtures of the API's tests."""

from collections.abc import Iterator

import pytest

from tests.trial import Trial, trial
from tests.web.api.world import Program, program


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """A small trial, on each database in turn."""
    with trial(migrated_database) as made:
        yield made


@pytest.fixture
def nurse(heroes: Trial) -> Program:
    """A program of site 03."""
    return program(heroes)
