"""Encrypted fields: readable for their own row with a key that is here, and loud in every other case."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.store.crypto import DecryptionError, Keyring, token_hash

FIRST, SECOND = b"1" * 32, b"2" * 32
KEYS = Keyring(masters={1: FIRST}, current=1)
ROW = "contact.phone_sealed:17"


@given(plain=st.binary(max_size=300), row=st.text(max_size=40))
def test_what_was_sealed_can_be_read_for_its_row(plain: bytes, row: str) -> None:
    assert KEYS.decrypt(KEYS.encrypt(plain, row=row), row=row) == plain


def test_the_same_text_is_sealed_differently_each_time_and_never_shows() -> None:
    sealed = {KEYS.encrypt(b"+33639980001", row=ROW) for _ in range(50)}
    assert len(sealed) == 50
    assert not any(b"33639980001" in envelope for envelope in sealed)


def test_an_envelope_put_into_another_row_is_refused() -> None:
    sealed = KEYS.encrypt(b"+33639980001", row=ROW)
    with pytest.raises(DecryptionError, match="wrong row"):
        KEYS.decrypt(sealed, row="contact.phone_sealed:18")


def test_any_flipped_bit_is_refused() -> None:
    sealed = KEYS.encrypt(b"+33639980001", row=ROW)
    for place in range(len(sealed)):
        for bit in (1, 128):
            altered = bytearray(sealed)
            altered[place] ^= bit
            with pytest.raises(DecryptionError):
                KEYS.decrypt(bytes(altered), row=ROW)


def test_any_shortened_envelope_is_refused() -> None:
    sealed = KEYS.encrypt(b"+33639980001", row=ROW)
    for length in range(len(sealed)):
        with pytest.raises(DecryptionError):
            KEYS.decrypt(sealed[:length], row=ROW)


def test_a_key_that_is_not_here_is_named() -> None:
    sealed = Keyring(masters={7: SECOND}, current=7).encrypt(b"x", row=ROW)
    with pytest.raises(DecryptionError, match="key 7 is not here"):
        KEYS.decrypt(sealed, row=ROW)


def test_another_key_under_the_same_id_does_not_open_it() -> None:
    with pytest.raises(DecryptionError, match="wrong key"):
        Keyring(masters={1: SECOND}, current=1).decrypt(KEYS.encrypt(b"x", row=ROW), row=ROW)


def test_after_a_rotation_old_and_new_fields_can_be_read_and_new_ones_carry_the_new_key() -> None:
    old = KEYS.encrypt(b"old", row=ROW)
    rotated = Keyring(masters={1: FIRST, 2: SECOND}, current=2)
    new = rotated.encrypt(b"new", row=ROW)
    assert (rotated.decrypt(old, row=ROW), rotated.decrypt(new, row=ROW)) == (b"old", b"new")
    assert int.from_bytes(new[1:3]) == 2
    with pytest.raises(DecryptionError):
        KEYS.decrypt(new, row=ROW)


def test_a_rotation_keeps_indexes_and_links() -> None:
    rotated = Keyring(masters={1: FIRST, 2: SECOND}, current=2)
    assert rotated.index("phone", "+33639980001") == KEYS.index("phone", "+33639980001")
    assert rotated.link_token("1:03-001:M1.5:9") == KEYS.link_token("1:03-001:M1.5:9")


def test_an_index_depends_on_key_kind_and_value() -> None:
    other = Keyring(masters={1: SECOND}, current=1)
    indexes = {
        KEYS.index("phone", "+33639980001"),
        KEYS.index("phone", "+33639980002"),
        KEYS.index("mail", "+33639980001"),
        other.index("phone", "+33639980001"),
    }
    assert len(indexes) == 4
    assert {len(index) for index in indexes} == {32}


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert KEYS.link_token("phone:x") != KEYS.index("phone", "x")
    sealed = KEYS.encrypt(b"x", row=ROW)
    assert FIRST not in sealed


@pytest.mark.req("FAULT-50")
def test_links_are_of_130_bits_and_differ_by_subject_and_key() -> None:
    tokens = [KEYS.link_token(f"1:03-{number:03}:M1.5:{number}") for number in range(2_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {26}
    assert KEYS.link_token("x") != Keyring(masters={1: SECOND}, current=1).link_token("x")
    letters = Counter("".join(tokens))
    total = sum(letters.values())
    entropy = -sum(count / total * math.log2(count / total) for count in letters.values())
    assert len(letters) == 32
    assert entropy > 4.99  # bits a character, of 5


def test_a_token_is_stored_as_a_hash_that_does_not_contain_it() -> None:
    assert token_hash("A" * 26) != token_hash("A" * 25 + "B")
    assert len(token_hash("A" * 26)) == 64
    assert "AAAA" not in token_hash("A" * 26)


def test_a_keyring_does_not_show_its_keys() -> None:
    shown = repr(KEYS) + str(KEYS)
    assert "111" not in shown
    assert "key ids [1]" in shown
