"""Passwords (argon2id) and one-time codes (TOTP, RFC 6238) of staff."""

import base64
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_STEP_S = 30
_LEAST_SECRET_BYTES = 10
# OWASP's argon2id minimum (19 MiB, 2 passes, 1 lane): ~30 ms here, so that log-ins cannot exhaust a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: Verified for an unknown login, so that it costs the same time as a known one.
NOBODY = _hasher.hash("nobody")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def new_totp_secret() -> str:
    """A fresh secret (base32, 160 bits)."""
    return pyotp.random_base32()


def is_totp_secret(secret: str) -> bool:
    """Can an authenticator use it: base32, 80 bits at least?"""
    try:
        return len(base64.b32decode(secret, casefold=True)) >= _LEAST_SECRET_BYTES
    except ValueError:
        return False


def totp_code(secret: str, *, at: datetime) -> str:
    """The six digits an authenticator shows at `at`."""
    return pyotp.TOTP(secret).at(at)


def matching_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The 30-second step whose code this is: this one or a neighbour, and later than `after` (a code is good once)."""
    totp = pyotp.TOTP(secret)
    current = int(at.timestamp()) // _STEP_S
    for step in (current, current - 1, current + 1):
        if step > after and pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None
