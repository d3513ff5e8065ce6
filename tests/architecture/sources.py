"""The project's own files, parsed once, for the tests that read code."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Made by machines, or vendored as other people wrote it.
NOT_OURS = {"__pycache__", "swagger"}
CODE = ("pro_service", "tests", "bench", "migrations", "wsgi.py")


@cache
def python_files(*parts: str) -> tuple[Path, ...]:
    """The Python files below these parts of the project; parts that are not there yet have none."""
    found: set[Path] = set()
    for part in parts or CODE:
        path = ROOT / part
        found.update([path] if path.is_file() else path.rglob("*.py"))
    return tuple(sorted(found))


@cache
def text_files() -> tuple[Path, ...]:
    """The texts that people write here: code, data, documents."""
    kinds = {".py", ".md", ".toml", ".html", ".js", ".css", ".yaml", ".yml", ".sh", ".txt", ".cfg", ""}
    folders = ("pro_service", "tests", "bench", "migrations", "docs", "questionnaires", "bin", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    paths += [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".coverage")]
    return tuple(sorted(path for path in paths if path.suffix in kinds and not NOT_OURS & set(path.parts)))


@cache
def documents() -> tuple[Path, ...]:
    return tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def shown(path: Path, line: int | None = None) -> str:
    """How a failure names a place: as an editor opens it."""
    name = str(path.relative_to(ROOT))
    return f"{name}:{line}" if line else name


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def module_names(package: str) -> tuple[str, ...]:
    """The dotted names of a package's modules, itself included."""
    relative = [path.relative_to(ROOT) for path in python_files(package.replace(".", "/"))]
    return tuple(".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in relative)


def make_targets() -> frozenset[str]:
    """The targets that `make` itself knows, whatever the Makefile's spelling."""
    database = subprocess.run(
        ["make", "--print-data-base", "--question", "--no-builtin-rules", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    lines = (line.split(":")[0] for line in database.splitlines() if ":" in line)
    return frozenset(line for line in lines if line and line.replace("-", "").isalpha())
