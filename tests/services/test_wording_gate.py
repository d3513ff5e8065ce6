"""Placeholder wording reaches no patient outside the demonstration, by whichever way it tries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pro_service.services import enrolment, outbox, responses
from pro_service.services.refusals import ConflictError
from pro_service.store.models import Message
from tests.trial import trial

INVITED = datetime(2026, 2, 17, 10, 0, tzinfo=UTC)


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
