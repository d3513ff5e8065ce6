"""The set-up of docs/operations.md, run as it is written, under the settings of production."""

import re
import shlex

from click.testing import Result

from pro_service.core.protocol import Protocol
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import Base
from pro_service.store.models import Site, Staff, Study
from tests.architecture.sources import ROOT
from tests.licensed import LAST_DAY, as_csv, made_up
from tests.trial import Trial, bare

SECTION = (
    (ROOT / "docs" / "operations.md").read_text().split("### Studies, sites and staff")[1].split("\n## ")[0]
)
SHELL = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
CREATE = re.findall(r"^\.venv/bin/flask (\w+ create .*)$", SECTION, re.MULTILINE)
TYPED = "long enough a password\n" * 2


def run(heroes: Trial, command: str) -> Result:
    result: Result = heroes.app.test_cli_runner().invoke(args=shlex.split(command), input=TYPED)
    return result


def test_the_commands_run_once_the_named_wording_is_imported(migrated_database: str) -> None:
    with bare(migrated_database, environment="production") as heroes:
        for code in words("code"):
            for language in words("language"):
                texts = as_csv(made_up(heroes.installation.catalogue.instruments[code], language))
                terms = ("--licence", "R", "--valid-until", LAST_DAY.isoformat(), "--modes", "web,sms")
                done = heroes.app.test_cli_runner().invoke(
                    args=["wording", "import", code, language, "-", *terms], input=texts
                )
                assert done.exit_code == 0, done.output
        results = [run(heroes, command) for command in CREATE]
        assert [result.exit_code for result in results] == [0, 0, 0], [result.output for result in results]
        assert results[-1].stdout.startswith("otpauth://totp/")
        assert [len(heroes.rows(kind)) for kind in made()] == [1, 1, 1]
        assert heroes.rows(Site)[0].phone == "+33299286600"


def test_without_the_wording_the_study_is_refused_and_nothing_is_made(migrated_database: str) -> None:
    with bare(migrated_database, environment="production") as heroes:
        assert [run(heroes, command).exit_code for command in CREATE] == [2, 2, 2]
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
