"""Runs commands of the service as processes of their own and tells what they cost."""

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.figure import Figure
from bench.stage import Stage

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """Seconds of processor and wall, and what was written to standard output."""

    cpu_s: float
    wall_s: float
    output: str


def flask(stage: Stage, *arguments: str) -> Ran:
    """`flask ARGUMENTS` with data of its own; an error ends the measure."""
    environment = {
        **os.environ,
        "PRO_DATA_FOLDER": str(stage.file("var")),
        "PRO_DATABASE_URL": f"sqlite:///{stage.file('command.sqlite')}",
    }
    before, began = _children_s(), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(arguments)}: {done.stderr[-2_000:]}")
    return Ran(cpu_s=_children_s() - before, wall_s=perf_counter() - began, output=done.stdout)


def start_up(cpu_s: float) -> Figure:
    """What every command costs before it does anything."""
    return Figure(name="startup.cpu_s", value=cpu_s, unit="s", n=3)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
