"""Item by item in texts: only what a licence for texts covers, and nothing is lost when it ends."""

from datetime import date, timedelta

import pytest

from pro_service.core.lifecycle import ResponseState
from pro_service.services.answers import responses
from pro_service.store.models import Answer, Inbound, Message, Response
from tests.licensed import licensed, production
from tests.services.given import M15_INVITED, invited_to_m15
from tests.trial import Trial

LAST = date(2026, 2, 17)


def begun(heroes: Trial) -> None:
    """A patient who has been asked the first item by text."""
    invited_to_m15(heroes, sms_items=True)
    heroes.now += timedelta(minutes=5)
    heroes.reply("GO")


@pytest.mark.req("REG-30")
def test_the_questions_in_texts_are_the_imported_ones(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        begun(heroes)
        asked = heroes.texts()[-1]
        assert "texte fr item.MO" in asked
        assert "1=texte fr option.MO.1" in asked
        heroes.now += timedelta(minutes=1)
        heroes.reply("2")
        assert "texte fr item.SC" in heroes.texts()[-1]
        (row,) = heroes.rows(Response)
        assert (row.mode, row.wording_hash is None) == ("sms", False)


def test_a_licence_without_texts_leaves_the_questionnaire_to_the_link(migrated_database: str) -> None:
    with production(migrated_database, modes=("web",)) as heroes:
        invited_to_m15(heroes, sms_items=True)
        assert "questions par SMS" not in heroes.texts()[-1]
        assert heroes.link()


def test_a_licence_for_texts_only_keeps_the_questionnaire_off_the_page(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "eq-5d-5l", modes=("sms",))
        begun(heroes)
        heroes.now += timedelta(minutes=1)
        heroes.reply("LIEN")
        linked = heroes.call(responses.open_link, heroes.installation, token=heroes.link(), now=heroes.now)
        assert [each.code for each in linked.instruments] == ["qlq-c30", "qlq-br23"]


def test_an_answer_that_comes_when_the_licence_has_ended_is_kept_for_a_person_and_nothing_is_asked(
    migrated_database: str,
) -> None:
    with production(migrated_database, until=LAST) as heroes:
        begun(heroes)
        heroes.now = M15_INVITED + timedelta(days=1)
        heroes.reply("2")
        assert "ne sont pas disponibles pour le moment" in heroes.texts()[-1]
        assert "texte" not in heroes.texts()[-1]
        assert heroes.rows(Answer) == []
        assert heroes.rows(Inbound)[-1].outcome == "no_wording"
        page = heroes.logged_in().get("/staff").get_data(as_text=True)
        assert "A écrit pendant que le texte manquait" in page


def test_the_answer_after_the_wording_is_back_is_not_one_to_a_question_of_before(
    migrated_database: str,
) -> None:
    with production(migrated_database, until=LAST) as heroes:
        begun(heroes)
        heroes.now = M15_INVITED + timedelta(days=1)
        heroes.reply("2")
        with heroes.app.app_context():
            for code in heroes.installation.catalogue.instruments:
                licensed(heroes.installation, code)
        heroes.now += timedelta(hours=1)
        heroes.reply("3")
        assert heroes.rows(Answer) == []
        heroes.now += timedelta(minutes=1)
        heroes.reply("GO")
        assert "texte fr item.MO" in heroes.texts()[-1]
        heroes.now += timedelta(minutes=1)
        heroes.reply("3")
        assert [(row.item, row.value) for row in heroes.rows(Answer)] == [("MO", 3)]


def test_a_question_that_is_still_waiting_does_not_go_out_after_the_last_day(migrated_database: str) -> None:
    with production(migrated_database, until=LAST) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.now = M15_INVITED.replace(hour=22, minute=30)  # 23:30 in Paris, on the last day
        heroes.reply("GO")
        question = heroes.rows(Message, kind="reply")[-1]
        assert "texte fr item.MO" in question.body
        assert question.not_after == M15_INVITED.replace(hour=23)


def test_words_of_distress_are_answered_with_or_without_a_licence(migrated_database: str) -> None:
    with production(migrated_database, until=LAST) as heroes:
        begun(heroes)
        heroes.now = M15_INVITED + timedelta(days=1)
        heroes.reply("je veux mourir")
        assert "En cas d'urgence" in heroes.texts()[-1]
        assert heroes.rows(Inbound)[-1].outcome == "distress"


def test_an_instrument_finished_by_text_stays_finished(migrated_database: str) -> None:
    with production(migrated_database, until=LAST) as heroes:
        begun(heroes)
        for value in ("1", "1", "1", "1", "1", "90"):
            heroes.now += timedelta(minutes=1)
            heroes.reply(value)
        heroes.now = M15_INVITED + timedelta(days=1)
        heroes.reply("merci")
        (row,) = heroes.rows(Response)
        assert row.state == ResponseState.COMPLETED
        assert heroes.rows(Inbound)[-1].outcome != "no_wording"
