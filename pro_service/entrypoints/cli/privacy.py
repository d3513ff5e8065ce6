"""`flask privacy`: the copy a patient may ask for, erasure of contact data, and what is kept too long."""

from pathlib import Path

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import BadValueError
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.privacy import retention
from pro_service.services.privacy.access_export import access_export
from pro_service.services.refusals import NotFoundError

_FOR_THE_OWNER = 0o600


@click.group("privacy")
def privacy() -> None:
    """Patients' rights and the end of what is kept (docs/privacy.md)."""


@privacy.command("access-export")
@click.argument("study")
@click.argument("code")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write."
)
@with_database
@needs(Permission.OPERATE)
def export(*, study: str, code: str, out: Path) -> None:
    """Write everything held about patient CODE of STUDY into a zip, telephone number included, for the patient."""
    try:
        made = access_export(wired().installation, study=study, patient=code, now=wired().clock())
        out.touch(mode=_FOR_THE_OWNER)
        out.write_bytes(made)
    except NotFoundError:
        raise _nobody(study, code) from None
    except OSError as error:
        raise BadValueError(f"{out} cannot be written ({error.strerror})") from None
    click.echo(f"{out} holds personal data: hand it to the patient and delete it here", err=True)


@privacy.command("shred")
@click.argument("study")
@click.argument("code")
@with_database
@needs(Permission.OPERATE)
def shred(*, study: str, code: str) -> None:
    """Destroy the data key of patient CODE of STUDY: number and incoming texts become unreadable. No way back."""
    try:
        with problems_to_stderr():
            done = retention.shred_contact(
                wired().installation, study=study, patient=code, now=wired().clock()
            )
    except NotFoundError:
        raise _nobody(study, code) from None
    click.echo("destroyed" if done else "was destroyed before")


@privacy.command("retention")
@click.option("--dry-run", is_flag=True, help="Only tell what is overdue.")
@with_database
@needs(Permission.OPERATE)
def end_what_is_overdue(*, dry_run: bool) -> None:
    """End what is kept longer than the rules of PRO_RETENTION say; meant for a daily job."""
    use = retention.overdue if dry_run else retention.apply_retention
    for rule, number in use(wired().installation, now=wired().clock()).items():
        days = wired().installation.retention.days[rule]
        click.echo(f"{rule} (after {days} days): {number} {'overdue' if dry_run else 'ended'}")


def _nobody(study: str, code: str) -> BadValueError:
    return BadValueError(f"{code!r} is no patient of {study!r}; write the study code, such as 03-001")
