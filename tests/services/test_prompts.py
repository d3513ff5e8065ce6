"""REG-04: what could not be taken, that it was asked for again, and the answer that came afterwards are all kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from pro_service.core.answers import Placed
from pro_service.services.answers.entries import FaultyEntryError
from pro_service.store.models import Answer, AnswerPrompt, Inbound
from tests.services.export_story import exported, table
from tests.services.given import invited_to_m15
from tests.services.test_entries import enter, form
from tests.trial import Trial, trial


def by_text(heroes: Trial, *bodies: str) -> None:
    for body in bodies:
        heroes.now += timedelta(minutes=2)
        heroes.reply(body)


def test_nine_and_then_three_by_text_are_both_kept(migrated_database: str, tmp_path: Path) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        by_text(heroes, "GO", "9", "canari", "3")
        prompts = [(row.item, row.source, row.code, row.given) for row in heroes.rows(AnswerPrompt)]
        assert prompts == [
            ("MO", "sms", "out_of_range", "9"),
            ("MO", "sms", "not_understood", ""),
        ]
        kept = {row.id for row in heroes.rows(Inbound)}
        assert {row.inbound_id for row in heroes.rows(AnswerPrompt)} <= kept
        assert [(row.item, row.value) for row in heroes.rows(Answer)] == [("MO", 3)]
        exported(heroes, tmp_path / "out")
        rows = table(tmp_path / "out", "edit_checks")
        assert [(row["given"], row["code"], row["value"], row["answer_version"]) for row in rows] == [
            ("9", "out_of_range", "3", "1"),
            ("", "not_understood", "3", "1"),
        ]
        assert {row["prompted_by"] for row in rows} == {""}


def test_a_wrong_value_in_a_form_of_the_site_is_kept_although_the_form_is_not(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        wrong = (Placed(place="MO", item="MO", value=9), Placed(place="VAS", item="VAS", value=70))
        with pytest.raises(FaultyEntryError):
            enter(heroes, form(answers=wrong))
        prompts = heroes.rows(AnswerPrompt)
        assert [(row.item, row.source, row.given, row.prompted_by) for row in prompts] == [
            ("MO", "entry", "9", "nurse")
        ]
        assert heroes.rows(Answer) == []
