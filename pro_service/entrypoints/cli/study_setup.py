"""`flask study`, `flask site` and `flask staff`: set up what a trial needs before its first patient."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import pyotp

from pro_service.core.access import Permission
from pro_service.core.telephone import NotATelephoneNumberError, e164
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import BadValueError
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.accounts import passwords
from pro_service.services.patients import enrolment
from pro_service.services.refusals import NotFoundError
from pro_service.store.credentials import new_totp_secret

_LONGEST_NAME = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_ISSUER = "pro_service"


class Code(click.ParamType[str]):
    """A code that stands in addresses and file names."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _CODE.fullmatch(value):
            raise BadValueError(
                f"{value!r} is no code; write letters, digits, dots and hyphens, 32 at most, such as 03"
            )
        return value


class Name(click.ParamType[str]):
    """Words that people read."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip() or not value.isprintable() or len(value) > _LONGEST_NAME:
            raise BadValueError(f"{value!r} is no name; write one line of {_LONGEST_NAME} characters at most")
        return value.strip()


@click.group("study")
def study() -> None:
    """Create studies."""


@click.group("site")
def site() -> None:
    """Create the sites of a study."""


@click.group("staff")
def staff() -> None:
    """Create the accounts of people who look after patients or after a study."""


@study.command("create")
@click.argument("code", type=Code())
@click.argument("version")
@with_database
@needs(Permission.MANAGE_STUDY)
def create_study(*, code: str, version: str) -> None:
    """Create study CODE, whose patients follow protocol VERSION; from then on the version's file may not change.

    Outside the demonstration the licensed wording of all its questionnaires has to be imported before.
    """
    installation, now = wired().installation, wired().clock()
    known = sorted(installation.catalogue.protocols)
    if version not in known:
        raise BadValueError(f"{version!r} is no protocol version here; use one of {', '.join(known)}")
    with refusals():
        enrolment.create_study(installation, code=code, protocol_version=version, now=now)
    click.echo(f"study {code}: new patients get {version}")


@site.command("create")
@click.argument("study_code", metavar="STUDY", type=Code())
@click.argument("code", type=Code())
@click.argument("name", type=Name())
@click.option("--phone", required=True, help="What its patients are told to call, as +33...")
@click.option(
    "--time-zone", default="Europe/Paris", show_default=True, help="Of its patients, unless they say."
)
@with_database
@needs(Permission.MANAGE_STUDY)
def create_site(*, study_code: str, code: str, name: str, phone: str, time_zone: str) -> None:
    """Create site CODE of STUDY, a centre that patients know as NAME."""
    installation = wired().installation
    with refusals():
        enrolment.create_site(
            installation,
            study=study_code,
            code=code,
            name=name,
            time_zone=time_zone,
            phone=_number(phone, time_zone, fictitious=installation.demo),
        )
    click.echo(f"site {code} of {study_code}: {name}, {time_zone}")


@staff.command("create")
@click.argument("study_code", metavar="STUDY", type=Code())
@click.argument("login", type=Code())
@click.argument("name", type=Name())
@click.option("--role", type=click.Choice(enrolment.ROLES), required=True)
@click.option(
    "--site",
    "sites",
    multiple=True,
    type=Code(),
    help="Once for each site; none for the whole study's roles.",
)
@click.option("--language", type=click.Choice(enrolment.LANGUAGES), default="fr", show_default=True)
@click.option("--phone", help="Gets a notice of each new alert, without any health data.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
@with_database
@needs(Permission.MANAGE_STAFF)
def create_staff(
    *,
    study_code: str,
    login: str,
    name: str,
    role: str,
    sites: tuple[str, ...],
    language: str,
    phone: str | None,
    password_stdin: bool,
) -> None:
    """Create an account for NAME. The secret of the second factor is printed once, and nowhere kept in clear."""
    password = _password(asked=not password_stdin)
    with refusals():
        passwords.require_good(password, context=(login, name, study_code, *sites))
    secret = new_totp_secret()
    with refusals():
        enrolment.create_staff(
            wired().installation,
            study=study_code,
            login=login,
            name=name,
            role=role,
            sites=tuple(dict.fromkeys(sites)),
            password=password,
            totp_secret=secret,
            language=language,
            phone=phone,
            now=wired().clock(),
        )
    click.echo(f"{role} {login} of {study_code}, for {', '.join(sites) or 'the whole study'}", err=True)
    click.echo("for the authenticator app, shown this once:", err=True)
    click.echo(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER))


def _password(*, asked: bool) -> str:
    prompt: Callable[..., str] = click.prompt
    return (
        prompt("password", hide_input=True, confirmation_prompt=True, err=True)
        if asked
        else sys.stdin.readline().rstrip("\r\n")
    )


def _number(phone: str, time_zone: str, *, fictitious: bool) -> str:
    try:
        return e164(phone, time_zone=time_zone, fictitious=fictitious)
    except NotATelephoneNumberError:
        raise BadValueError(
            "--phone: there is no such telephone number; check it, and write it as +33..."
        ) from None


@contextmanager
def refusals() -> Iterator[None]:
    """What a use case refuses, or does not find, as one line on standard error, status 2."""
    with problems_to_stderr():
        try:
            yield
        except NotFoundError as error:
            raise BadValueError(f"there is no {error} here; create it first") from None
