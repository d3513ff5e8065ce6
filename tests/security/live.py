"""The application with a patient, an alert and a nurse's session, listening on loopback: for tools that attack it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from pro_service.core.budgets import BUDGETS, Budget
from tests.databases import migrate
from tests.listening import served
from tests.trial import Trial
from tests.web.api.world import Program, program, worsened

#: A tool that is stopped by a budget finds nothing and would pass for a clean result.
UNLIMITED = {
    kind: {what: Budget(most=10**9, free=10**9) for what in kinds} for kind, kinds in BUDGETS.items()
}


@contextmanager
def attacked() -> Iterator[tuple[Trial, Program]]:
    """The trial and a program with a session in it; on SQLite, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, patch("pro_service.entrypoints.limits.BUDGETS", UNLIMITED):
        url = f"sqlite:///{Path(folder) / 'attacked.sqlite'}"
        migrate(url)
        with served(url) as heroes:
            worsened(heroes)
            yield heroes, program(heroes)
