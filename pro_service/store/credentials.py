"""Passwords (argon2id) and one-time codes (TOTP, RFC 6238) of staff."""

import base64
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pro_service.core.passwords import normal

_STEP_S = 30
_LEAST_SECRET_BYTES = 10
# OWASP's argon2id minimum (19 MiB, 2 passes, 1 lane; Password Storage Cheat Sheet, 2025): ~30 ms here, so that log-ins
# cannot exhaust a small machine. `is_outdated` lets a later choice reach every account that logs in.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: Verified for an unknown login, so that it costs the same time as a known one.
UNKNOWN_HASH = _hasher.hash("nobody")
UNKNOWN_SECRET = pyotp.random_base32()


def hash_password(password: str) -> str:
    return _hasher.hash(_bytes(password))


def password_matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return normal(password).encode(
        "utf-8", "surrogatepass"
    )  # half a character is a wrong password, not a fault


def is_outdated(stored: str) -> bool:
    """Was it made with other parameters than those of today?"""
    return _hasher.check_needs_rehash(stored)


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
