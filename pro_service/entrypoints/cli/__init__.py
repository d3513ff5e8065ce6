"""The commands of `flask`: one module a group."""

from flask import Flask

from pro_service.entrypoints.cli.accounts import invite, keys, reset
from pro_service.entrypoints.cli.amendments import activate, diff, migrate, status, text
from pro_service.entrypoints.cli.archive import archive
from pro_service.entrypoints.cli.audit import audit
from pro_service.entrypoints.cli.copies import copies
from pro_service.entrypoints.cli.demo import demo
from pro_service.entrypoints.cli.events import events
from pro_service.entrypoints.cli.export import export
from pro_service.entrypoints.cli.instruments import instruments, score
from pro_service.entrypoints.cli.keyring import keyring
from pro_service.entrypoints.cli.lock import lock
from pro_service.entrypoints.cli.operate import clock
from pro_service.entrypoints.cli.patients import patients
from pro_service.entrypoints.cli.privacy import privacy
from pro_service.entrypoints.cli.protocol import protocol
from pro_service.entrypoints.cli.rescore import rescore
from pro_service.entrypoints.cli.rights import COMMANDS as STAFF_COMMANDS
from pro_service.entrypoints.cli.rights import access
from pro_service.entrypoints.cli.signing import signing
from pro_service.entrypoints.cli.simulate import simulate
from pro_service.entrypoints.cli.study_setup import site, staff, study
from pro_service.entrypoints.cli.unplanned import unplanned
from pro_service.entrypoints.cli.wording import wording

patients.add_command(unplanned)
for _of_staff in (invite, reset):
    staff.add_command(_of_staff)

_COMMANDS = (
    *(instruments, score, protocol, patients, events, simulate, export, rescore, wording),
    *(study, site, staff, access, keys),
    *(clock, demo, signing, audit, keyring, privacy),
    *(lock, copies, archive),
)
for _command in (status, text, diff, activate, migrate):
    protocol.add_command(_command)
for _command in STAFF_COMMANDS:
    staff.add_command(_command)


def register(app: Flask) -> None:
    """Add our commands beside Flask's own."""
    for command in _COMMANDS:
        app.cli.add_command(command)
