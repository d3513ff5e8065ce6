"""Bugs that the tests of the use cases found. Each test moves to its place once the product does what its name says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import text, update

from pro_service.config import SettingsError, settings_from
from pro_service.core.lifecycle import AssessmentState
from pro_service.entrypoints import metronome
from pro_service.gateways.simulated_carrier import Fault
from pro_service.services import course, enrolment, inbox, outbox, responses, sign_in, triage
from pro_service.services.deposits import GivenAnswer
from pro_service.services.refusals import ConflictError, InvalidError, RefusedError
from pro_service.store.db import db, reading, transaction
from pro_service.store.models import (
    Alert,
    Answer,
    Assessment,
    Inbound,
    Message,
    OptOut,
    Patient,
    SmsDialogue,
)
from pro_service.store.models.identity import Contact
from pro_service.store.queries import work_list
from tests.services.given import (
    M15_INVITED,
    M15_REMINDED,
    TIRED,
    WELL,
    answer_all,
    complete,
    invited_to_m15,
    off_treatment,
    send,
)
from tests.trial import PASSWORD, PHONE, SECRET, STUDY, Trial, trial

OTHER = "+33639980002"


def change(heroes: Trial, statement: Any) -> None:
    """Damage a row on purpose."""
    with heroes.app.app_context():
        db.session.execute(statement)
        db.session.commit()


# --- Patients who have left -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["death", "questionnaires_withdrawn", "consent_withdrawn", "off_study"])
def test_a_patient_who_began_and_then_left_gets_no_reminder(migrated_database: str, end: str) -> None:
    """P41, row 60: a begun assessment is frozen by the end, and goes on reminding."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "qlq-c30", {"q1": 1})
        heroes.record(end, heroes.now.date())
        before = heroes.texts()
        heroes.at(M15_REMINDED)
        heroes.on(date(2026, 2, 23))
        assert heroes.texts() == before


def test_nothing_is_sent_to_the_phone_of_a_patient_whose_death_was_recorded_this_morning(
    migrated_database: str,
) -> None:
    """Row 60: the slot stays expected until the end of the day of death, and its reminder still goes out."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.on(date(2026, 2, 20))
        before = heroes.texts()
        heroes.now = datetime(2026, 2, 23, 8, 0, tzinfo=UTC)
        heroes.record("death", date(2026, 2, 23))
        heroes.at(datetime(2026, 2, 23, 9, 30, tzinfo=UTC))
        assert heroes.texts() == before


def test_a_reminder_that_is_ready_is_not_sent_after_a_death(migrated_database: str) -> None:
    """Row 60: set up as ready, then the world changes, then it is delivered."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.now = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)
        heroes.tick()
        assert [row.state for row in heroes.rows(Message, kind="reminder")][-1] == "ready"
        before = heroes.texts()
        heroes.record("death", date(2026, 2, 23))
        heroes.deliver()
        assert heroes.texts() == before


def test_a_wrong_person_who_said_so_gets_no_more_texts(migrated_database: str) -> None:
    """P29, row 29: "nothing more goes there" is what the reply promises."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("ERREUR")
        assert heroes.rows(Inbound)[0].outcome == "wrong_person"
        before = heroes.texts()
        heroes.at(M15_REMINDED)
        assert heroes.texts() == before


def test_an_assessment_that_is_no_longer_expected_is_not_asked_any_further(migrated_database: str) -> None:
    """P7, P30: after GO, a conversion replaces M1.5; the reply must not get the next question, nor count as answer."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now += timedelta(minutes=5)
        today = heroes.now.date()
        heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
        assert heroes.rows(Assessment, key="M1.5")[0].state == "cancelled"
        heroes.reply("2")
        assert "2/6" not in heroes.texts()[-1]
        assert heroes.rows(Inbound)[-1].outcome != "answer", "nothing was stored of it"


def test_a_withdrawn_patient_is_not_asked_the_next_question(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now += timedelta(minutes=5)
        heroes.reply("2")
        heroes.now += timedelta(minutes=5)
        heroes.record("questionnaires_withdrawn", heroes.now.date())
        heroes.reply("1")
        assert "3/6" not in heroes.texts()[-1]


# --- Opting out -------------------------------------------------------------------------------------------------------


def test_stop_twice_is_still_confirmed(migrated_database: str) -> None:
    """P23: the second STOP holds back the confirmation of the first, which was not sent yet."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        before = len(heroes.texts())
        for _ in range(2):
            heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="arrêt", now=heroes.now)
        heroes.report()
        heroes.beat()
        assert len(heroes.texts()) == before + 1


def test_a_number_that_opted_out_stays_silent_after_the_next_invitation(migrated_database: str) -> None:
    """P23: the next assessment begins a new dialogue, which has forgotten the STOP and answers again."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("arrêt")
        heroes.on(date(2026, 3, 2))
        heroes.on(date(2026, 5, 20))
        assert heroes.rows(Assessment, key="M4.5")[0].state == "open"
        before = heroes.texts()
        heroes.reply("2")
        assert heroes.texts() == before


def test_two_reports_of_an_opt_out_make_one_that_start_can_end(databases: Any, postgres_url: str) -> None:
    """P22, P24: nothing unique holds two open opt-outs of one number apart; START ends one of them only."""
    with databases.migrated("postgresql") as url, trial(url) as heroes:
        off_treatment(heroes)
        patient = heroes.rows(Patient)[0]

        def opt_out(_: int) -> None:
            with heroes.app.app_context(), transaction() as session:
                outbox.record_opt_out(
                    session,
                    contact_id=patient.contact_id,
                    study_id=patient.study_id,
                    source="provider",
                    now=heroes.now,
                )
                session.flush()
                session.execute(text("SELECT pg_sleep(0.3)"))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(opt_out, range(4)))
        assert len(heroes.rows(OptOut)) == 1


# --- The outbox -------------------------------------------------------------------------------------------------------


def test_a_message_is_not_lost_while_the_account_is_misconfigured(migrated_database: str) -> None:
    """Row 15: credentials refused at ten, mended at eleven: the remedy says that nothing is lost."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.carrier.faults = lambda _: Fault.UNAUTHORISED
        heroes.at(M15_INVITED)
        assert heroes.texts() == []
        heroes.carrier.faults = None
        heroes.at(M15_INVITED + timedelta(hours=2))
        assert len(heroes.texts()) == 1


def test_the_first_text_that_arrives_says_that_this_is_no_emergency_service(migrated_database: str) -> None:
    """An invitation that never left counts as the first message; the one that arrives lacks the warning."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()  # put in, but nobody sends on that day
        heroes.at(datetime(2026, 2, 18, 9, 0, tzinfo=UTC))
        heroes.at(M15_REMINDED)
        assert "15 ou 112" in heroes.texts()[0]


def test_a_contact_that_cannot_be_read_does_not_hold_up_the_others(migrated_database: str) -> None:
    """Rows 45 and 69: one flipped byte is loud, and isolated to its row."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        broken = heroes.rows(Patient, code="03-001")[0].contact_id
        change(heroes, update(Contact).where(Contact.id == broken).values(phone_sealed=b"\x01" + bytes(40)))
        heroes.now = M15_INVITED
        heroes.tick()
        for _ in range(4):
            try:
                heroes.deliver()
            except ValueError:
                continue
        assert len(heroes.texts(OTHER)) == 1


def test_a_patient_who_cannot_be_planned_does_not_stop_the_clock_for_the_others(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        change(heroes, update(Patient).where(Patient.code == "03-001").values(protocol_version="gone"))
        heroes.now = M15_INVITED
        for _ in range(4):
            try:
                heroes.tick()
            except KeyError:
                continue
        heroes.deliver()
        assert len(heroes.texts(OTHER)) == 1


def test_a_slow_round_does_not_make_its_own_messages_unknown(migrated_database: str) -> None:
    """Row 14: the lease is counted from the beginning of the round, not from the claim."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)

        def slow(_: object) -> None:
            heroes.call(outbox.tidy, now=heroes.now)  # another replica's tick, by the true time
            heroes.now += timedelta(seconds=40)

        heroes.carrier.faults = slow
        heroes.now = M15_INVITED
        metronome.beat(heroes.app)
        assert [row.state for row in heroes.rows(Message, kind="invitation")] == ["accepted", "accepted"]


def test_a_slow_round_does_not_send_into_the_night(migrated_database: str) -> None:
    """P17: quiet hours are judged by the time the round began."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        sent: list[datetime] = []

        def slow(_: object) -> None:
            sent.append(heroes.now)
            heroes.now += timedelta(minutes=20)

        heroes.carrier.faults = slow
        heroes.now = M15_INVITED
        heroes.tick()
        heroes.now = datetime(2026, 2, 17, 18, 50, tzinfo=UTC)  # 19:50 in Paris
        heroes.beat(rounds=1)
        assert max(sent) < datetime(2026, 2, 17, 19, 0, tzinfo=UTC)


def test_after_an_outage_a_patient_of_two_assessments_gets_one_text(migrated_database: str) -> None:
    """Row 36: down for three days across two questionnaires."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
        heroes.record("ctdna_resulted", date(2026, 3, 20), result="positive", disclosed_on=date(2026, 3, 23))
        heroes.record("pd_confirmed", date(2026, 3, 20), disclosed_on=date(2026, 3, 24))
        before = len(heroes.texts())
        heroes.at(datetime(2026, 3, 26, 9, 0, tzinfo=UTC))
        assert {row.key for row in heroes.rows(Assessment, state="open")} == {"CONV", "PD"}
        assert len(heroes.texts()) <= before + 1


def test_an_assessment_that_is_expected_again_is_invited_again(migrated_database: str) -> None:
    """P2: its invitation was taken back unsent; the first text about it must not be a reminder two days later."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()
        today = heroes.now.date()
        wrong = heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
        patient = heroes.rows(Patient)[0]
        heroes.call(
            course.void_event,
            heroes.installation,
            event_id=wrong.event_id,
            reason="other patient",
            site_ids=(patient.site_id,),
            actor="test",
            now=heroes.now,
        )
        heroes.beat()
        assert heroes.rows(Assessment, key="M1.5")[0].state == "open"
        assert len(heroes.texts()) == 1


def test_delivering_and_completing_at_once_do_not_deadlock(databases: Any, postgres_url: str) -> None:
    """Row 40: the deliverer locks the message, then the patient; completing locks the patient, then the messages."""
    with databases.migrated("postgresql") as url, trial(url) as heroes:
        token = invited_to_m15(heroes)
        answer_all_but_one(heroes, token)
        heroes.now = M15_REMINDED
        heroes.tick()
        waits = Signal()
        engine = heroes.call(lambda: db.engine)

        def pause(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("UPDATE message SET") and "assessment_id" in statement:
                waits.wait(5)

        def watch() -> None:
            for _ in range(100):
                with engine.connect() as connection:
                    locked = connection.scalar(
                        text(
                            "SELECT count(*) FROM pg_stat_activity"
                            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                        )
                    )
                if locked:
                    break
                Signal().wait(0.05)
            waits.set()

        hooks.listen(engine, "before_cursor_execute", pause)
        with ThreadPoolExecutor(3) as pool:
            completing = pool.submit(complete, heroes, token, "eq-5d-5l")
            Signal().wait(0.5)
            delivering = pool.submit(heroes.deliver)
            pool.submit(watch).result()
            assert completing.result(timeout=30).assessment_state is AssessmentState.COMPLETED
            delivering.result(timeout=30)


def answer_all_but_one(heroes: Trial, token: str) -> None:
    for instrument in ("qlq-c30", "qlq-br23"):
        send(heroes, token, instrument, WELL[instrument])
        complete(heroes, token, instrument)
    send(heroes, token, "eq-5d-5l", WELL["eq-5d-5l"])


# --- The inbox --------------------------------------------------------------------------------------------------------


def broken_dialogue(heroes: Trial) -> None:
    """Two patients by SMS; the dialogue of the first cannot be read any more; both write."""
    off_treatment(heroes, "03-001", sms_items=True)
    off_treatment(heroes, "03-002", sms_items=True, phone=OTHER)
    heroes.at(M15_INVITED)
    change(heroes, update(SmsDialogue).where(SmsDialogue.patient_id == 1).values(state={"stage": "nonsense"}))
    for number in (PHONE, OTHER):
        heroes.carrier.receive_from_phone(from_=number, to="+33199009999", body="GO", now=heroes.now)
    heroes.report()


def test_a_text_that_cannot_be_read_does_not_hold_up_the_others_in_the_same_round(
    migrated_database: str,
) -> None:
    """P30: the round ends at the first failure; with it end the clock's tick and the deliveries of that beat."""
    with trial(migrated_database) as heroes:
        broken_dialogue(heroes)
        heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)
        assert [row.outcome for row in heroes.rows(Inbound)] == [None, "command"]


def test_a_text_that_failed_three_times_waits_where_a_person_sees_it(migrated_database: str) -> None:
    """Nothing is silently dropped: a parked text belongs on the work list of the patient's site."""
    with trial(migrated_database) as heroes:
        broken_dialogue(heroes)
        for _ in range(4):
            try:
                heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)
            except (KeyError, ValueError):
                continue
        assert heroes.rows(Inbound)[0].attempts == 3
        with heroes.app.app_context(), reading() as session:
            found = work_list.troubles(session, [1], since=heroes.now - timedelta(days=1), limit=10)
        assert [one.patient_code for one in found] == ["03-001"]


def test_an_answer_that_came_in_time_is_not_lost_because_the_window_was_closed_before_it_was_read(
    migrated_database: str,
) -> None:
    """Row 27: it was received before the close; another replica's tick was faster than the reader."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now = datetime(2026, 2, 27, 22, 59, 30, tzinfo=UTC)
        heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="2", now=heroes.now)
        heroes.report()
        heroes.now = datetime(2026, 2, 27, 23, 0, 1, tzinfo=UTC)
        heroes.tick()
        heroes.beat()
        row = heroes.rows(Inbound)[-1]
        assert heroes.rows(Answer, item="MO") or row.outcome == "late", f"dropped as {row.outcome!r}"


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_sending_by_link_what_is_being_answered_by_sms_is_refused_with_a_reason(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        for body in ("GO", "1"):
            heroes.now += timedelta(minutes=2)
            heroes.reply(body)
        heroes.reply("LIEN")
        row = heroes.rows(Assessment, key="M1.5")[0]
        token = heroes.call(
            outbox.link_token, heroes.installation, patient=heroes.rows(Patient)[0], assessment=row
        )
        with pytest.raises(ConflictError):
            complete(heroes, token, "eq-5d-5l")


def test_finishing_an_instrument_twice_is_answered_alike(migrated_database: str) -> None:
    """P8, row 58: the phone did not hear our answer and repeats the lot that finishes the instrument."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        first = send(heroes, token, "qlq-c30", WELL["qlq-c30"], finish=True)
        again = send(heroes, token, "qlq-c30", WELL["qlq-c30"], finish=True)
        assert again.instrument_state == first.instrument_state


def test_a_lot_repeated_after_the_last_one_was_sent_is_acknowledged(migrated_database: str) -> None:
    """P37, row 59: everything in it is stored already, so the phone may forget it."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        answer_all(heroes, token)
        before = heroes.counts()
        send(heroes, token, "qlq-c30", WELL["qlq-c30"])
        assert heroes.counts() == before


def test_a_known_id_with_another_answer_is_refused_and_not_swallowed(migrated_database: str) -> None:
    """Row 58: same key, other body."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "qlq-c30", {"q1": 1})
        with pytest.raises(RefusedError):
            send(heroes, token, "qlq-c30", {"q1": 4})


def test_an_id_that_another_patient_used_does_not_swallow_an_answer(migrated_database: str) -> None:
    """Two phones restored from one backup make the same ids."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        heroes.at(M15_INVITED)
        for number, value in ((PHONE, 1), (OTHER, 4)):
            try:
                send(heroes, heroes.link(number), "qlq-c30", {"q1": value})
            except RefusedError:
                return
        assert [row.value for row in heroes.rows(Answer)] == [1, 4]


# --- Recording and enrolment ------------------------------------------------------------------------------------------


def test_a_result_recorded_before_the_patient_was_told_can_be_completed_with_the_day(
    migrated_database: str,
) -> None:
    """First the laboratory's result, a week later the day of disclosure: not a fact that is recorded already."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 3, 20))
        heroes.record("ctdna_resulted", date(2026, 3, 18), result="positive")
        heroes.on(date(2026, 3, 25))
        heroes.record("ctdna_resulted", date(2026, 3, 18), result="positive", disclosed_on=date(2026, 3, 25))
        assert heroes.rows(Assessment, key="CONV")


def test_a_nurse_with_the_number_of_a_patient_is_a_conflict(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        with pytest.raises(RefusedError):
            _staff(heroes, phone=PHONE)


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"language": "de"}, {"totp_secret": "not base32!"}])
def test_a_member_of_staff_who_could_not_work_is_refused_with_a_reason(
    migrated_database: str, wrong: dict[str, str]
) -> None:
    with trial(migrated_database) as heroes, pytest.raises(InvalidError):
        _staff(heroes, **wrong)


def test_a_site_in_no_time_zone_is_refused(migrated_database: str) -> None:
    with trial(migrated_database) as heroes, pytest.raises(InvalidError):
        heroes.call(
            enrolment.create_site,
            heroes.installation,
            study=STUDY,
            code="05",
            name="Nowhere",
            time_zone="Europe/Rennes",
            phone="+33199000005",
        )


def _staff(heroes: Trial, **over: Any) -> None:
    values = {"role": "nurse", "totp_secret": SECRET, "language": "fr"} | over
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login="third",
        name="Third",
        sites=("03",),
        password=PASSWORD,
        now=heroes.now,
        **values,
    )


# --- What people type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["login", "patient_code", "note", "reason", "client_id"])
def test_a_nul_in_a_text_is_refused_and_not_a_fault_of_ours(migrated_database: str, where: str) -> None:
    """PostgreSQL cannot store it and raises DataError, SQLite cuts or keeps it: neither is an answer."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        with pytest.raises((RefusedError, sign_in.LoginFailedError)):
            _type_nul(heroes, where, token)


def _type_nul(heroes: Trial, where: str, token: str) -> None:
    given, bad = heroes.installation, "a\x00b"
    if where == "login":
        heroes.call(sign_in.log_in, given, login=bad, password=PASSWORD, code="000000", now=heroes.now)
    elif where == "patient_code":
        heroes.enrol(bad, phone=OTHER)
    elif where == "note":
        alert = _alert(heroes, token)
        heroes.call(
            triage.acknowledge,
            given,
            alert_id=alert.id,
            site_ids=(alert.site_id,),
            action="called",
            note=bad,
            actor="nurse",
            now=heroes.now,
        )
    elif where == "reason":
        fact = heroes.record("resample", heroes.now.date())
        heroes.call(
            course.void_event,
            given,
            event_id=fact.event_id,
            reason=bad,
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
    else:
        answers = [GivenAnswer(client_id=bad, item="q1", value=1)]
        heroes.call(
            responses.answer, given, token=token, instrument="qlq-c30", answers=answers, now=heroes.now
        )


def _alert(heroes: Trial, token: str) -> Alert:
    heroes.call(_baseline, heroes)
    answer_all(heroes, token, TIRED)
    return heroes.rows(Alert)[0]


def _baseline(heroes: Trial) -> None:
    """A completed baseline without symptoms, as if it had been answered in time."""
    row = heroes.rows(Assessment, key="BASE")[0]
    change(
        heroes,
        update(Assessment)
        .where(Assessment.id == row.id)
        .values(state="open", closes_at=heroes.now + timedelta(hours=1)),
    )
    token = heroes.call(
        outbox.link_token, heroes.installation, patient=heroes.rows(Patient)[0], assessment=row
    )
    answer_all(heroes, token)


# --- Signing in -------------------------------------------------------------------------------------------------------


def test_tries_do_not_tell_which_logins_exist(migrated_database: str) -> None:
    """Row 52: after some failures a known login says "wait", an unknown one for ever "wrong"."""
    with trial(migrated_database) as heroes:

        def outcomes(login: str) -> list[str]:
            found = []
            for _ in range(8):
                try:
                    heroes.call(
                        sign_in.log_in,
                        heroes.installation,
                        login=login,
                        password="wrong",
                        code="000000",
                        now=heroes.now,
                    )
                except (sign_in.LoginFailedError, sign_in.TooManyTriesError) as error:
                    found.append(type(error).__name__)
            return found

        assert outcomes("nurse") == outcomes("nobody")


# --- Wording and settings ---------------------------------------------------------------------------------------------


def test_the_invitation_by_sms_counts_the_questions_that_are_asked_by_sms(migrated_database: str) -> None:
    """Six are asked (eq-5d-5l); 59 is the whole bundle, most of which is for the link page."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        assert "6 questions par SMS" in heroes.texts()[-1]
        assert "59" not in heroes.texts()[-1]


PRODUCTION = {
    "PRO_ENVIRONMENT": "production",
    "PRO_DATABASE_URL": "postgresql://pro@db/pro",
    "PRO_BASE_URL": "https://pro.example.org",
    "PRO_KEYS": "1:" + "A" * 43 + "=",
    "PRO_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "PRO_TWILIO_AUTH_TOKENS": "one",
    "PRO_SMS_SENDER": "HEROES",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRO_TWILIO_AUTH_TOKENS", "one,"),  # the empty one is a token, and anybody can sign with it
        ("PRO_SMS_API_BASE_URL", "http://sms.example.org"),  # numbers and credentials in clear
        ("PRO_SMS_API_BASE_URL", "nonsense"),
        ("PRO_BASE_URL", "https://[pro.example.org"),  # ValueError of urlsplit instead of a list of problems
        ("PRO_KEYS", "1:" + "A" * 43 + "=,1:" + "B" * 42 + "A="),  # which of the two is key 1?
        ("PRO_DATABASE_URL", "nonsense"),
    ],
)
def test_a_setting_that_cannot_work_in_production_is_told_before_the_start(name: str, value: str) -> None:
    settings_from(PRODUCTION, demo_secrets={})
    with pytest.raises(SettingsError, match=name):
        settings_from(PRODUCTION | {name: value}, demo_secrets={})
