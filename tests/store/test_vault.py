"""The vault: numbers go in, opaque ids come out, and only the sender's question gives a number back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from pro_service.store import vault
from pro_service.store.crypto import DecryptionError, Keyring
from pro_service.store.db import engine_options
from pro_service.store.models.identity import Contact
from tests.trial import START

KEYS = Keyring(masters={1: b"k" * 32}, current=1)
PHONE, OTHER = "+33639980001", "+33639980002"


@pytest.fixture
def session(migrated_database: str) -> Iterator[Session]:
    options = {
        name: value
        for name, value in engine_options(migrated_database).items()
        if name in ("connect_args", "execution_options")
    }
    engine = create_engine(migrated_database, poolclass=NullPool, **options)
    with Session(engine) as made:
        yield made
    engine.dispose()


def keep(session: Session, phone: str) -> str:
    return vault.keep_phone(session, KEYS, phone=phone, purpose="patient", now=START)


def test_a_number_is_found_again_by_its_id_and_by_its_index_alone(session: Session) -> None:
    contact_id = keep(session, PHONE)
    keep(session, OTHER)
    assert vault.reveal_phone(session, KEYS, contact_id=contact_id) == PHONE
    assert vault.contact_of(session, index=vault.phone_index(session, KEYS, PHONE)) == contact_id
    assert vault.contact_of(session, index=vault.phone_index(session, KEYS, "+33639980003")) is None


def test_an_id_says_nothing_about_the_number(session: Session) -> None:
    ids = [keep(session, f"+336399800{number:02}") for number in range(20)]
    assert len(set(ids)) == 20
    assert all(len(contact_id) == 32 and "36399800" not in contact_id for contact_id in ids)


def test_no_row_of_the_vault_holds_a_number_in_clear(session: Session) -> None:
    keep(session, PHONE)
    row = session.query(Contact).one()
    columns = {column.name: getattr(row, column.name) for column in Contact.__table__.columns}
    assert PHONE.strip("+") not in repr(columns)


def test_a_number_belongs_to_one_person_only(session: Session) -> None:
    keep(session, PHONE)
    with pytest.raises(vault.NumberInUseError) as refused:
        keep(session, PHONE)
    assert PHONE not in str(refused.value)


def test_numbers_whose_rows_were_swapped_are_refused_and_not_sent_to(session: Session) -> None:
    first, second = keep(session, PHONE), keep(session, OTHER)
    one, other = session.get_one(Contact, first), session.get_one(Contact, second)
    one.phone_sealed, other.phone_sealed = other.phone_sealed, one.phone_sealed
    session.flush()
    for contact_id in (first, second):
        with pytest.raises(DecryptionError):
            vault.reveal_phone(session, KEYS, contact_id=contact_id)


def test_a_flipped_byte_is_refused_for_its_row_and_the_others_are_served(session: Session) -> None:
    damaged, whole = keep(session, PHONE), keep(session, OTHER)
    row = session.get_one(Contact, damaged)
    row.phone_sealed = row.phone_sealed[:-1] + bytes([row.phone_sealed[-1] ^ 1])
    session.flush()
    with pytest.raises(DecryptionError, match=damaged) as refused:
        vault.reveal_phone(session, KEYS, contact_id=damaged)
    assert PHONE not in str(refused.value)
    assert vault.reveal_phone(session, KEYS, contact_id=whole) == OTHER


def test_an_unknown_contact_is_no_number(session: Session) -> None:
    with pytest.raises(LookupError):
        vault.reveal_phone(session, KEYS, contact_id="0" * 32)
