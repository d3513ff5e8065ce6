"""The demonstration's accounts: fictitious people whose passwords and second factors everybody may know."""

from dataclasses import dataclass

STUDY = "heroes"
PROTOCOL = "heroes-1"
SITES = ("01", "02", "03", "04", "05")


@dataclass(frozen=True, kw_only=True)
class Account:
    """A login of the demonstration; `totp_secret` is base32 and public."""

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
)
