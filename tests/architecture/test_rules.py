"""House rules that neither the linter nor the import contracts can see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, functions, module_names, python_files, shown, text_files, tree

LONGEST_FILE = 300

#: Split in two, or this file would be its own first finding.
PLACEHOLDERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")


def test_only_the_transaction_commits() -> None:
    """A use case is one transaction, and `transaction()` in store.db is where it ends."""
    commits = [
        shown(path, node.lineno)
        for path in python_files("pro_service")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit" and path.name != "db.py"
    ]
    assert commits == []


def test_use_cases_take_keywords_after_their_first_argument() -> None:
    """A call of a use case reads as a sentence: what was given for what is said at the call."""
    positional = [
        shown(path, function.lineno)
        for path in python_files("pro_service/services")
        for function in tree(path).body
        if isinstance(function, ast.FunctionDef) and _is_use_case(path, function)
        if len(function.args.posonlyargs + function.args.args) > 1 or function.args.vararg
    ]
    assert positional == []


def _is_use_case(path: Path, function: ast.FunctionDef) -> bool:
    # What takes a session is a step inside a use case; the simulator's parts call only one another.
    first = next(iter(function.args.args), None)
    is_step = first is not None and first.arg == "session"
    return not (function.name.startswith("_") or is_step or "simulation" in path.parts)


def test_the_core_loads_neither_flask_nor_sqlalchemy() -> None:
    """In a fresh interpreter, whatever other tests have loaded here."""
    program = f"""
import importlib, sys
for name in {module_names("pro_service.core")!r}:
    importlib.import_module(name)
print(*sorted({{"flask", "sqlalchemy", "marshmallow", "click", "twilio"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_no_function_imports() -> None:
    """Imports inside functions hide cycles; where there is no cycle they are not needed."""
    hidden = [
        shown(path, node.lineno)
        for path in python_files("pro_service")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_file_is_longer_than_one_sitting() -> None:
    """Tables may be longer: a row of them is read alone."""
    exempt = {"models", "tables", "versions"}
    long = {
        shown(path): lines
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
        if not exempt & {part.removesuffix(".py") for part in path.parts}
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [shown(path) for path in python_files("pro_service", "tests", "bench") if not _opening(path)]
    assert silent == []


def _opening(path: Path) -> str:
    return (ast.get_docstring(tree(path)) or "").strip()


@pytest.mark.parametrize("word", PLACEHOLDERS)
def test_nothing_is_left_for_later(word: str) -> None:
    """What is not done is an issue or a line of docs/decisions.md, not a word in the code."""
    found = [
        shown(path, number)
        for path in text_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if word in line
    ]
    assert found == []


def test_no_module_is_named_for_nothing() -> None:
    """A module is a noun of the domain; these names attract whatever has no place."""
    vague = {"utils", "util", "helpers", "common", "base", "manager", "misc"}
    assert [shown(path) for path in python_files("pro_service", "bench") if path.stem in vague] == []
