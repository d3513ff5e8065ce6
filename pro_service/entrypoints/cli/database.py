"""What commands need that work on the database: that it is there, with the schema this program is for."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask.cli import with_appcontext

from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.wiring import wired
from pro_service.services.csv_table import InputError
from pro_service.store.schema import schema_problem

Given = ParamSpec("Given")
Result = TypeVar("Result")


def with_database(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a command in the application, unless its database cannot be used: one line on standard error, status 2."""

    @with_appcontext
    @wraps(command)
    def checked(*given: Given.args, **named: Given.kwargs) -> Result:
        with problems_to_stderr():
            wired()  # the demonstration keeps its secrets, or says why it cannot
            if problem := schema_problem():
                raise InputError([problem])
        return command(*given, **named)

    return checked
