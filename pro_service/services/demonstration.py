"""The demonstration's accounts: fictitious people whose passwords and second factors everybody may know."""

from dataclasses import dataclass

STUDY = "heroes"
PROTOCOL = "heroes-1"
SITES = ("01", "02", "03", "04", "05")


@dataclass(frozen=True, kw_only=True)
class Account:
    """A login of the demonstration; `totp_secret` is base32 and public. Without `sites` its role is the study's."""

    login: str
    name: str
    role: str
    password: str
    totp_secret: str
    sites: tuple[str, ...]
    language: str
    phone: str | None = None


ACCOUNTS = (
    Account(
        login="claire",
        name="Claire Martin",
        role="nurse",
        password="demo-claire",  # noqa: S106 - public on purpose
        totp_secret="DEMOCLAIRE234567DEMOCLAIRE234567",  # noqa: S106 - public on purpose
        sites=SITES,
        language="fr",
        phone="+33639989990",
    ),
    Account(
        login="paul",
        name="Paul Lambert",
        role="nurse",
        password="demo-paul",  # noqa: S106 - public on purpose
        totp_secret="DEMOPAUL22345672DEMOPAUL22345672",  # noqa: S106 - public on purpose
        sites=("03",),
        language="fr",
    ),
    Account(
        login="emma",
        name="Emma Clarke",
        role="investigator",
        password="demo-emma",  # noqa: S106 - public on purpose
        totp_secret="DEMOEMMA22345672DEMOEMMA22345672",  # noqa: S106 - public on purpose
        sites=("01", "02"),
        language="en",
    ),
    Account(
        login="sofia",
        name="Sofia Renard",
        role="site_coordinator",
        password="demo-sofia",  # noqa: S106 - public on purpose
        totp_secret="DEMOSOFIA2345672DEMOSOFIA2345672",  # noqa: S106 - public on purpose
        sites=("01",),
        language="fr",
    ),
    Account(
        login="marc",
        name="Marc Vidal",
        role="monitor",
        password="demo-marc",  # noqa: S106 - public on purpose
        totp_secret="DEMOMARC22345672DEMOMARC22345672",  # noqa: S106 - public on purpose
        sites=("01", "02"),
        language="fr",
    ),
    Account(
        login="dana",
        name="Dana Novak",
        role="data_manager",
        password="demo-dana",  # noqa: S106 - public on purpose
        totp_secret="DEMODANA22345672DEMODANA22345672",  # noqa: S106 - public on purpose
        sites=(),
        language="en",
    ),
    Account(
        login="sami",
        name="Sami Haddad",
        role="statistician",
        password="demo-sami",  # noqa: S106 - public on purpose
        totp_secret="DEMOSAMI22345672DEMOSAMI22345672",  # noqa: S106 - public on purpose
        sites=(),
        language="en",
    ),
    Account(
        login="ada",
        name="Ada Blanc",
        role="administrator",
        password="demo-ada",  # noqa: S106 - public on purpose
        totp_secret="DEMOADA222345672DEMOADA222345672",  # noqa: S106 - public on purpose
        sites=(),
        language="fr",
    ),
    Account(
        login="oscar",
        name="Oscar Petit",
        role="operator",
        password="demo-oscar",  # noqa: S106 - public on purpose
        totp_secret="DEMOOSCAR2345672DEMOOSCAR2345672",  # noqa: S106 - public on purpose
        sites=(),
        language="fr",
    ),
    Account(
        login="aude",
        name="Aude Garnier",
        role="auditor",
        password="demo-aude",  # noqa: S106 - public on purpose
        totp_secret="DEMOAUDE22345672DEMOAUDE22345672",  # noqa: S106 - public on purpose
        sites=(),
        language="fr",
    ),
)
