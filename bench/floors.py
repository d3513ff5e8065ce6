"""What the same work costs with nothing of ours around it: the floors that figures are compared with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from flask import Flask, Response, request
from numpy.typing import NDArray
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table, insert

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


def bare_app(engine: Engine) -> Flask:
    """One route that inserts one row through SQLAlchemy Core and commits: the least a stored request can cost."""
    table = Table(
        "bench_request",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("sid", String(34), unique=True),
        Column("body", LargeBinary),
    )
    table.create(engine, checkfirst=True)
    app = Flask("bare")

    @app.post("/bare/<sid>")
    def keep(sid: str) -> Any:
        with engine.begin() as connection:
            connection.execute(insert(table).values(sid=sid, body=request.get_data()))
        return Response(status=204)

    return app
