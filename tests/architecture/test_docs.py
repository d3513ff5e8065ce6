"""The documents name only what exists: a reader who follows a name gets somewhere."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, documents, make_targets, shown

pytestmark = pytest.mark.docs

FOLDERS = ("pro_service", "questionnaires", "migrations", "tests", "bench", "docs", "bin")
PATH = re.compile(rf"(?<![\w/.-])(?:{'|'.join(FOLDERS)})/[\w./*<>{{}}-]*")
TARGET = re.compile(r"(?:`|^\s*\$?\s*)make ([a-z][a-z-]*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def named(pattern: re.Pattern[str]) -> list[tuple[Path, int, str]]:
    """Each place in the documents where the pattern matches: file, line, what it names."""
    return [
        (document, text.count("\n", 0, match.start()) + 1, match[match.lastindex or 0])
        for document in documents()
        for text in [document.read_text()]
        for match in pattern.finditer(text)
    ]


def exists(name: str) -> bool:
    """A path, or a pattern that at least one path fits; names in angle brackets stand for any."""
    pattern = re.sub(r"<[^>]*>|\{[^}]*\}", "*", name.rstrip("./"))
    return any(ROOT.glob(pattern))


def test_every_path_in_the_documents_exists() -> None:
    gone = [f"{shown(document, line)}: {name}" for document, line, name in named(PATH) if not exists(name)]
    assert gone == []


def test_every_make_target_in_the_documents_exists() -> None:
    known = make_targets()
    assert "setup" in known
    gone = [f"{shown(document, line)}: {name}" for document, line, name in named(TARGET) if name not in known]
    assert gone == []


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = [
        f"{shown(document, line)}: {name}"
        for document, line, name in named(LINK)
        if not (document.parent / name).exists()
    ]
    assert broken == []


def test_make_help_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    declared = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## .+$", makefile, re.MULTILINE))
    assert declared == explained
