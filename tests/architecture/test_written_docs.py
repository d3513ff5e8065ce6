"""What the documents copy from the code is compared with it: states, settings, commands, pictures."""

import re
from collections.abc import Mapping

import click
import pytest
from flask import Flask

from pro_service import config, environment
from pro_service.entrypoints import cli
from pro_service.gateways import oidc_settings
from tests.architecture.access_page import PAGE as ACCESS
from tests.architecture.access_page import access_page
from tests.architecture.course_page import PAGE as COURSE
from tests.architecture.course_page import course_page
from tests.architecture.instruments_page import PAGE as INSTRUMENTS
from tests.architecture.instruments_page import instruments_page
from tests.architecture.sources import ROOT, documents, shown
from tests.architecture.states_page import PAGE, states_page

pytestmark = pytest.mark.docs

SETTING = re.compile(r'"(PRO_[A-Z_]+)"')
COMMAND = re.compile(r"(?:`|\bbin/)flask ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
MERMAID = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
#: Flask's and its extensions' own commands that the documents may name.
FLASKS_OWN = {"run", "shell", "routes", "db", "openapi"}


def test_the_page_of_states_is_drawn_from_the_tables() -> None:
    assert PAGE.read_text() == states_page(), "docs/states.md is out of date: run bin/docs"


def test_the_page_of_instruments_is_written_from_their_definitions() -> None:
    assert INSTRUMENTS.read_text() == instruments_page(), "docs/instruments.md is out of date: run bin/docs"


def test_the_page_of_courses_is_what_the_protocols_say() -> None:
    assert COURSE.read_text() == course_page(), "docs/course.md is out of date: run bin/docs"


def test_every_setting_is_explained_to_the_operator() -> None:
    """A row of the table for each, and no row for a setting that is gone."""
    pages = "".join((ROOT / "docs" / name).read_text() for name in ("operations.md", "sign-in.md"))
    rows = set(re.findall(r"^\| `(PRO_[A-Z_]+)` \|", pages, re.MULTILINE))
    read = "".join((ROOT / module.__file__).read_text() for module in (config, environment, oidc_settings))
    assert rows == set(SETTING.findall(read))


def test_every_command_in_the_documents_exists() -> None:
    app = Flask("documents")
    cli.register(app)
    gone = [
        f"{shown(document)}: flask {name} {part}".rstrip()
        for document in documents()
        for name, part in COMMAND.findall(document.read_text())
        if not _known(app.cli.commands, name, part)
    ]
    assert gone == []


def _known(commands: Mapping[str, click.Command], name: str, part: str) -> bool:
    command = commands.get(name)
    if isinstance(command, click.Group):
        return part == "" or part in command.commands
    return command is not None or name in FLASKS_OWN


def test_every_drawing_begins_with_its_kind() -> None:
    """What GitHub's Mermaid would refuse at first sight; how it looks is for eyes."""
    kinds = ("flowchart ", "sequenceDiagram", "stateDiagram-v2")
    drawings = [drawing for document in documents() for drawing in MERMAID.findall(document.read_text())]
    assert drawings
    assert [drawing for drawing in drawings if not drawing.lstrip().startswith(kinds)] == []


def test_the_access_page_is_as_the_roles_say() -> None:
    assert ACCESS.read_text() == access_page(), "docs/access.md is out of date: run bin/docs"
