"""Placeholder wording reaches no patient outside the demonstration, by whichever way it tries."""

from dataclasses import replace

import pytest

from pro_service.services import enrolment, outbox, responses
from pro_service.services.refusals import ConflictError
from pro_service.store.models import Message
from tests.services.given import invited_to_m15
from tests.trial import trial


def test_a_study_cannot_be_set_up_without_licensed_wording(migrated_database: str) -> None:
    with trial(migrated_database) as heroes, pytest.raises(ConflictError, match="qlq-c30"):
        production = replace(heroes.installation, demo=False)
        with heroes.app.app_context():
            enrolment.create_study(production, code="real", protocol_version="heroes-1", now=heroes.now)


def test_a_message_about_placeholder_wording_is_not_sent(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        production = replace(heroes.installation, demo=False)
        heroes.tick()
        heroes.call(outbox.deliver, production, now=heroes.now)
        assert heroes.texts() == []
        assert [row.cause for row in heroes.rows(Message)] == ["wording_missing"]


def test_a_link_to_placeholder_wording_opens_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.beat()
        token = heroes.link()
        production = replace(heroes.installation, demo=False)
        with pytest.raises(ConflictError, match="not available"):
            heroes.call(responses.open_link, production, token=token, now=heroes.now)


def test_the_invitation_by_sms_counts_the_questions_that_are_asked_by_sms(migrated_database: str) -> None:
    """Six are asked (eq-5d-5l); 59 is the whole bundle, most of which is for the link page."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        assert "6 questions par SMS" in heroes.texts()[-1]
        assert "59" not in heroes.texts()[-1]
