"""An activated version is immutable: a changed file is told, and nobody puts other words in force under its name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.services.protocols import activation, unchanged
from pro_service.store.models import Study
from tests.amended import amended_catalogue
from tests.services.amending import migrate
from tests.services.given import off_treatment
from tests.trial import STUDY, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        yield made


def with_other_words(heroes: Trial, version: str, old: str, new: str):
    """The installation as another process would load it after somebody edited a file."""
    here = heroes.installation
    definitions = dict(here.catalogue.definitions)
    texts = {name: text.replace(old, new) for name, text in definitions[version].texts.items()}
    assert texts != definitions[version].texts
    definitions[version] = replace(definitions[version], texts=texts)
    return replace(here, catalogue=replace(here.catalogue, definitions=definitions))


def test_a_changed_file_of_a_version_in_force_is_told_with_its_cure(heroes: Trial) -> None:
    assert heroes.call(unchanged.changed_definitions, heroes.installation.catalogue.definitions) == ()
    edited = with_other_words(heroes, "heroes-1", "within_days = 21", "within_days = 28")
    (problem,) = heroes.call(unchanged.changed_definitions, edited.catalogue.definitions)
    assert problem.place == "heroes-1.toml"
    assert (
        "was changed since it was activated in study heroes on 2026-01-05 09:00 UTC by set-up"
        in problem.message
    )
    assert "a new version in a new file" in problem.cure


def test_a_comment_or_blank_line_is_no_change(heroes: Trial) -> None:
    edited = with_other_words(heroes, "heroes-1", "[merge]\n", "# said otherwise\n\n[merge]\n")
    assert heroes.call(unchanged.changed_definitions, edited.catalogue.definitions) == ()


def test_a_change_in_an_extended_file_changes_what_extends_it(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    edited = with_other_words(heroes, "heroes-2", "within_days = 21", "within_days = 28")
    (problem,) = heroes.call(unchanged.changed_definitions, edited.catalogue.definitions)
    assert (problem.place, "version heroes-2 was changed" in problem.message) == ("heroes-1.toml", True)


def test_a_version_in_force_whose_file_is_gone_is_told(heroes: Trial) -> None:
    here = heroes.installation
    left = {name: each for name, each in here.catalogue.definitions.items() if name != "heroes-1"}
    bare = replace(here, catalogue=replace(here.catalogue, definitions=left))
    (problem,) = heroes.call(unchanged.changed_definitions, bare.catalogue.definitions)
    assert "is not here" in problem.message


def test_nobody_puts_other_words_in_force_under_a_name_in_use(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    edited = with_other_words(heroes, "heroes-2", "days = 14", "days = 15")
    with pytest.raises(DefinitionError, match="version heroes-2 was changed"):
        heroes.call(activation.activate, edited, study=STUDY, version="heroes-2", actor="ada", now=heroes.now)
    assert heroes.rows(Study)[0].protocol_version == "heroes-1"
