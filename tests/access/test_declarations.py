"""Every route, command and job says what it needs; one that says nothing is found here."""

from collections.abc import Iterator

import click
from flask import Flask

from pro_service.core.access import Permission
from pro_service.entrypoints import login, metronome
from pro_service.entrypoints.needs import Open, System, need_of
from tests.trial import trial

#: Of Flask and its extensions. Nothing of a patient goes through them but the schema, which is the operator's.
NOT_OURS = frozenset({"db", "openapi", "routes", "run", "shell"})
#: Flask's own view of files that everybody may have.
STATIC = "static"


def test_every_route_declares_what_it_needs(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        views = heroes.app.view_functions.items()
        assert [name for name, view in views if need_of(view) is None] == [STATIC]


def test_every_route_that_needs_a_permission_is_guarded(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        app = heroes.app
        asking = [name for name, view in app.view_functions.items() if isinstance(need_of(view), Permission)]
        unguarded = {name for name in asking if not _guarded(app, name)}
        assert unguarded == {
            "Session.read_session",
            "Session.log_out",
            "Session.give_factor",
            "sign_in.logout",
        }


def test_a_route_that_declares_nothing_is_nobodys(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.app.view_functions["instruments.index"] = lambda: "shown"
        assert heroes.logged_in().get("/staff/instruments").status_code == 403


def test_every_command_declares_what_it_needs(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        ours = {name: one for name, one in heroes.app.cli.commands.items() if name not in NOT_OURS}
        silent = [one.name for one in commands(ours) if one.callback and need_of(one.callback) is None]
        assert silent == []


def test_every_job_says_under_which_name_it_acts(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        for made in (metronome.in_background, metronome.in_foreground):
            jobs = made(heroes.app, every_s=1.0).get_jobs()
            assert [need_of(job.func) for job in jobs] == [System("system:tick"), System("system:copies")]


def test_what_is_open_says_why(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        reasons = [
            need.reason
            for view in heroes.app.view_functions.values()
            if isinstance(need := need_of(view), Open)
        ]
        assert reasons
        assert all(len(reason.split()) > 3 for reason in reasons)


def commands(group: dict[str, click.Command]) -> Iterator[click.Command]:
    """Every command of a group and of the groups in it."""
    for each in group.values():
        if isinstance(each, click.Group):
            yield from commands(each.commands)
        else:
            yield each


def _guarded(app: Flask, endpoint: str) -> bool:
    blueprint = endpoint.split(".", maxsplit=1)[0]
    return login.guard in app.before_request_funcs.get(blueprint, [])
