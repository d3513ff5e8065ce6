"""What commands need that work on the database: that it is there, with the schema this program is for."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask.cli import with_appcontext

from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.definitions_guard import mistakes_now
from pro_service.entrypoints.wiring import wired
from pro_service.services.csv_table import InputError
from pro_service.services.keyring.checking import check_keys
from pro_service.store.acting import acting_for, system
from pro_service.store.schema import schema_problem

Given = ParamSpec("Given")
Result = TypeVar("Result")


def with_database(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a command in the application, unless its database cannot be used, or outside the demonstration a protocol in
    force was changed: one line a problem on standard error, status 2.
    """

    @with_schema
    @wraps(command)
    def checked(*given: Given.args, **named: Given.kwargs) -> Result:
        with problems_to_stderr():
            _refuse_changed_definitions()
        return command(*given, **named)

    return checked


def with_schema(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """As `with_database`, for commands that show what is wrong with protocols in force."""

    @with_appcontext
    @wraps(command)
    def checked(*given: Given.args, **named: Given.kwargs) -> Result:
        with problems_to_stderr():
            wired()  # the demonstration keeps its secrets, or says why it cannot
            if problem := schema_problem():
                raise InputError([problem])
        with acting_for(system(_name_of_command())):
            with problems_to_stderr():
                check_keys(wired().installation, now=wired().clock())
            return command(*given, **named)

    return checked


def _name_of_command() -> str:
    """As it is typed behind `flask`: cli:patients unplanned."""
    context = click.get_current_context()
    return f"cli:{context.command_path.partition(' ')[2] or context.info_name}"


def _refuse_changed_definitions() -> None:
    wiring = wired()
    problems = mistakes_now(wiring)
    if problems and not wiring.demo:
        raise InputError(problems)
    for problem in problems:
        click.echo(f"warning: {' '.join(str(problem).split())}", err=True)
