"""Answering item by item in SMS, and what the webhook does with texts that are wrong, forged, repeated or unwelcome."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from pro_service.gateways.signatures import sign
from pro_service.store import data_keys
from pro_service.store.db import db
from pro_service.store.models import Answer, Assessment, Inbound, Message, OptOut, Response
from tests.trial import PHONE, Trial, trial

URL = "http://localhost:8000/webhooks/sms/inbound"
SENDER = "+33199009999"


def by_sms(heroes: Trial) -> None:
    """A patient who answers item by item, invited to M1.5 (qlq-c30, qlq-br23 by link; eq-5d-5l by SMS)."""
    heroes.include(sms_items=True)
    heroes.record("treatment_stopped", heroes.now.date())
    heroes.through(date(2026, 2, 18))


def params(sid: str, body: str, number: str = PHONE) -> dict[str, str]:
    return {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": number,
        "MessageSid": sid,
        "NumMedia": "0",
        "To": SENDER,
    }


def post(heroes: Trial, given: dict[str, str], signature: str | None = None) -> int:
    signed = sign(url=URL, params=given.items(), token="test-token") if signature is None else signature
    response = heroes.client().post(
        "/webhooks/sms/inbound",
        data=urlencode(given),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signed},
    )
    return response.status_code


def test_a_short_instrument_is_answered_item_by_item_and_scored(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        by_sms(heroes)
        assert "GO" in heroes.texts()[-1]
        heroes.reply("go")
        assert "1/6" in heroes.texts()[-1]
        for value in ("1", "2", " 1. ", "٢", "1", "85"):
            heroes.now += timedelta(minutes=2)
            heroes.reply(value)
        response = heroes.rows(Response, instrument="eq-5d-5l", mode="sms")[0]
        assert response.state == "completed"
        answers = {row.item: row.value for row in heroes.rows(Answer, response_id=response.id)}
        assert answers == {"MO": 1, "SC": 2, "UA": 1, "PD": 2, "AD": 1, "VAS": 85}
        assert "/q#" in heroes.texts()[-1], "the longer instruments are offered as a link"
        assert heroes.rows(Assessment, key="M1.5")[0].state == "in_progress"


def test_an_unreadable_reply_is_kept_byte_for_byte_and_asked_again_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        by_sms(heroes)
        heroes.reply("GO")
        given = params("SM" + "a" * 32, "deux\u200b ou 3 😀")
        heroes.now += timedelta(minutes=2)
        assert post(heroes, given) == 200
        heroes.beat()
        row = heroes.rows(Inbound, provider_sid="SM" + "a" * 32)[0]
        with heroes.app.app_context():
            keys, row = heroes.installation.keys, db.session.get_one(Inbound, row.id)
            own = data_keys.existing(db.session(), keys, subject_id=str(row.contact_id))
            assert own is not None
            name = f"inbound:{row.provider_sid}"
            assert own.decrypt(row.raw_sealed, row=f"{name}:raw") == urlencode(given).encode()
            assert own.decrypt(row.text_sealed, row=f"{name}:text").decode() == given["Body"]
        assert row.outcome == "not_understood"
        assert heroes.rows(Answer) == []
        assert "pas compris" in heroes.texts()[-1]
        heroes.now += timedelta(minutes=2)
        heroes.reply("encore autre chose")
        again = [text for text in heroes.texts() if "Envoyez seulement le nombre" in text]
        assert len(again) == 1


@pytest.mark.parametrize("signature", ["", "AAAA", sign(url=URL, params=[("Body", "1")], token="test-token")])
def test_a_forged_webhook_is_refused_and_stores_nothing(migrated_database: str, signature: str) -> None:
    with trial(migrated_database) as heroes:
        by_sms(heroes)
        assert post(heroes, params("SM" + "b" * 32, "1"), signature) == 403
        assert heroes.rows(Inbound) == []


def test_a_repeated_webhook_has_no_second_effect(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        by_sms(heroes)
        heroes.reply("GO")
        heroes.now += timedelta(minutes=2)
        for _ in range(5):
            assert post(heroes, params("SM" + "c" * 32, "2")) == 200
            heroes.beat()
        assert [(row.item, row.value, row.version) for row in heroes.rows(Answer)] == [("MO", 2, 1)]
        assert len(heroes.rows(Inbound, provider_sid="SM" + "c" * 32)) == 1


def test_a_text_from_an_unknown_number_is_kept_and_never_answered(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        assert post(heroes, params("SM" + "d" * 32, "qui est-ce ?", "+33639985555")) == 200
        heroes.beat()
        assert heroes.rows(Inbound)[0].outcome == "unknown_sender"
        assert heroes.texts("+33639985555") == []


def test_arret_silences_reminders_at_once_and_is_confirmed(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        by_sms(heroes)
        heroes.reply("Arrêt")
        assert len(heroes.rows(OptOut)) == 1
        confirmed = heroes.texts()[-1]
        heroes.through(date(2026, 3, 10))
        assert heroes.texts()[-1] == confirmed
        assert {row.state for row in heroes.rows(Message, kind="reminder")} <= {"suppressed", "delivered"}
        assert heroes.rows(Assessment, key="M1.5")[0].state == "missed"


def test_a_one_way_sender_takes_no_replies(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.beat()
        heroes.reply("STOP", sender="HEROES")
        assert heroes.rows(Inbound) == []
        assert "STOP" not in heroes.texts()[-1]
