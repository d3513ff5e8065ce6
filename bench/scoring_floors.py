"""What scoring costs with nothing of ours around it: the floors of the figures of scoring."""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

Bare = Callable[[Mapping[str, NDArray[np.int8]]], Mapping[str, NDArray[np.float64]]]

#: Items of each QLQ-C30 scale, how many answers they can differ by, and whether 100 is subtracted from.
_QLQ_C30: Mapping[str, tuple[tuple[int, ...], int, bool]] = {
    "QL": ((29, 30), 6, False),
    "PF": ((1, 2, 3, 4, 5), 3, True),
    "RF": ((6, 7), 3, True),
    "EF": ((21, 22, 23, 24), 3, True),
    "CF": ((20, 25), 3, True),
    "SF": ((26, 27), 3, True),
    "FA": ((10, 12, 18), 3, False),
    "NV": ((14, 15), 3, False),
    "PA": ((9, 19), 3, False),
    "DY": ((8,), 3, False),
    "SL": ((11,), 3, False),
    "AP": ((13,), 3, False),
    "CO": ((16,), 3, False),
    "DI": ((17,), 3, False),
    "FI": ((28,), 3, False),
}
_REVERSED = ("FA", "NV", "PA", "DY", "SL", "AP", "CO", "DI")


def bare_qlq_c30(columns: Mapping[str, NDArray[np.int8]]) -> Mapping[str, NDArray[np.float64]]:
    """The fifteen scales and the summary score with the half rule, unchecked, in as few passes as we know."""
    scores = {
        scale: _scale([columns[f"q{number}"] for number in items], span, inverted=inverted)
        for scale, (items, span, inverted) in _QLQ_C30.items()
    }
    parts = [
        100.0 - value if scale in _REVERSED else value
        for scale, value in scores.items()
        if scale not in ("QL", "FI")
    ]
    scores["SUMMARY"] = np.add.reduce(parts) / len(parts)
    return scores


def _scale(items: list[NDArray[np.int8]], span: int, *, inverted: bool) -> NDArray[np.float64]:
    """A missing answer is -1: adding one for each back leaves the sum of the others, less one each."""
    used = np.zeros(items[0].shape, dtype=np.int8)
    for column in items:
        used += column >= 0
    total = np.zeros(items[0].shape, dtype=np.int16)
    for column in items:
        total += column
    total += len(items)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = total / used
    values -= 2.0
    values *= 100.0 / span
    values[used * 2 < len(items)] = np.nan
    return np.subtract(100.0, values, out=values) if inverted else values


def bare_eq_5d(levels: Mapping[str, tuple[float, ...]]) -> Bare:
    """The index by a value set without further terms: five tables, looked up and added."""
    tables = {code: np.array([np.nan, *values, np.nan]) for code, values in levels.items()}

    def score(columns: Mapping[str, NDArray[np.int8]]) -> Mapping[str, NDArray[np.float64]]:
        return {"index": 1.0 + np.add.reduce([table[columns[code]] for code, table in tables.items()])}

    return score


def bare_grades(scales: Mapping[str, tuple[tuple[str, ...], tuple[float, ...]]]) -> Bare:
    """Composite grades by one lookup each. A level more (the last one) stands for a missing answer."""
    tables = {code: (items, _with_missing(len(items), grades)) for code, (items, grades) in scales.items()}

    def score(columns: Mapping[str, NDArray[np.int8]]) -> Mapping[str, NDArray[np.float64]]:
        return {
            code: table[tuple(columns[item] for item in items)] for code, (items, table) in tables.items()
        }

    return score


def _with_missing(items: int, grades: tuple[float, ...]) -> NDArray[np.float64]:
    table = np.full((6,) * items, np.nan)
    table[(slice(5),) * items] = np.array(grades).reshape((5,) * items)
    table[0] = 0.0
    return table


def bare_csv(path: Path, *, columns: int) -> float:
    """Seconds of processor to read a file as text and write as many scores, all made up, for each of its rows."""
    began = process_time()
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    scores = ("66.66666666666667",) * columns
    "\n".join([",".join((row[0], *scores)) for row in rows])
    return process_time() - began
