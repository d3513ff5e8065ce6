"""Encrypts single fields (AES-256-GCM, bound to their row); makes keyed indexes and tokens nobody can guess."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ENVELOPE = 1  # version byte of the envelope: version | key id (2) | nonce (12) | ciphertext and tag
_OWN = 2  # of one sealed with a person's own data key: version | nonce | ciphertext and tag
_NONCE = 12
_LINK_TOKEN_CHARACTERS = 26  # of base32, 5 bits each: 130 bits


class DecryptionError(ValueError):
    """A field cannot be read: wrong key, wrong row or altered bytes. Never answered with a blank."""


class MissingKeyError(DecryptionError):
    """The field's key was not given to this process. Nothing is damaged."""


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """Keys for one installation, derived per purpose from master keys (32 bytes each) named by key id (1-65535).

    New fields are written with `current`; fields written with any listed key can be read.
    """

    masters: Mapping[int, bytes]
    current: int

    def __repr__(self) -> str:
        return f"Keyring(key ids {sorted(self.masters)})"

    def encrypt(self, plain: bytes, *, row: str) -> bytes:
        """The envelope of `plain`, readable only for `row` ("table.column:row id")."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._key("field", self.current)).encrypt(nonce, plain, row.encode())
        return bytes([_ENVELOPE]) + self.current.to_bytes(2) + nonce + sealed

    def decrypt(self, envelope: bytes, *, row: str) -> bytes:
        if len(envelope) <= 3 + _NONCE or envelope[0] != _ENVELOPE:
            raise DecryptionError(f"{row}: not an envelope")
        key_id, nonce, sealed = (
            int.from_bytes(envelope[1:3]),
            envelope[3 : 3 + _NONCE],
            envelope[3 + _NONCE :],
        )
        if key_id not in self.masters:
            raise MissingKeyError(f"{row}: key {key_id} is not here")
        try:
            return AESGCM(self._key("field", key_id)).decrypt(nonce, sealed, row.encode())
        except InvalidTag:
            raise DecryptionError(f"{row}: wrong key, wrong row or altered bytes") from None

    @property
    def oldest(self) -> int:
        """The key with which indexes and links were made before their rows said with which."""
        return min(self.masters)

    def index(self, kind: str, value: str, *, key_id: int | None = None) -> bytes:
        """A keyed hash (32 bytes) by which an encrypted value can be found again; useless without the key."""
        return hmac.digest(self._key("index", key_id or self.oldest), f"{kind}:{value}".encode(), "sha256")

    def link_token(self, subject: str, *, key_id: int | None = None) -> str:
        """The secret (26 base32 characters, 130 bits) of the link for one subject; the same each time it is asked."""
        digest = hmac.digest(self._key("link", key_id or self.oldest), subject.encode(), "sha256")
        return base64.b32encode(digest).decode()[:_LINK_TOKEN_CHARACTERS]

    def check_value(self, key_id: int) -> bytes:
        """What the database keeps of a master key (32 bytes), to know it again and not to know it."""
        return hmac.digest(self._key("check", key_id), str(key_id).encode(), "sha256")

    def _key(self, purpose: str, key_id: int) -> bytes:
        if key_id not in self.masters:
            raise MissingKeyError(f"key {key_id} is not here")
        return _derive(self.masters[key_id], purpose)


@dataclass(frozen=True, kw_only=True)
class DataKey:
    """The key of one person (32 bytes), by which what is sealed for them can be read, and without which nothing can."""

    secret: bytes

    def __repr__(self) -> str:
        return "DataKey()"

    def encrypt(self, plain: bytes, *, row: str) -> bytes:
        """The envelope of `plain`, readable only for `row` ("table.column:row id")."""
        nonce = os.urandom(_NONCE)
        return bytes([_OWN]) + nonce + AESGCM(self.secret).encrypt(nonce, plain, row.encode())

    def decrypt(self, envelope: bytes, *, row: str) -> bytes:
        if len(envelope) <= 1 + _NONCE or not sealed_with_own_key(envelope):
            raise DecryptionError(f"{row}: not an envelope of a data key")
        nonce, sealed = envelope[1 : 1 + _NONCE], envelope[1 + _NONCE :]
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, row.encode())
        except InvalidTag:
            raise DecryptionError(f"{row}: wrong key, wrong row or altered bytes") from None


def new_data_key() -> DataKey:
    return DataKey(secret=AESGCM.generate_key(bit_length=256))


def sealed_with_own_key(envelope: bytes) -> bool:
    """Was this sealed with a person's own key, or with the installation's?"""
    return envelope[:1] == bytes([_OWN])


_derived: dict[tuple[bytes, str], bytes] = {}


def _derive(master: bytes, purpose: str) -> bytes:
    # HKDF is deterministic; deriving once per process saves ~20 microseconds on every field.
    known = _derived.get((master, purpose))
    if known is None:
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=b"pro_service", info=purpose.encode())
        known = _derived[(master, purpose)] = hkdf.derive(master)
    return known


def token_hash(token: str) -> str:
    """How a random token of at least 128 bits is stored: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
