"""docs/fhir.md: its command runs, its response is accepted."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pro_service.entrypoints.cli.instruments import instruments
from pro_service.store.models import Response
from tests.trial import Trial
from tests.web.api.forms import opened, send
from tests.web.api.world import Program

GUIDE = (Path(__file__).parents[3] / "docs" / "fhir.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_response_of_the_guide_is_accepted(heroes: Trial, nurse: Program) -> None:
    (example,) = re.findall(r"<!-- response:begin -->\n```json\n(.*?)```", GUIDE, re.DOTALL)
    sent = send(nurse, opened(heroes), example.encode())
    assert sent.status_code == 201, sent.get_json()
    assert [(row.instrument, row.mode) for row in heroes.rows(Response)] == [("eq-5d-5l", "form")]


def test_the_command_of_the_guide_runs() -> None:
    (words,) = re.findall(r"flask instruments (fhir .*?) >", GUIDE)
    done = CliRunner().invoke(instruments, words.split())
    assert (done.exit_code, done.stdout[:1]) == (0, "{")
