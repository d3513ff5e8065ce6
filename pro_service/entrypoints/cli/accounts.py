"""`flask staff invite`, `flask staff reset` and `flask keys`: accounts of people, and keys of programs."""

import click

from pro_service.core.access import Permission
from pro_service.core.access.keys import LONGEST, SCOPES
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.study_setup import Code, Name, refusals
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.accounts import invitations
from pro_service.services.accounts import keys as key_service
from pro_service.services.patients import enrolment
from pro_service.store.db import reading
from pro_service.store.queries import logins

_BY = "operator"


@click.command("invite")
@click.argument("study_code", metavar="STUDY", type=Code())
@click.argument("login", type=Code())
@click.argument("name", type=Name())
@click.option("--role", type=click.Choice(enrolment.ROLES), required=True)
@click.option(
    "--site", "sites", multiple=True, required=True, type=Code(), help="Once for each site looked after."
)
@click.option("--language", type=click.Choice(enrolment.LANGUAGES), default="fr", show_default=True)
@with_database
@needs(Permission.MANAGE_STAFF)
def invite(
    *, study_code: str, login: str, name: str, role: str, sites: tuple[str, ...], language: str
) -> None:
    """Create an account for NAME and print the one-time link by which they set password and second factor.

    The link is good for 72 hours. Hand it over; do not send it by e-mail.
    """
    installation, now = wired().installation, wired().clock()
    with refusals():
        enrolment.invite_staff(
            installation,
            study=study_code,
            login=login,
            name=name,
            role=role,
            sites=tuple(dict.fromkeys(sites)),
            language=language,
            by=_BY,
            now=now,
        )
        token = invitations.invite(installation, login=login, by=_BY, now=now)
    click.echo(f"{role} {login} of {study_code}, for {', '.join(sites)}; good for 72 hours, once:", err=True)
    click.echo(f"{installation.base_url}/join#{token}")


@click.command("reset")
@click.argument("login", type=Code())
@click.argument("what", type=click.Choice(("second-factor", "password")))
@click.option("--reason", required=True, help="Kept in the history of log-ins.")
@with_database
@needs(Permission.MANAGE_STAFF)
def reset(*, login: str, what: str, reason: str) -> None:
    """Take away what LOGIN has lost, end all sessions, and print the one-time link to a new one."""
    installation, now = wired().installation, wired().clock()
    with refusals():
        token = invitations.reset(
            installation, login=login, what=what.replace("-", "_"), reason=reason, by=_BY, now=now
        )
    click.echo(f"{installation.base_url}/join#{token}")


@click.group("keys")
def keys() -> None:
    """Keys by which programs call the API."""


@keys.command("create")
@click.argument("study_code", metavar="STUDY", type=Code())
@click.argument("name", type=Code())
@click.option("--site", "sites", multiple=True, required=True, type=Code(), help="Once for each site.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help=f"Once for each of: {', '.join(sorted(SCOPES))}."
)
@click.option("--days", type=int, required=True, help=f"How long it is good, {LONGEST.days} at most.")
@with_database
@needs(Permission.MANAGE_STAFF)
def create(*, study_code: str, name: str, sites: tuple[str, ...], scopes: tuple[str, ...], days: int) -> None:
    """Make a key for the program NAME. It is printed once, and nowhere kept in clear."""
    with refusals():
        key = key_service.create(
            name, study=study_code, sites=sites, scopes=scopes, days=days, by=_BY, now=wired().clock()
        )
    click.echo(f"key of {name}, shown this once:", err=True)
    click.echo(key)


@keys.command("list")
@with_database
@needs(Permission.MANAGE_STAFF)
def show() -> None:
    """Every key: program, id, last day, day of last use, state, scopes. No secrets."""
    now = wired().clock()
    with reading() as session:
        found = logins.keys(session)
    for each in found:
        state = "revoked" if each.revoked else "expired" if now >= each.expires_at else "good"
        last = each.last_used_on or "never"
        until = each.expires_at.date().isoformat()
        click.echo("\t".join((each.account, each.public_id, until, last, state, ",".join(each.scopes))))


@keys.command("revoke")
@click.argument("public_id", metavar="ID")
@with_database
@needs(Permission.MANAGE_STAFF)
def revoke(*, public_id: str) -> None:
    """End the key ID at once."""
    with refusals():
        key_service.revoke(public_id, by=_BY, now=wired().clock())
    click.echo(f"key {public_id} revoked", err=True)
