"""The set-up of docs/operations.md, run as it is written, under the settings of production."""

import getpass
import io
import re
import sys
from contextlib import redirect_stdout

import pytest

from pro_service.core.protocol import Protocol
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import ConflictError
from pro_service.store.db import Base
from pro_service.store.models import Site, Staff, Study
from tests.architecture.sources import ROOT
from tests.licensed import LAST_DAY, as_csv, made_up
from tests.trial import Trial, bare

SECTION = (
    (ROOT / "docs" / "operations.md").read_text().split("### Studies, sites and staff")[1].split("\n## ")[0]
)
SHELL, PYTHON = (re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL) for kind in ("sh", "python"))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person at the keyboard."""
    monkeypatch.setattr(getpass, "getpass", lambda: "long enough a password")
    monkeypatch.setattr(sys, "stdin", io.StringIO("+33299286600\n"))


def run_script(heroes: Trial) -> str:
    """What the script of the document prints, run as `flask shell` would."""
    out = io.StringIO()
    with heroes.app.app_context(), redirect_stdout(out):
        exec(compile("\n".join(PYTHON), "operations.md", "exec"), {})
    return out.getvalue()


def test_the_script_runs_once_the_named_wording_is_imported(migrated_database: str, answers: None) -> None:
    with bare(migrated_database, environment="production") as heroes:
        for code in words("code"):
            for language in words("language"):
                texts = as_csv(made_up(heroes.installation.catalogue.instruments[code], language))
                terms = ("--licence", "R", "--valid-until", LAST_DAY.isoformat(), "--modes", "web,sms")
                done = heroes.app.test_cli_runner().invoke(
                    args=["wording", "import", code, language, "-", *terms], input=texts
                )
                assert done.exit_code == 0, done.output
        assert "otpauth://totp/" in run_script(heroes)
        assert [len(heroes.rows(kind)) for kind in made()] == [1, 1, 1]
        assert heroes.rows(Site)[0].phone == "+33299286600"


def test_without_the_wording_the_script_is_refused_and_makes_nothing(
    migrated_database: str, answers: None
) -> None:
    with bare(migrated_database, environment="production") as heroes:
        with pytest.raises(ConflictError):
            run_script(heroes)
        assert [len(heroes.rows(kind)) for kind in made()] == [0, 0, 0]


def test_the_document_names_every_import_that_the_protocol_needs() -> None:
    with bare("sqlite:///:memory:") as heroes, heroes.app.app_context():
        protocol: Protocol = wired().installation.catalogue.protocols["heroes-1"]
    needed = {code for rule in protocol.rules for code in rule.instruments}
    assert set(words("code")) == needed
    assert set(words("language")) == set(protocol.delivery.languages)


def words(name: str) -> list[str]:
    """What the shell loop over `name` goes through."""
    (found,) = re.findall(rf"for {name} in (.*?);", "\n".join(SHELL))
    return found.split()


def made() -> tuple[type[Base], ...]:
    return Study, Site, Staff
