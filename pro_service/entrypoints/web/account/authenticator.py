"""What an authenticator app is shown: an address it understands, drawn as a QR code here and nowhere else."""

import pyotp
import segno

_ISSUER = "pro_service"


def address(secret: str, *, login: str) -> str:
    """The otpauth:// address of a secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def drawn(secret: str, *, login: str) -> str:
    """The address as an SVG element: no image to ask for, and nothing the content policy would have to allow."""
    code = segno.make(address(secret, login=login), error="m", micro=False)
    return code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, light="#fff")


def typed(secret: str) -> str:
    """The secret in groups of four, for whoever has to type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
