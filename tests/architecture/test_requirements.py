"""pyproject.toml, uv.lock and the requirements files say the same: whoever installs by either gets the same bytes."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.architecture.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: Mapping[str, Any] = {
    package["name"]: package for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
}
OURS = PROJECT["project"]["name"]

CURE = "run `uv lock` and `make requirements`"


def pinned(file: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Name -> version and hashes, of an exported requirements file."""
    entries = re.split(r"\n(?=[a-z])", (ROOT / file).read_text())
    heads = [re.match(r"([a-z0-9.-]+)(?:\[[^]]*\])?==([^\s;]+)", entry) for entry in entries]
    return {
        head[1]: (head[2], frozenset(re.findall(r"sha256:[0-9a-f]{64}", entry)))
        for head, entry in zip(heads, entries, strict=True)
        if head
    }


def locked(name: str) -> tuple[str, frozenset[str]]:
    package = PACKAGES[name]
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return package["version"], frozenset(file["hash"] for file in files)


def needed(requirements: Iterable[Mapping[str, Any]]) -> set[str]:
    """The packages that these requirements bring, in the end, with the extras they name."""
    found: set[tuple[str, str]] = set()
    waiting = [(entry["name"], extra) for entry in requirements for extra in ("", *entry.get("extra", []))]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        package = PACKAGES[name]
        below = package["optional-dependencies"].get(extra, []) if extra else package.get("dependencies", [])
        waiting += [(entry["name"], more) for entry in below for more in ("", *entry.get("extra", []))]
    return {name for name, _ in found}


def direct(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    return {entry["name"] + entry.get("specifier", "") for entry in entries}


def without_extras(requirements: Iterable[str]) -> set[str]:
    return {re.sub(r"\[.*?\]", "", requirement).replace(" ", "") for requirement in requirements}


def test_the_lock_file_is_of_this_project() -> None:
    wanted = PACKAGES[OURS]["metadata"]
    assert direct(wanted["requires-dist"]) == without_extras(PROJECT["project"]["dependencies"]), CURE
    groups = {name: direct(entries) for name, entries in wanted["requires-dev"].items()}
    assert groups == {name: without_extras(group) for name, group in PROJECT["dependency-groups"].items()}, (
        CURE
    )


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_each_requirement_is_the_locked_version_with_all_its_hashes(file: str) -> None:
    assert {name: entry for name, entry in pinned(file).items() if entry != locked(name)} == {}, CURE


def test_the_service_needs_what_requirements_txt_lists() -> None:
    assert set(pinned("requirements.txt")) == needed(PACKAGES[OURS]["dependencies"]), CURE


def test_development_needs_what_requirements_dev_txt_lists() -> None:
    assert set(pinned("requirements-dev.txt")) == set(PACKAGES) - {OURS}, CURE


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_a_requirements_file_leaves_the_choice_of_index_to_the_machine(file: str) -> None:
    assert "://" not in (ROOT / file).read_text()
    assert "--index" not in (ROOT / file).read_text()
