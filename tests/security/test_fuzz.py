"""schemathesis against the API with its own OpenAPI document: no fault of ours, no way around the log-in.

Its pytest plugin does not go with our pytest: operations are walked here, examples are Hypothesis's.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import ignored_auth

from tests.security.live import attacked

#: Few for each operation in the suite; the profile "thorough" of `make fuzz` tries many.
FEW = settings(
    max_examples=2 if settings().max_examples < 1_000 else 200,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: Logging in and out would change the session that the others are tried with.
OTHERS = "/session"


@pytest.mark.req("FAULT-53")
def test_no_request_breaks_the_api_or_gets_in_without_a_session() -> None:
    with attacked() as (heroes, nurse):
        cookie = nurse.client.get_cookie("session")
        assert cookie is not None
        headers = {"X-CSRF-Token": nurse.csrf_token, "Cookie": f"session={cookie.value}"}
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", heroes.app)
        tried = 0
        for found in schema.exclude(path_regex=OTHERS).get_all_operations():
            operation = found.ok()

            @FEW
            @given(case=operation.as_strategy())
            def try_one(case: schemathesis.Case) -> None:
                case.call_and_validate(headers=headers, checks=[not_a_server_error, ignored_auth])

            try_one()
            tried += 1
        assert tried > 30
