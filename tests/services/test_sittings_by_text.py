"""Item by item in text messages: a part whose sitting took too long is asked from its first question, kindly."""

from datetime import UTC, datetime, timedelta

from pro_service.services.answers import responses
from pro_service.services.messages import outbox
from pro_service.store.models import Answer, Assessment, Inbound, Message, Patient, Response, Score
from tests.services.given import WELL, invited_to_m15, send
from tests.trial import PHONE, Trial, trial

DAY = timedelta(days=1)


def begun_by_text(heroes: Trial, *answers: str) -> None:
    invited_to_m15(heroes, sms_items=True)
    replies(heroes, "GO", *answers)


def replies(heroes: Trial, *texts: str) -> None:
    for text in texts:
        heroes.now += timedelta(minutes=2)
        heroes.reply(text)


def states(heroes: Trial) -> list[tuple[int, str]]:
    return [(row.sitting, row.state) for row in heroes.rows(Response, instrument="eq-5d-5l")]


def test_an_answer_of_a_later_day_begins_anew_with_the_first_question_and_the_reason(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        begun_by_text(heroes, "1", "2")
        heroes.now += DAY
        replies(heroes, "3")
        assert "du temps a passé" in heroes.texts()[-1]
        assert "1/6" in heroes.texts()[-1]
        assert states(heroes) == [(1, "superseded"), (2, "in_progress")]
        replies(heroes, "2", "2", "1", "1", "70")  # the third has its answer already
        assert states(heroes) == [(1, "superseded"), (2, "completed")]
        first, second = heroes.rows(Response, instrument="eq-5d-5l")
        assert [row.value for row in heroes.rows(Answer, response_id=first.id)] == [1, 2]
        assert [row.value for row in heroes.rows(Score, scale="state")] == [22311.0]
        assert {row.response_id for row in heroes.rows(Score)} == {second.id}
        assert sum("du temps a passé" in text for text in heroes.texts()) == 1


def test_asking_to_go_on_shows_the_first_question_and_stores_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        begun_by_text(heroes, "1")
        heroes.now += DAY
        replies(heroes, "GO")
        assert "du temps a passé" in heroes.texts()[-1]
        assert states(heroes) == [(1, "in_progress")]
        replies(heroes, "4")
        assert states(heroes) == [(1, "superseded"), (2, "in_progress")]
        assert "2/6" in heroes.texts()[-1]


def test_a_text_that_was_received_in_time_belongs_to_its_sitting_although_it_is_read_later(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        begun_by_text(heroes, "1")
        heroes.now += timedelta(hours=12)  # still the same day where the patient lives
        heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="2", now=heroes.now)
        heroes.report()
        heroes.now += timedelta(hours=16)
        heroes.beat()
        assert [row.outcome for row in heroes.rows(Inbound)][-1] == "answer"
        assert states(heroes) == [(1, "in_progress")]
        assert [row.value for row in heroes.rows(Answer)] == [1, 2]


def test_the_link_may_take_over_what_was_begun_by_text_once_its_sitting_is_over(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        begun_by_text(heroes, "1")
        heroes.now += DAY
        row, patient = heroes.rows(Assessment, key="M1.5")[0], heroes.rows(Patient)[0]
        token = heroes.call(outbox.link_token, heroes.installation, patient=patient, assessment=row)
        send(heroes, token, "eq-5d-5l", WELL["eq-5d-5l"], finish=True)
        assert states(heroes) == [(1, "superseded"), (2, "completed")]
        assert [row.mode for row in heroes.rows(Response, instrument="eq-5d-5l")] == ["sms", "link"]
        opened = heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)
        assert opened.states["eq-5d-5l"] == "completed"
        replies(heroes, "2")
        assert states(heroes) == [(1, "superseded"), (2, "completed")], "nothing is open by text any more"


def test_the_text_is_told_in_the_patients_language(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True, language="en")
        replies(heroes, "GO", "1")
        heroes.now = datetime(2026, 2, 19, 9, tzinfo=UTC)
        replies(heroes, "2")
        assert "some time has passed" in heroes.rows(Message)[-1].body
