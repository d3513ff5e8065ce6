"""Signs what leaves the database (anchors of the trail, copies for sites), so that anybody can tell who made it."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
_KEY_ID = 16  # hexadecimal characters


class PublicKeyError(ValueError):
    """A text is not a public key in base64."""


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """What everybody may have: the public key (32 bytes)."""

    public_key: bytes

    @property
    def key_id(self) -> str:
        """By which a signature names its key: the beginning of the public key's SHA-256, hexadecimal."""
        return hashlib.sha256(self.public_key).hexdigest()[:_KEY_ID]

    @property
    def text(self) -> str:
        """The public key in base64."""
        return base64.b64encode(self.public_key).decode()

    def verifies(self, content: bytes, signature: bytes) -> bool:
        """Was exactly this content signed with this key?"""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, kw_only=True)
class Signer:
    """`seed` (32 random bytes) is the private key. Signing is deterministic: equal content, equal signature."""

    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.verifier.key_id})"

    @property
    def verifier(self) -> Verifier:
        return Verifier(public_key=self._key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        return self.verifier.key_id

    def sign(self, content: bytes) -> bytes:
        """The signature of `content`, 64 bytes."""
        return self._key.sign(content)

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def verifier_from(text: str) -> Verifier:
    """The verifier of a public key in base64. PublicKeyError if it is none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise PublicKeyError("no public key: 32 bytes in base64 are needed")
    return Verifier(public_key=key)
