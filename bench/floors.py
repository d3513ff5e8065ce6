"""What the same work costs with nothing of ours around it: the floors that figures are compared with."""

from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table, insert


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
