"""Electronic signatures: who, when and why, with both factors, over exactly what was shown (REG-13)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pyotp
import pytest
from sqlalchemy import Executable, text, update

from pro_service.core.evidence import SignatureState, Standing
from pro_service.services import sign_in, signatures
from pro_service.services.patients import enrolment
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.db import Base, owner_engine, reading
from pro_service.store.models import Alert, Assessment, Signature
from pro_service.store.queries import signatures as queries
from pro_service.store.queries.record import PARTS, UNSIGNED, signed_columns
from tests.databases import owner_url
from tests.services.given import answer_all, change, invited_to_m15
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial

LOGIN = "investigator"


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """A patient who has answered, one of the same site, one of another, and an investigator of site 03."""
    with trial(migrated_database) as made:
        made.call(
            enrolment.create_staff,
            made.installation,
            study=STUDY,
            login=LOGIN,
            name="Dr Camille Fictive",
            role="investigator",
            sites=("03",),
            password=PASSWORD,
            totp_secret=SECRET,
            phone=None,
            now=made.now,
        )
        answer_all(made, invited_to_m15(made))
        made.enrol("03-002", phone="+33639980002")
        made.enrol("04-001", site="04", phone="+33639980003")
        yield made


def person(heroes: Trial) -> sign_in.Person:
    token = heroes.call(
        sign_in.log_in, heroes.installation, login=LOGIN, password=PASSWORD, code=totp(heroes), now=heroes.now
    )
    found = heroes.call(sign_in.person, token=token.token, now=heroes.now)
    assert found is not None
    return found


def totp(heroes: Trial) -> str:
    """A code that was not used yet: each is good once."""
    heroes.now += timedelta(seconds=30)
    return pyotp.TOTP(SECRET).at(heroes.now)


def record(heroes: Trial, code: str = "03-001") -> queries.RecordFacts:
    verifier = heroes.installation.signer.verifier
    with heroes.app.app_context(), reading() as session:
        (found,) = queries.records(session, study=STUDY, site_ids=(1, 2), verifier=verifier, code=code)
        return found


def sign(heroes: Trial, *codes: str, **over: object) -> tuple[int, ...]:
    who = person(heroes)
    values = {
        "shown": {code: record(heroes, code).sha256 for code in codes or ("03-001",)},
        "meaning": "approval",
        "password": PASSWORD,
        "code": totp(heroes),
    } | over
    return heroes.call(signatures.sign, heroes.installation, person=who, now=heroes.now, **values)


def standing(heroes: Trial, code: str = "03-001") -> Standing:
    return record(heroes, code).signatures[0].standing


def test_a_signature_says_who_when_and_what_it_means_and_holds(heroes: Trial) -> None:
    sign(heroes)
    (found,) = record(heroes).signatures
    assert (found.login, found.name, found.meaning) == (LOGIN, "Dr Camille Fictive", "approval")
    assert found.signed_at == heroes.now
    assert found.standing == Standing(state=SignatureState.VALID)
    assert found.record_sha256 == record(heroes).sha256
    assert all(
        record(heroes).parts[part].rows
        for part in ("events", "assessments", "responses", "answers", "scores")
    )


def test_many_patients_are_signed_at_once_each_by_a_signature_of_its_own(heroes: Trial) -> None:
    assert len(sign(heroes, "03-001", "03-002")) == 2
    assert (
        record(heroes, "03-001").signatures[0].record_sha256
        != record(heroes, "03-002").signatures[0].record_sha256
    )
    assert standing(heroes, "03-002").state is SignatureState.VALID


@pytest.mark.parametrize("part", ["events", "assessments", "responses", "answers", "scores"])
def test_any_later_change_of_any_part_supersedes_the_signature(heroes: Trial, part: str) -> None:
    sign(heroes)
    table = Base.metadata.tables[PARTS[part].__tablename__]
    column = {
        "events": "recorded_by",
        "assessments": "rule",
        "responses": "mode",
        "answers": "item",
        "scores": "scale",
    }[part]
    finished = " WHERE state = 'completed'" if part == "assessments" else ""
    newest = f"SELECT max(id) FROM {table.name}{finished}"
    change(heroes, text(f"UPDATE {table.name} SET {column} = 'x' WHERE id = ({newest})"))
    assert standing(heroes) == Standing(state=SignatureState.SUPERSEDED, changed=(part,))
    assert standing_after_undoing(heroes) is SignatureState.SUPERSEDED


def standing_after_undoing(heroes: Trial) -> SignatureState:
    """Another change elsewhere does not make it whole again."""
    heroes.record("treatment_resumed", date(2026, 2, 16), relation="same", reason="investigator")
    return standing(heroes).state


def test_a_new_fact_supersedes_and_a_new_signature_covers_it(heroes: Trial) -> None:
    sign(heroes)
    heroes.record("treatment_resumed", date(2026, 2, 16), relation="same", reason="investigator")
    assert "events" in standing(heroes).changed
    sign(heroes)
    newest, oldest = record(heroes).signatures
    assert newest.standing.state is SignatureState.VALID
    assert oldest.standing.state is SignatureState.SUPERSEDED


def test_what_the_clock_and_the_desk_do_beside_the_data_supersedes_nothing(heroes: Trial) -> None:
    sign(heroes)
    change(heroes, update(Assessment).values(next_contact_at=None, link_number=7, expected_now=False))
    change(heroes, update(Alert).values(acknowledged_by="nurse"))
    assert standing(heroes).state is SignatureState.VALID


@pytest.mark.parametrize("column", ["name", "login", "meaning", "signed_at", "parts", "record_sha256"])
def test_a_signature_that_was_altered_past_the_triggers_is_broken(heroes: Trial, column: str) -> None:
    sign(heroes)
    altered = {
        "name": "Dr Other",
        "login": "other",
        "meaning": "review",
        "signed_at": heroes.now + timedelta(days=1),
    }
    altered |= {"parts": {"events": {"sha256": "0" * 64, "rows": 1}}, "record_sha256": "0" * 64}
    without_triggers(heroes, update(Signature).values({column: altered[column]}))
    assert standing(heroes).state is SignatureState.BROKEN


def test_a_signature_moved_to_another_patient_is_broken(heroes: Trial) -> None:
    sign(heroes)
    other = record(heroes, "03-002").patient_id
    without_triggers(heroes, update(Signature).values(patient_id=other))
    assert standing(heroes, "03-002").state is SignatureState.BROKEN


@pytest.mark.parametrize("over", [{"password": "wrong-test-password"}, {"code": "000000"}, {"code": ""}])
def test_both_factors_are_needed_anew(heroes: Trial, over: dict[str, str]) -> None:
    with pytest.raises(InvalidError, match="nothing is signed"):
        sign(heroes, **over)
    assert record(heroes).signatures == ()


def test_a_code_that_opened_the_session_does_not_sign(heroes: Trial) -> None:
    who = person(heroes)
    used = pyotp.TOTP(SECRET).at(heroes.now)
    shown = {"03-001": record(heroes).sha256}
    with pytest.raises(InvalidError, match="nothing is signed"):
        heroes.call(
            signatures.sign,
            heroes.installation,
            person=who,
            shown=shown,
            meaning="review",
            password=PASSWORD,
            code=used,
            now=heroes.now,
        )


def test_guessing_at_a_signature_has_to_wait_as_guessing_at_a_log_in(heroes: Trial) -> None:
    who = person(heroes)
    values = {
        "person": who,
        "shown": {"03-001": "0" * 64},
        "meaning": "review",
        "password": "test-guess",
        "code": "000000",
    }
    for _ in range(5):
        with pytest.raises(InvalidError):
            heroes.call(signatures.sign, heroes.installation, now=heroes.now, **values)
    with pytest.raises(ConflictError, match="wait"):
        heroes.call(signatures.sign, heroes.installation, now=heroes.now, **values | {"password": PASSWORD})


def test_what_is_signed_is_what_was_shown(heroes: Trial) -> None:
    before = record(heroes).sha256
    heroes.record("treatment_resumed", date(2026, 2, 16), relation="same", reason="investigator")
    with pytest.raises(ConflictError, match="look at it again"):
        sign(heroes, shown={"03-001": before, "03-002": record(heroes, "03-002").sha256})
    assert record(heroes, "03-002").signatures == (), "all or none"


def test_a_patient_of_another_site_cannot_be_signed(heroes: Trial) -> None:
    with pytest.raises(NotFoundError):
        sign(heroes, "04-001")


@pytest.mark.parametrize(
    ("over", "code"), [({"meaning": "agreed"}, "meaning_missing"), ({"shown": {}}, "nothing_to_sign")]
)
def test_a_signature_without_meaning_or_record_is_refused(
    heroes: Trial, over: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        sign(heroes, **over)
    assert refused.value.reason.code == code


def test_every_column_of_the_record_is_signed_or_left_out_for_a_reason() -> None:
    for model in PARTS.values():
        names = [column.name for column in model.__table__.columns]
        left_out = UNSIGNED.get(model.__tablename__, {})
        assert set(left_out) <= set(names), "no reason for a column that is gone"
        assert set(signed_columns(model.__tablename__, names)) | set(left_out) == set(names)
        assert all(left_out.values())


def without_triggers(heroes: Trial, statement: Executable) -> None:
    """As somebody who owns the tables could."""
    engine = owner_engine(owner_url(heroes.app.config["SQLALCHEMY_DATABASE_URI"]))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER locks_signature_update"))
        else:
            connection.execute(text("ALTER TABLE signature DISABLE TRIGGER USER"))
        connection.execute(statement)
        connection.commit()
    engine.dispose()
