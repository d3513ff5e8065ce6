"""`flask staff list|grant|revoke|disable` and `flask access as-of`: who may do what, now and on any past day."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from getpass import getuser
from typing import Any

import click

from pro_service.core.access import Permission, Role
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import Instant
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.cli.study_setup import Code, refusals
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services import grants
from pro_service.store.db import reading
from pro_service.store.queries import accounts
from pro_service.store.queries.accounts import AccountFacts, GrantFacts

_COLUMNS = ("login", "name", "active", "grant", "role", "site", "from", "to", "by", "reason")

_study = click.argument("study_code", metavar="STUDY", type=Code())
_login = click.argument("login", type=Code())
_reason = click.option("--reason", required=True, help="Kept with the change; one line.")
_by = click.option(
    "--by", "actor", default=getuser, metavar="NAME", help="Who orders it; by default the account's name."
)
_json = click.option("--json", "as_json", is_flag=True, help="One JSON list instead of CSV.")


@click.group("access")
def access() -> None:
    """Look up who may do what."""


@access.command("as-of")
@_study
@click.argument("at", metavar="INSTANT", type=Instant())
@_json
@with_database
@needs(Permission.MANAGE_STAFF)
def as_of(*, study_code: str, at: datetime, as_json: bool) -> None:
    """List the rights that were in force in STUDY at INSTANT, such as 2026-03-01T12:00:00Z."""
    _show(study_code, at, as_json=as_json)


@click.command("list")
@_study
@_json
@with_database
@needs(Permission.MANAGE_STAFF)
def list_(*, study_code: str, as_json: bool) -> None:
    """List the accounts of STUDY with the rights in force now."""
    _show(study_code, wired().clock(), as_json=as_json)


@click.command("grant")
@_study
@_login
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--site", "sites", multiple=True, type=Code(), help="Once for each site; none for all of them.")
@click.option("--from", "valid_from", type=Instant(), help="When it begins; now without it.")
@click.option("--to", "valid_to", type=Instant(), help="From when on it is over; open without it.")
@_reason
@_by
@with_database
@needs(Permission.MANAGE_STAFF)
def grant(
    *,
    study_code: str,
    login: str,
    role: str,
    sites: tuple[str, ...],
    valid_from: datetime | None,
    valid_to: datetime | None,
    reason: str,
    actor: str,
) -> None:
    """Give LOGIN of STUDY a role, at sites or in the whole study."""
    giving = grants.Giving(
        role=Role(role),
        sites=tuple(dict.fromkeys(sites)),
        reason=reason,
        actor=actor,
        now=wired().clock(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with refusals():
        grants.grant(wired().installation, study_id=study_given(study_code).id, login=login, giving=giving)
    click.echo(f"{role} {login} of {study_code}, for {', '.join(sites) or 'the whole study'}")


@click.command("revoke")
@_study
@click.argument("grant_id", metavar="GRANT", type=int)
@_reason
@_by
@with_database
@needs(Permission.MANAGE_STAFF)
def revoke(*, study_code: str, grant_id: int, reason: str, actor: str) -> None:
    """End a grant of STUDY at once; its number is in `flask staff list`."""
    with refusals():
        login = grants.end_grant(
            wired().installation,
            study_id=study_given(study_code).id,
            grant_id=grant_id,
            reason=reason,
            actor=actor,
            now=wired().clock(),
        )
    click.echo(f"grant {grant_id} of {login} has ended")


@click.command("disable")
@_study
@_login
@_reason
@_by
@with_database
@needs(Permission.MANAGE_STAFF)
def disable(*, study_code: str, login: str, reason: str, actor: str) -> None:
    """Switch LOGIN of STUDY off: its sessions and rights end at once."""
    with refusals():
        grants.disable(
            wired().installation,
            study_id=study_given(study_code).id,
            login=login,
            reason=reason,
            actor=actor,
            now=wired().clock(),
        )
    click.echo(f"{login} is switched off")


COMMANDS: tuple[click.Command, ...] = (list_, grant, revoke, disable)


def _show(study_code: str, at: datetime, *, as_json: bool) -> None:
    with problems_to_stderr():
        found = study_given(study_code)
    with reading() as session:
        listed = list(_rows(accounts.accounts(session, found.id), at))
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    lines = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    lines.writeheader()
    lines.writerows(listed)


def _rows(people: Iterable[AccountFacts], at: datetime) -> Iterable[Mapping[str, Any]]:
    """A row for each right in force at an instant; one without any for an account that had none then."""
    for person in people:
        if person.created_at > at:
            continue
        head = {"login": person.login, "name": person.name, "active": person.active}
        rights = [_right(each) for each in person.in_force(at)]
        yield from ({**head, **right} for right in rights or [dict.fromkeys(_COLUMNS[3:], "")])


def _right(each: GrantFacts) -> Mapping[str, Any]:
    return {
        "grant": each.id,
        "role": each.role,
        "site": each.site or "",
        "from": _instant(each.grant.valid_from),
        "to": _instant(each.grant.valid_to),
        "by": each.granted_by,
        "reason": each.reason,
    }


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
