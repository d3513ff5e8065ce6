"""How the OpenID provider is told to the service: `PRO_OIDC_*`, all of it or none."""

from collections.abc import Mapping

from pro_service.gateways.oidc import ALGORITHMS, OidcSettings

_NEEDED = ("PRO_OIDC_ISSUER", "PRO_OIDC_CLIENT_ID", "PRO_OIDC_CLIENT_SECRET")


def oidc_settings(environ: Mapping[str, str], problems: list[str], *, demo: bool) -> OidcSettings | None:
    """The provider of the environment, or None without one. What is missing or wrong is added to `problems`."""
    issuer = environ.get("PRO_OIDC_ISSUER", "")
    if not issuer:
        return None
    problems += [f"{name} is missing; the provider gives it" for name in _NEEDED if not environ.get(name)]
    configuration = environ.get(
        "PRO_OIDC_CONFIGURATION", issuer.rstrip("/") + "/.well-known/openid-configuration"
    )
    for name, address in (("PRO_OIDC_ISSUER", issuer), ("PRO_OIDC_CONFIGURATION", configuration)):
        if not address.startswith("https://") and not demo:
            problems.append(f"{name} is not https; identities must not travel in clear")
    algorithms = tuple(environ.get("PRO_OIDC_ALGORITHMS", "RS256").split())
    if not algorithms or not set(algorithms) <= ALGORITHMS:
        listed = " ".join(sorted(ALGORITHMS))
        problems.append(f"PRO_OIDC_ALGORITHMS names an unsafe algorithm; use one or more of {listed}")
    return OidcSettings(
        name=environ.get("PRO_OIDC_NAME", "OpenID Connect"),
        issuer=issuer,
        configuration=configuration,
        client_id=environ.get("PRO_OIDC_CLIENT_ID", ""),
        client_secret=environ.get("PRO_OIDC_CLIENT_SECRET", ""),
        scope=environ.get("PRO_OIDC_SCOPE", "openid"),
        acr=tuple(environ.get("PRO_OIDC_ACR_VALUES", "").split()),
        algorithms=algorithms,
    )
