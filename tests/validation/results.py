"""A pytest plugin: with `--validation=FILE` the outcome of every test that names a requirement is written there."""

import json
from pathlib import Path
from typing import Any

import pytest

_OPTION = "--validation"
_KEY = "req"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(_OPTION, metavar="FILE", help="write which test proved which requirement")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The ids travel with each report, also from the workers of a parallel run."""
    for item in items:
        ids = sorted({one for mark in item.iter_markers(_KEY) for one in mark.args})
        if ids:
            item.user_properties.append((_KEY, ids))


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption(_OPTION)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(Path(path)), "validation-results")


class Results:
    """The worst outcome of each marked test over its set-up, call and tear-down."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = dict(report.user_properties).get(_KEY)
        if not ids:
            return
        known = self._found.setdefault(report.nodeid, {"requirements": ids, "outcome": "passed"})
        if report.outcome != "passed" and known["outcome"] != "failed":
            known["outcome"] = report.outcome

    def pytest_sessionfinish(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._found, indent=1, sort_keys=True) + "\n")
