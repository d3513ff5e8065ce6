"""A patient who answers by SMS, over several texts of ours: each says what GO or the link will really do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pro_service.store.models import Answer, Assessment, Inbound
from tests.services.given import M15_INVITED, M15_REMINDED, WELL, complete, invited_to_m15, send
from tests.trial import Trial, trial

BY_TEXT = ("1", "1", "1", "1", "1", "90")


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def say(heroes: Trial, *texts: str) -> str:
    """Write texts, with time to read between them; gives the last answer."""
    for text in texts:
        heroes.now += timedelta(minutes=2)
        heroes.reply(text)
    return heroes.texts()[-1]


def outcomes(heroes: Trial) -> set[str]:
    return {row.outcome for row in heroes.rows(Inbound)}


def test_who_has_answered_all_that_is_asked_by_sms_is_reminded_of_the_rest_by_link(heroes: Trial) -> None:
    """P1, P30: the long questionnaires wait; the part that was answered is not asked again."""
    invited_to_m15(heroes, sms_items=True)
    assert "La suite est par internet" in say(heroes, "GO", *BY_TEXT)
    heroes.at(M15_REMINDED)
    assert "/q#" in heroes.texts()[-1]
    assert "GO" not in heroes.texts()[-1]
    assert "15 min" in heroes.texts()[-1], "what is left, not the whole"
    stored = len(heroes.rows(Answer))
    assert "/q#" in say(heroes, "GO"), "GO leads to what is left"
    say(heroes, "3")
    assert len(heroes.rows(Answer)) == stored
    assert "parked" not in outcomes(heroes)
    send(heroes, heroes.link(), "qlq-c30", WELL["qlq-c30"])
    complete(heroes, heroes.link(), "qlq-c30")


def test_who_chose_the_link_is_reminded_by_link(heroes: Trial) -> None:
    invited_to_m15(heroes, sms_items=True)
    assert "/q#" in say(heroes, "LIEN")
    send(heroes, heroes.link(), "eq-5d-5l", {"MO": 1})
    heroes.at(M15_REMINDED)
    assert "/q#" in heroes.texts()[-1]
    assert "/q#" in say(heroes, "GO")
    assert "parked" not in outcomes(heroes)


def test_who_stopped_half_way_is_reminded_by_text_and_asked_of_today(heroes: Trial) -> None:
    """The EQ-5D is about one day: what was answered two days ago is kept, and asked again."""
    invited_to_m15(heroes, sms_items=True)
    say(heroes, "GO", "2", "2")
    heroes.at(M15_REMINDED)
    assert "GO" in heroes.texts()[-1]
    said = say(heroes, "GO")
    assert "1/6" in said
    assert "du temps a passé" in said
    assert "2/6" in say(heroes, "1")


def test_a_second_questionnaire_comes_by_link_while_the_first_is_being_asked(heroes: Trial) -> None:
    """P30: two questionnaires do not swallow each other's replies, and no text promises what GO does not do."""
    two_at_once(heroes)
    assert "/q#" in heroes.texts()[-1]
    assert "GO" not in heroes.texts()[-1]
    say(heroes, "GO", "1")
    states = {row.key: row.state for row in heroes.rows(Assessment)}
    assert states["CONV"] == "open", "the one that was begun goes on"


def test_once_the_first_is_done_go_asks_the_second(heroes: Trial) -> None:
    two_at_once(heroes)
    rest = say(heroes, "GO", *BY_TEXT)
    assert "La suite est par internet" in rest
    token = rest.split("/q#")[1][:26]
    for code in ("qlq-c30", "qlq-br23"):
        send(heroes, token, code, WELL[code])
        complete(heroes, token, code)
    assert heroes.rows(Assessment, key="M1.5")[0].state == "completed"
    assert "1/6" in say(heroes, "GO")
    say(heroes, "3")
    assert heroes.rows(Assessment, key="CONV")[0].state == "in_progress"
    assert "parked" not in outcomes(heroes)


def two_at_once(heroes: Trial) -> None:
    """M1.5 was begun by SMS when the patient was told of a conversion, whose questionnaire opens beside it."""
    invited_to_m15(heroes, sms_items=True)
    say(heroes, "GO", "1")
    today = heroes.now.date()
    heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
    heroes.at(M15_INVITED + timedelta(days=1))
    heroes.on(heroes.now.date() + timedelta(days=1), hour=9)
    states = {row.key: row.state for row in heroes.rows(Assessment)}
    assert (states["M1.5"], states["CONV"]) == ("in_progress", "open")
