"""A whole trial through the command `flask simulate`."""

from collections.abc import Iterator

from bench.command import flask
from bench.figure import Figure
from bench.stage import Stage

#: The size of HEROES: its sites and its patients.
_SIZE = ("--protocol", "heroes-1", "--patients", "170", "--sites", "39", "--seed", "7")


def simulate(stage: Stage) -> Iterator[Figure]:
    """Once: on the wall (that is the goal) and in processor time (that is what changes to the code change)."""
    ran = flask(stage, "simulate", *_SIZE, "--out", str(stage.file("trial")))
    yield Figure(name="simulate.170x39_s", value=ran.wall_s, unit="s", n=1, parts={"bar": 180.0})
    yield Figure(name="simulate.170x39_cpu_s", value=ran.cpu_s, unit="s", n=1)
