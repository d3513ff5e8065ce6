"""What the core and the entry points may reach: an allow-list, since no list of what is forbidden is ever complete."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import python_files, shown, tree

#: Modules that compute and do nothing else: no file, no network, no clock, no chance, no process, no thread.
#: `datetime` is for values: the linter refuses its clock. `phonenumbers` is a table of numbering plans.
PURE = frozenset(
    {
        *(
            "bisect",
            "calendar",
            "collections",
            "dataclasses",
            "datetime",
            "difflib",
            "enum",
            "functools",
            "hashlib",
        ),
        *("html", "itertools", "math", "re", "string", "types", "typing", "unicodedata", "zoneinfo"),
        *("numpy", "phonenumbers"),
        "pro_service",  # its own layer: that is what the import contracts say
    }
)
#: Built-ins that reach outside without any import.
REACHING = frozenset({"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"})


def imported(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Each module that is imported, by its whole name; from a package, each name as well."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module), node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def impure(module: ast.Module) -> list[int]:
    """The lines of a module of the core that reach outside."""
    modules = [line for name, line in imported(module) if name.partition(".")[0] not in PURE]
    calls = [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REACHING
    ]
    return [*modules, *calls]


def past_the_use_cases(module: ast.Module) -> list[int]:
    """The lines by which an entry point would write for itself."""
    names = ("pro_service.store.records", "pro_service.store.db.transaction")
    by_import = [
        line
        for name, line in imported(module)
        if any(name == one or name.startswith(f"{one}.") for one in names)
    ]
    by_attribute = [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "transaction"
    ]
    return [*by_import, *by_attribute]


def test_the_core_imports_only_what_computes() -> None:
    found = [shown(path, line) for path in _core() for line in impure(tree(path))]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "import urllib.request",
            "from http import client",
            "import ssl",
            "import tempfile as t",
            "import shutil",
        ),
        *(
            "import pickle",
            "import signal",
            "import sched",
            "from concurrent.futures import ThreadPoolExecutor",
        ),
        *("import time", "from os import path", "import sqlalchemy", "import flask", "open('x')", "print(1)"),
    ],
)
def test_the_rule_of_the_core_sees_what_reaches_outside(line: str) -> None:
    assert impure(ast.parse(line))


def test_every_module_on_the_list_is_needed() -> None:
    used = {name.partition(".")[0] for path in _core() for name, _ in imported(tree(path))}
    assert used == PURE


def test_entry_points_neither_touch_records_nor_begin_transactions() -> None:
    """They read through store.queries and write through services: one use case, one transaction."""
    outer = python_files("pro_service/entrypoints", "pro_service/app.py", "pro_service/config.py", "wsgi.py")
    assert [shown(path, line) for path in outer for line in past_the_use_cases(tree(path))] == []


@pytest.mark.parametrize(
    "line",
    [
        "from pro_service.store import records",
        "from pro_service.store.records import people",
        "import pro_service.store.records.people",
        "from pro_service.store.db import reading, transaction",
        "from pro_service.store import db\ndb.transaction()",
    ],
)
def test_the_rule_of_the_entry_points_sees_every_way_in(line: str) -> None:
    assert past_the_use_cases(ast.parse(line))


def _core() -> tuple[Path, ...]:
    return python_files("pro_service/core")
