"""Finds scenario files: the default one that is shipped, and those a planner names."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pro_service.services.simulation.scenario.model import Scenario
from pro_service.services.simulation.scenario.parse import parse_scenario
from pro_service.store.catalogue import QUESTIONNAIRES
from pro_service.store.definition_files import read_document

SCENARIOS = QUESTIONNAIRES / "scenarios"
DEFAULT = SCENARIOS / "default.toml"


@lru_cache(maxsize=1)
def _default_document() -> Mapping[str, Any]:
    return read_document(DEFAULT)


@lru_cache(maxsize=1)
def default_scenario() -> Scenario:
    """The scenario that is shipped."""
    return parse_scenario(_default_document(), source=DEFAULT.name, default=_default_document())


def load_scenario(path: Path) -> Scenario:
    """A scenario of a planner's own. Raises DefinitionError with every mistake, each with its key and its cure."""
    return parse_scenario(read_document(path), source=path.name, default=_default_document())
