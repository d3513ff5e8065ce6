"""Days and instants on the command line; a wrong one is one line on standard error, with its cure, and status 2."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import IO, Any, NoReturn

import click

_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)


class BadValueError(click.ClickException):
    """A value that cannot be used: its one line stands alone, without the usage of the command."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class Day(click.ParamType[date]):
    """A calendar day of this century or a neighbouring one, as 2026-09-01."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        refuse = _refusal(value, param)
        if not _DAY.fullmatch(value):
            refuse("is no day; write one as 2026-09-01, from 1900 to 2199")
        try:
            return date.fromisoformat(value)
        except ValueError:
            refuse("is not in the calendar; write a day as 2026-09-01")


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant with its zone."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        refuse = _refusal(value, param)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            refuse("is no instant; write one as 2026-09-01T00:00:00Z")
        if instant.tzinfo is None:
            refuse("has no zone; write 2026-09-01T00:00:00Z or +02:00")
        return instant


def _refusal(value: str, param: click.Parameter | None) -> Callable[[str], NoReturn]:
    place = param.opts[0] if param is not None else "value"

    def refuse(why: str) -> NoReturn:
        raise BadValueError(f"{place}: {value!r} {why}")

    return refuse
