"""Asks an OpenID provider who somebody is: authorization code with PKCE, over https, without following redirects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

_TIMEOUT_S = 10
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
#: Signatures with a key pair; none with a shared secret, and never "none".
ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})


class ProviderError(Exception):
    """The provider cannot be reached, or what it says makes no sense. The message names no person."""


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """How one provider is reached. `configuration` is the address of its discovery document."""

    name: str
    issuer: str
    configuration: str
    client_id: str
    client_secret: str
    scope: str = "openid"
    acr: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256",)

    def __repr__(self) -> str:
        return f"OidcSettings({self.name}, {self.issuer})"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is sent along to the provider, and has to come back."""

    state: str
    nonce: str
    verifier: str
    anew: bool = False  # log in there again, whoever is logged in


class OidcProvider:
    """One provider; its discovery document is read when it is first needed."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._known: Mapping[str, Any] = {}

    def address(self, asked: Asked, *, redirect_uri: str) -> str:
        """Where the browser is sent to log in."""
        more: dict[str, Any] = {"nonce": asked.nonce, "code_verifier": asked.verifier}
        if self.settings.acr:
            more["acr_values"] = " ".join(self.settings.acr)
        if asked.anew:
            more |= {"prompt": "login", "max_age": "0"}
        with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=asked.state, **more
            )
        return str(url)

    def claims(self, *, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        """What the identity token says that the code is exchanged for; its signature is verified here."""
        try:
            with self._client(redirect_uri) as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                    timeout=_TIMEOUT_S,
                    allow_redirects=False,
                )
            keys = KeySet.import_key_set(cast(KeySetSerialization, self._get(self._endpoint("jwks_uri"))))
            return jwt.decode(
                str(token.get("id_token", "")), keys, algorithms=list(self.settings.algorithms)
            ).claims
        except (AuthlibBaseError, JoseError, requests.RequestException, ValueError) as error:
            raise ProviderError(f"no identity: {type(error).__name__}") from None

    def log_out_address(self, *, back_to: str) -> str | None:
        """Where one logs out at the provider as well (OpenID Connect RP-Initiated Logout 1.0), if it offers that."""
        if not self._document().get("end_session_endpoint"):
            return None
        query = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back_to})
        return f"{self._endpoint('end_session_endpoint')}?{query}"

    def _client(self, redirect_uri: str) -> Any:
        client = OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            scope=self.settings.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        client.trust_env = not _is_loopback(self.settings.configuration)
        return client

    def _document(self) -> Mapping[str, Any]:
        if not self._known:
            found = self._get(self.settings.configuration)
            if found.get("issuer") != self.settings.issuer:
                raise ProviderError("the discovery document is another issuer's")
            self._known = found
        return self._known

    def _endpoint(self, name: str) -> str:
        address = str(self._document().get(name, ""))
        if not (address.startswith("https://") or _is_loopback(address)):
            raise ProviderError(f"{name} is not https")
        return address

    def _get(self, address: str) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = not _is_loopback(address)
            try:
                answer = session.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
                found = answer.json() if answer.status_code == requests.codes.ok else None
            except (requests.RequestException, ValueError) as error:
                raise ProviderError(f"not reached: {type(error).__name__}") from None
        if not isinstance(found, dict):
            raise ProviderError("answers with something else")
        return found


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in _LOOPBACK
