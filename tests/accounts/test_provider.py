"""Logging in at an OpenID provider, over real HTTP: PKCE, state, nonce, level and signature all have to be right."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from pro_service.config import SettingsError, settings_from
from pro_service.entrypoints.wiring import EXTENSION
from pro_service.gateways.oidc import OidcProvider, OidcSettings
from pro_service.store.models import StaffIdentity
from tests.accounts.people import code, invited, lines
from tests.accounts.provider import CLIENT, CLIENT_SECRET, SUBJECT, Provider, provider
from tests.trial import Trial
from tests.web.test_account_pages import post


@dataclass(kw_only=True)
class World:
    heroes: Trial
    at: Provider

    def wire(self, **over: Any) -> None:
        settings = OidcSettings(
            name="Test",
            issuer=self.at.issuer,
            configuration=f"{self.at.issuer}/.well-known/openid-configuration",
            client_id=CLIENT,
            client_secret=CLIENT_SECRET,
            **({"acr": ("eidas1",)} | over),
        )
        wiring = self.heroes.app.extensions[EXTENSION]
        self.heroes.app.extensions[EXTENSION] = replace(wiring, oidc=OidcProvider(settings))

    def there_and_back(self, client: FlaskClient, query: str = "", *, state: str = "") -> TestResponse:
        sent = client.get(f"/login/provider{query}")
        assert sent.status_code == 303, sent.get_data(as_text=True)
        way_back = self.at.authorize(sent.headers["Location"])
        return client.get(way_back.rpartition("state=")[0] + f"state={state}" if state else way_back)

    def joined(self) -> FlaskClient:
        """Somebody who set their account up by the provider."""
        client = self.heroes.client()
        token = invited(self.heroes)
        onward = client.post("/join/provider", data={"token": token})
        assert 'href="/login/provider?for=join"' in onward.get_data(as_text=True)
        answer = self.there_and_back(client, "?for=join")
        assert answer.headers["Location"] == "/staff", answer.get_data(as_text=True)
        return client


@pytest.fixture
def world(heroes: Trial) -> Iterator[World]:
    with provider(lambda: heroes.now) as running:
        made = World(heroes=heroes, at=running)
        made.wire()
        yield made


def test_an_invited_person_joins_and_logs_in_by_the_provider(world: World) -> None:
    world.joined()
    assert lines(world.heroes)[-4:] == ["invited", "identity_linked", "joined", "signed_in"]
    again = world.heroes.client()
    assert world.there_and_back(again, "?next=/staff/visits").headers["Location"] == "/staff/visits"
    assert again.get("/staff").status_code == 200
    asked = world.at.asked[-1]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["acr_values"] == "eidas1"
    assert "code_verifier" not in asked


def test_an_identity_nobody_is_linked_to_gets_in_nowhere(world: World) -> None:
    """Not by its e-mail address either, which anybody may claim."""
    world.at.over = {"email": "nurse@example.org", "preferred_username": "nurse"}
    client = world.heroes.client()
    assert world.there_and_back(client).status_code == 401
    assert client.get("/staff").status_code == 303


@pytest.mark.parametrize(
    "over",
    [
        {"iss": "https://other.example.org"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "x"], "azp": "x"},
        {"nonce": "of another request"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"acr": "eidas0"},
        {"acr": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "somebody-else"},
    ],
)
def test_a_token_that_says_anything_else_is_refused(world: World, over: dict[str, Any]) -> None:
    world.joined()
    world.at.over = over
    assert world.there_and_back(world.heroes.client()).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512"])
def test_a_token_signed_otherwise_is_refused(world: World, algorithm: str) -> None:
    world.joined()
    world.at.alg = algorithm
    assert world.there_and_back(world.heroes.client()).status_code == 401


def test_a_token_signed_by_another_key_is_refused(world: World) -> None:
    world.joined()
    world.at.published = RSAKey.generate_key(2048, {"kid": "test"})
    assert world.there_and_back(world.heroes.client()).status_code == 401


def test_a_way_back_of_another_browser_or_request_is_refused(world: World) -> None:
    world.joined()
    client = world.heroes.client()
    assert world.there_and_back(client, state="of-another-request").status_code == 401
    way_back = world.at.authorize(world.heroes.client().get("/login/provider").headers["Location"])
    assert world.heroes.client().get(way_back).status_code == 401


def test_a_way_back_is_good_once_and_for_ten_minutes(world: World) -> None:
    world.joined()
    client = world.heroes.client()
    way_back = world.at.authorize(client.get("/login/provider").headers["Location"])
    assert client.get(way_back).status_code == 303
    assert client.get(way_back).status_code == 401
    late = client.get("/login/provider").headers["Location"]
    world.heroes.now += timedelta(minutes=10)
    assert client.get(world.at.authorize(late)).status_code == 401


def test_one_identity_is_not_linked_to_two_accounts(world: World) -> None:
    world.joined()
    client = world.heroes.client()
    client.post("/join/provider", data={"token": invited(world.heroes, "p.durand")})
    assert world.there_and_back(client, "?for=join").status_code == 401
    (linked,) = world.heroes.rows(StaffIdentity)
    assert (linked.issuer, linked.subject) == (world.at.issuer, SUBJECT)


def test_where_the_provider_sees_one_factor_the_second_is_asked_for_here(world: World) -> None:
    """REG-25."""
    world.wire(acr=())
    nurse = world.heroes.logged_in()
    assert "for=own" in post(nurse, "/staff/account/identity").get_data(as_text=True)
    linked = world.there_and_back(nurse, "?for=own")
    assert linked.headers["Location"] == "/staff/account?notice=identity_linked"
    client = world.heroes.client()
    asked = world.there_and_back(client)
    assert asked.status_code == 200
    assert client.get("/staff").status_code == 303, "no session yet"
    assert client.post("/login/provider/code", data={"code": "000000"}).status_code == 401
    world.heroes.now += timedelta(seconds=30)
    right = client.post("/login/provider/code", data={"code": code(world.heroes)})
    assert right.headers["Location"] == "/staff"
    assert client.get("/staff").status_code == 200


def test_an_account_is_not_set_up_by_a_provider_that_sees_one_factor(world: World) -> None:
    world.wire(acr=())
    client = world.heroes.client()
    client.post("/join/provider", data={"token": invited(world.heroes)})
    assert world.there_and_back(client, "?for=join").status_code == 401
    assert world.heroes.rows(StaffIdentity) == []


def test_the_provider_confirms_the_person_again_for_what_hurts(world: World) -> None:
    client = world.joined()
    world.there_and_back(client)
    world.heroes.now += timedelta(minutes=6)
    assert "step-up" in client.get("/staff/account/second-factor").headers["Location"]
    world.at.over = {"auth_time": int(world.heroes.now.timestamp()) - 3600}
    way = "?for=step_up&next=/staff/account/second-factor"
    assert world.there_and_back(client, way).status_code == 401, "an old log-in there does not count"
    world.at.over = {}
    assert world.there_and_back(client, way).headers["Location"] == "/staff/account/second-factor"
    assert world.at.asked[-1]["prompt"] == "login"
    assert client.get("/staff/account/second-factor").status_code == 200


def test_logging_out_offers_the_providers_own_log_out(world: World) -> None:
    page = world.heroes.client().get("/login?notice=logged_out").get_data(as_text=True)
    assert 'href="/logout/provider"' in page
    sent = world.heroes.client().get("/logout/provider").headers["Location"]
    assert sent.startswith(f"{world.at.issuer}/logout?client_id={CLIENT}&post_logout_redirect_uri=")


def test_without_a_provider_there_is_no_such_page(heroes: Trial) -> None:
    assert heroes.client().get("/login/provider").status_code == 404
    assert "/login/provider" not in heroes.client().get("/login").get_data(as_text=True)


def test_the_settings_of_a_provider_are_complete_and_safe() -> None:
    named = {"PRO_OIDC_ISSUER": "http://idp.example.org", "PRO_OIDC_ALGORITHMS": "RS256 none"}
    with pytest.raises(SettingsError) as refused:
        settings_from({"PRO_ENVIRONMENT": "production"} | named, demo_secrets={})
    told = str(refused.value)
    for problem in (
        "CLIENT_ID is missing",
        "CLIENT_SECRET is missing",
        "ISSUER is not https",
        "ALGORITHMS names",
    ):
        assert f"PRO_OIDC_{problem}" in told
