"""In production an amendment waits for its licensed wording, and a server does not start with changed files."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from pro_service.app import refuse_changed_definitions
from pro_service.core.definition import DefinitionError
from pro_service.services import amendments
from pro_service.services.protocols import activation
from pro_service.services.refusals import ConflictError
from pro_service.store.models import ProtocolActivation, ProtocolMigration
from tests.amended import amended_catalogue
from tests.licensed import licensed
from tests.services.amending import EVERYBODY, migrate, version_of
from tests.services.given import change, off_treatment
from tests.trial import STUDY, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """Production, with the wording of heroes-1 and none of the QLQ-BR45, which heroes-2 asks."""

    def prepare(installation: object) -> None:
        for code in activation.instruments_of(installation, version="heroes-1"):  # type: ignore[arg-type]
            for language in ("fr", "en"):
                licensed(installation, code, language)  # type: ignore[arg-type]

    with trial(
        migrated_database, environment="production", prepare=prepare, catalogue=amended_catalogue()
    ) as made:
        yield made


def test_a_version_whose_wording_is_missing_is_neither_activated_nor_moved_to(heroes: Trial) -> None:
    off_treatment(heroes)
    given = {"study": STUDY, "version": "heroes-2", "now": heroes.now}
    for use_case, more in (
        (activation.activate, {"actor": "ada"}),
        (amendments.migrate, {"selection": EVERYBODY, "actor": "ada"}),
    ):
        with pytest.raises(ConflictError, match=r"Licensed wording is missing.*qlq-br45"):
            heroes.call(use_case, heroes.installation, **given, **more)
    shown = heroes.app.test_cli_runner().invoke(
        args=["protocol", "migrate", "heroes", "heroes-2", "--preview"]
    )
    assert (shown.exit_code, "heroes-1 -> heroes-2" in shown.stdout) == (0, True)
    assert "note: nobody can be moved yet. Licensed wording is missing" in shown.stderr
    assert (version_of(heroes), heroes.rows(ProtocolMigration)) == ("heroes-1", [])
    for language in ("fr", "en"):
        heroes.call(licensed, heroes.installation, "qlq-br45", language)
    assert migrate(heroes)[0].outcome == "moves"


def test_a_server_does_not_start_while_a_version_in_force_was_changed(heroes: Trial) -> None:
    refuse_changed_definitions(heroes.app)
    change(heroes, update(ProtocolActivation).values(sha256="0" * 64))
    with pytest.raises(DefinitionError, match=r"heroes-1.toml: version heroes-1 was changed since"):
        refuse_changed_definitions(heroes.app)
