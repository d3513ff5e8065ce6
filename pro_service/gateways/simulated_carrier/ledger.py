"""The simulated carrier's own memory: messages, opt-outs and webhooks in SQLite, in a file or in memory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.simulated_carrier.values import CarrierMessage, Step

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, inbound INTEGER NOT NULL, sender TEXT NOT NULL,
    recipient TEXT NOT NULL, service_sid TEXT, body TEXT NOT NULL, callback_url TEXT, created_at TEXT NOT NULL,
    steps TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS message_sender ON message (sender);
CREATE INDEX IF NOT EXISTS message_recipient ON message (recipient);
CREATE TABLE IF NOT EXISTS webhook (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, due_at TEXT NOT NULL,
    first_at TEXT, attempts INTEGER NOT NULL, http_status INTEGER);
CREATE INDEX IF NOT EXISTS webhook_waiting ON webhook (due_at, id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS opt_out (
    number TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (number, sender)) WITHOUT ROWID;
"""

Row = dict[str, Any]


class Ledger:
    """One SQLite database behind one lock; several processes may share a file."""

    def __init__(self, path: str) -> None:
        self._lock = RLock()
        self._path = path
        self._opened: sqlite3.Connection | None = None

    @property
    def _db(self) -> sqlite3.Connection:
        """Opened on first use, under the lock: a program that sends nothing leaves no file."""
        if self._opened is None:
            opened = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=10)
            opened.row_factory = sqlite3.Row
            # A stand-in need not survive a power cut.
            opened.execute("PRAGMA synchronous = OFF")
            opened.executescript(_SCHEMA)
            self._opened = opened
        return self._opened

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside; nobody else writes meanwhile."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def next_number(self) -> int:
        """The number of the next message; only sure inside a transaction."""
        return int(self._rows("SELECT coalesce(max(number), 0) + 1 AS next FROM message")[0]["next"])

    def add_message(self, message: CarrierMessage) -> None:
        self._rows(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.number,
            message.sid,
            message.inbound,
            message.sender,
            message.recipient,
            message.service_sid,
            message.body,
            message.callback_url,
            stamp(message.created_at),
            json.dumps([(step.status, stamp(step.at), step.error_code) for step in message.steps]),
        )

    def message_with(self, sid: str) -> CarrierMessage | None:
        rows = self._rows("SELECT * FROM message WHERE sid = ?", sid)
        return _message(rows[0]) if rows else None

    def messages_of(self, number: str) -> tuple[CarrierMessage, ...]:
        """To and from a number, in the order they were made."""
        rows = self._rows(
            "SELECT * FROM message WHERE sender = ?1 OR recipient = ?1 ORDER BY created_at, number", number
        )
        return tuple(_message(row) for row in rows)

    def phones(self) -> tuple[str, ...]:
        """Every number at the other end of a message, sorted."""
        sql = "SELECT DISTINCT CASE inbound WHEN 1 THEN sender ELSE recipient END AS phone FROM message ORDER BY 1"
        return tuple(row["phone"] for row in self._rows(sql))

    def newest(
        self,
        *,
        recipient: str | None,
        sender: str | None,
        below: int | None,
        created_by: datetime,
        limit: int,
    ) -> tuple[CarrierMessage, ...]:
        """At most `limit` messages, newest first, numbered under `below`, created at or before `created_by`."""
        rows = self._rows(
            "SELECT * FROM message WHERE (?1 IS NULL OR recipient = ?1) AND (?2 IS NULL OR sender = ?2)"
            " AND (?3 IS NULL OR number < ?3) AND created_at <= ?4 ORDER BY number DESC LIMIT ?5",
            recipient,
            sender,
            below,
            stamp(created_by),
            limit,
        )
        return tuple(_message(row) for row in rows)

    def opt_out(self, *, number: str, sender: str) -> None:
        self._rows("INSERT OR IGNORE INTO opt_out VALUES (?, ?)", number, sender)

    def opt_in(self, *, number: str, sender: str) -> None:
        self._rows("DELETE FROM opt_out WHERE number = ? AND sender = ?", number, sender)

    def has_opted_out(self, *, number: str, sender: str) -> bool:
        return bool(self._rows("SELECT 1 FROM opt_out WHERE number = ? AND sender = ?", number, sender))

    def add_webhook(self, *, url: str, params: tuple[tuple[str, str], ...], due_at: datetime) -> None:
        self._rows(
            "INSERT INTO webhook (url, params, state, due_at, attempts) VALUES (?, ?, 'waiting', ?, 0)",
            url,
            json.dumps(params),
            stamp(due_at),
        )

    def webhooks(self) -> list[Row]:
        return self._rows("SELECT * FROM webhook ORDER BY id")

    def webhooks_due(self, now: datetime) -> list[Row]:
        sql = "SELECT * FROM webhook WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id"
        return self._rows(sql, stamp(now))

    def webhook(self, webhook_id: int) -> Row:
        return self._rows("SELECT * FROM webhook WHERE id = ?", webhook_id)[0]

    def next_webhook_at(self) -> datetime | None:
        due_at = self._rows("SELECT min(due_at) AS due_at FROM webhook WHERE state = 'waiting'")[0]["due_at"]
        return instant(due_at) if due_at else None

    def record_attempt(
        self, webhook_id: int, *, state: str, due_at: datetime, first_at: datetime, http_status: int | None
    ) -> None:
        self._rows(
            "UPDATE webhook SET state = ?, due_at = ?, first_at = ?, http_status = ?, attempts = attempts + 1"
            " WHERE id = ?",
            state,
            stamp(due_at),
            stamp(first_at),
            http_status,
            webhook_id,
        )

    def _rows(self, sql: str, *values: object) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, values).fetchall()]


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. A naive one is refused: the machine's zone must not decide."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return moment.astimezone(UTC)


def stamp(moment: datetime) -> str:
    """An instant as text of fixed width in UTC, so that texts sort like instants."""
    return in_utc(moment).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """The instant a stamp tells."""
    return datetime.fromisoformat(text)


def _message(row: Row) -> CarrierMessage:
    return CarrierMessage(
        number=row["number"],
        sid=row["sid"],
        inbound=bool(row["inbound"]),
        sender=row["sender"],
        recipient=row["recipient"],
        service_sid=row["service_sid"],
        body=row["body"],
        callback_url=row["callback_url"],
        created_at=instant(row["created_at"]),
        steps=tuple(
            Step(status=ProviderStatus(status), at=instant(at), error_code=code)
            for status, at, code in json.loads(row["steps"])
        ),
    )
