"""Signatures: verified by the public key alone, for exactly the bytes that were signed."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.store.signing import PublicKeyError, Signer, verifier_from
from tests.trial import bare

SIGNER = Signer(seed=b"1" * 32)
OTHER = Signer(seed=b"2" * 32)


@given(content=st.binary(max_size=300))
def test_what_was_signed_verifies_with_the_public_key_alone(content: bytes) -> None:
    verifier = verifier_from(SIGNER.verifier.text)
    assert verifier.verifies(content, SIGNER.sign(content))
    assert verifier.key_id == SIGNER.key_id


@given(content=st.binary(min_size=1, max_size=60), place=st.integers(0, 59), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_seen(content: bytes, place: int, bit: int) -> None:
    altered = bytearray(content)
    altered[place % len(content)] ^= 1 << bit
    assert not SIGNER.verifier.verifies(bytes(altered), SIGNER.sign(content))


def test_another_key_does_not_verify() -> None:
    assert not OTHER.verifier.verifies(b"copy", SIGNER.sign(b"copy"))
    assert OTHER.key_id != SIGNER.key_id


@pytest.mark.parametrize("signature", [b"", b"short", bytes(64), bytes(65)])
def test_what_is_no_signature_does_not_verify(signature: bytes) -> None:
    assert not SIGNER.verifier.verifies(b"copy", signature)


@pytest.mark.parametrize("text", ["", "no base64!", base64.b64encode(b"31 bytes").decode()])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(PublicKeyError, match="32 bytes"):
        verifier_from(text)


def test_the_command_prints_the_public_key_and_never_the_private_one(tmp_path: Path) -> None:
    with bare(f"sqlite:///{tmp_path / 'none.sqlite'}") as heroes:
        said = heroes.app.test_cli_runner().invoke(args=["signing", "public-key"])
        signer = heroes.installation.signer
    assert said.exit_code == 0
    assert said.stdout.strip() == signer.verifier.text
    assert said.stderr.strip() == f"key id {signer.key_id}"
