"""Scoring: a million rows in columns, one response, and a file of 100,000 rows through the command."""

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import process_time

import numpy as np
from numpy.typing import NDArray

from bench.command import flask, start_up
from bench.figure import Figure
from bench.scoring_floors import Bare, bare_csv, bare_eq_5d, bare_grades, bare_qlq_c30
from bench.stage import Stage
from pro_service.core.instrument import Instrument
from pro_service.core.scoring import MISSING, ScoringChoices, score_columns, score_response
from pro_service.store.catalogue import load_instruments

_ROWS = 1_000_000
_LIBRARY_ROWS = 200_000  # of 124 items and 59 grades: a gigabyte of columns would measure the memory
_MISSING_SHARE = 0.03
_FILE_ROWS = 100_000
_CHOICES = ScoringChoices(value_set="France")


def columns(_: Stage) -> Iterator[Figure]:
    """A million responses at once."""
    known = load_instruments()
    eq5d, pro_ctcae = known["eq-5d-5l"], known["pro-ctcae"]
    france = bare_eq_5d(eq5d.value_sets["France"].levels)
    grades = bare_grades({scale.code: (scale.items, scale.table) for scale in pro_ctcae.scales})
    yield _rate("score.qlqc30.rows_per_s", known["qlq-c30"], bare_qlq_c30, rows=_ROWS)
    yield _rate("score.eq5d.rows_per_s", eq5d, france, rows=_ROWS)
    yield _rate("score.proctcae.rows_per_s", pro_ctcae, grades, rows=_LIBRARY_ROWS)


def _rate(name: str, instrument: Instrument, bare: Bare, *, rows: int) -> Figure:
    """How many responses a second, in columns, beside the floor that computes the same."""
    drawn = _columns(instrument, rows)
    _agree(instrument, bare, drawn)
    ours, theirs = _least(lambda: score_columns(instrument, drawn, choices=_CHOICES), bare, drawn)
    return Figure(name=name, value=rows / ours, unit="rows/s", n=rows, floor=rows / theirs)


def response(_: Stage) -> Iterator[Figure]:
    """One completed response, as in the transaction that completes it."""
    instrument = load_instruments()["qlq-c30"]
    answers: dict[str, int | None] = {item.code: 2 for item in instrument.items}
    times, repeats = [], 200
    for _number in range(10):
        began = process_time()
        for _repeat in range(repeats):
            score_response(instrument, answers, choices=_CHOICES)
        times.append((process_time() - began) / repeats)
    yield Figure(name="score.response_us", value=median(times) * 1e6, unit="us", n=repeats * len(times))


def file(stage: Stage) -> Iterator[Figure]:
    """`flask score qlq-c30 FILE`, its processor time beyond that of a file with one row."""
    instrument = load_instruments()["qlq-c30"]
    short, long = stage.file("short.csv"), stage.file("long.csv")
    rng = random.Random(7)
    for path, rows in ((short, 1), (long, _FILE_ROWS)):
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", *(item.code for item in instrument.items)])
            for number in range(rows):
                writer.writerow([number, *(rng.randint(item.minimum, 4) for item in instrument.items)])
    start = min(flask(stage, "score", "qlq-c30", str(short)).cpu_s for _ in range(3))
    whole = min(flask(stage, "score", "qlq-c30", str(long)).cpu_s for _ in range(2))
    floor = min(bare_csv(long, columns=len(instrument.scales)) for _ in range(2))
    yield Figure(name="score.csv.cpu_s", value=whole - start, unit="s", n=_FILE_ROWS, floor=floor)
    yield start_up(start)


def _columns(instrument: Instrument, rows: int) -> Mapping[str, NDArray[np.int8]]:
    rng = np.random.default_rng(7)
    drawn = {}
    for item in instrument.items:
        column = rng.integers(item.minimum, item.maximum, size=rows, endpoint=True, dtype=np.int8)
        column[rng.random(rows) < _MISSING_SHARE] = MISSING
        drawn[item.code] = column
    return drawn


def _least(
    ours: Callable[[], object], bare: Bare, drawn: Mapping[str, NDArray[np.int8]]
) -> tuple[float, float]:
    """Least seconds of both, in turns: what disturbs one disturbs the other."""
    times: list[tuple[float, float]] = []
    for _ in range(5):
        began = process_time()
        ours()
        between = process_time()
        bare(drawn)
        times.append((between - began, process_time() - between))
    return min(time[0] for time in times), min(time[1] for time in times)


def _agree(instrument: Instrument, bare: Bare, drawn: Mapping[str, NDArray[np.int8]]) -> None:
    """The floor is one only if it computes the same."""
    some = {code: column[:10_000] for code, column in drawn.items()}
    ours = score_columns(instrument, some, choices=_CHOICES)
    for scale, values in bare(some).items():
        assert np.allclose(ours[scale], values, equal_nan=True), scale
