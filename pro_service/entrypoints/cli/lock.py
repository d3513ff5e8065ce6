"""`flask lock`: locks the data of a study or site, and lifts a lock by two people, each with both of their factors."""

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.login import holds
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services import locks, sign_in
from pro_service.services.refusals import InvalidError
from pro_service.services.sign_in import LoginFailedError, Person, TooManyTriesError
from pro_service.store.db import reading
from pro_service.store.queries import locks as queries


@click.group("lock")
def lock() -> None:
    """Locks of the data. Under one the database itself refuses every change of patients' data."""


_by = click.option(
    "--by", "login", required=True, prompt="Login", help="Your account; both factors are asked for."
)


@lock.command("create")
@click.argument("study")
@click.argument("name")
@click.option("--site", default="", help="The code of one site; without it, the whole study.")
@click.option("--reason", required=True, help="Why: 10 characters at least.")
@_by
@with_database
@needs(Permission.LOCK)
def create(*, study: str, name: str, site: str, reason: str, login: str) -> None:
    """Lock STUDY under NAME."""
    with problems_to_stderr():
        person = _somebody(study, login, Permission.LOCK)
        locks.lock_data(
            study_id=person.study_id,
            name=name,
            site=site,
            reason=reason,
            actor=person.login,
            now=wired().clock(),
        )
    click.echo(f"{name}: locked")


@lock.command("list")
@click.argument("study", default="")
@with_database
@needs(Permission.SEE_DEFINITIONS)
def list_locks(*, study: str) -> None:
    """Show each lock of STUDY: name, scope, how it stands, since when and by whom."""
    with problems_to_stderr():
        facts = study_given(study)
        with reading() as session:
            found = queries.locks(session, study_id=facts.id, now=wired().clock())
    for one in found:
        scope = f"site {one.site_code}" if one.site_code else "the whole study"
        click.echo(f"{one.name}\t{scope}\t{one.stands}\t{one.locked_at.isoformat()}\t{one.locked_by}")


@lock.command("ask-release")
@click.argument("study")
@click.argument("name")
@click.option("--reason", required=True, help="Why: 10 characters at least.")
@click.option("--hours", type=int, help="For how long; without it, until somebody locks again.")
@_by
@with_database
@needs(Permission.UNLOCK)
def ask_release(*, study: str, name: str, reason: str, hours: int | None, login: str) -> None:
    """Ask that the lock NAME of STUDY be lifted. Another person has to confirm."""
    with problems_to_stderr():
        person = _somebody(study, login, Permission.UNLOCK)
        now = wired().clock()
        locks.ask_release(
            study_id=person.study_id, name=name, reason=reason, hours=hours, actor=person.login, now=now
        )
    click.echo(f"{name}: release asked for")


@lock.command("confirm-release")
@click.argument("study")
@click.argument("name")
@_by
@with_database
@needs(Permission.UNLOCK)
def confirm_release(*, study: str, name: str, login: str) -> None:
    """Lift the lock NAME of STUDY as another person asked."""
    with problems_to_stderr():
        person = _somebody(study, login, Permission.UNLOCK)
        locks.confirm_release(study_id=person.study_id, name=name, actor=person.login, now=wired().clock())
    click.echo(f"{name}: lifted")


@lock.command("again")
@click.argument("study")
@click.argument("name")
@_by
@with_database
@needs(Permission.LOCK)
def again(*, study: str, name: str, login: str) -> None:
    """End the release of the lock NAME of STUDY."""
    with problems_to_stderr():
        person = _somebody(study, login, Permission.LOCK)
        locks.lock_again(study_id=person.study_id, name=name, actor=person.login, now=wired().clock())
    click.echo(f"{name}: locked")


def _somebody(study: str, login: str, permission: Permission) -> Person:
    """Whoever the shell belongs to, this person is here with both factors, and of this study."""
    facts, now = study_given(study), wired().clock()
    password = click.prompt("Password", hide_input=True, err=True)
    code = click.prompt("Code", err=True)
    try:
        token = sign_in.log_in(wired().installation, login=login, password=password, code=code, now=now).token
    except (LoginFailedError, TooManyTriesError):
        raise _not_this_person() from None
    person = sign_in.person(token=token, now=now)
    sign_in.log_out(token=token, now=now)
    if person is None or person.study_id != facts.id or not holds(person, permission):
        raise _not_this_person()
    return person


def _not_this_person() -> InvalidError:
    return InvalidError(
        "not_this_person",
        fr="Compte, mot de passe ou code refusé, ou le rôle ne le permet pas.",
        en="Account, password or code refused, or the role does not include this.",
    )
