"""In production settings no words without a licence reach a patient, by whichever route they try."""

from dataclasses import replace
from datetime import date

import pytest

from pro_service.core.lifecycle import AssessmentState, MessageState
from pro_service.services import clockwork
from pro_service.services.answers import responses
from pro_service.services.messages import outbox
from pro_service.services.patients import enrolment
from pro_service.services.refusals import ConflictError
from pro_service.store.catalogue import load_catalogue
from pro_service.store.models import Answer, Assessment, Inbound, Message, Response
from tests.licensed import LAST_DAY, WEB, license_all, licensed, production
from tests.services.given import M15_INVITED, answer_all, invited_to_m15, lot, off_treatment
from tests.trial import PHONE, nothing_more, trial


def test_a_study_cannot_be_created_without_wording_and_is_told_whom_to_ask(migrated_database: str) -> None:
    with (
        pytest.raises(ConflictError) as refused,
        trial(migrated_database, environment="production", prepare=nothing_more),
    ):
        pass
    assert refused.value.reason.code == "wording_missing"
    for told in ("qlq-c30 3.0 (fr, web)", "hads 1.0 (en, web)", "ask GL Assessment"):
        assert told in refused.value.reason.sentence("en")


def test_a_study_needs_every_language_of_its_protocol(migrated_database: str) -> None:
    def french_only(installation: object) -> None:
        license_all(installation, languages=("fr",))  # type: ignore[arg-type]

    with (
        pytest.raises(ConflictError, match=r"\(en, web\): no wording imported"),
        trial(migrated_database, environment="production", prepare=french_only),
    ):
        pass


def test_a_study_needs_a_licence_for_the_page_behind_the_link(migrated_database: str) -> None:
    def paper_only(installation: object) -> None:
        license_all(installation, modes=("paper",))  # type: ignore[arg-type]

    with (
        pytest.raises(ConflictError, match="does not cover this way"),
        trial(migrated_database, environment="production", prepare=paper_only),
    ):
        pass


def test_a_licensed_study_runs_from_invitation_to_completion(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        linked = heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)
        assert linked.instruments[0].items[0].label == {"fr": "texte fr item.q1", "en": "texte en item.q1"}
        assert linked.placeholder_languages == ()
        assert answer_all(heroes, token).assessment_state == AssessmentState.COMPLETED
        hashes = {row.wording_hash for row in heroes.rows(Response)}
        assert len(hashes) == 3
        assert None not in hashes


def test_the_clock_opens_nothing_and_sends_nothing_without_wording_and_goes_on_when_it_is_there(
    migrated_database: str,
) -> None:
    """The tick called directly, as any process may."""
    with production(migrated_database, until=date(2026, 1, 20)) as heroes:
        off_treatment(heroes)
        heroes.beat()
        texts = len(heroes.texts())
        heroes.now = M15_INVITED
        done = heroes.tick()
        heroes.deliver()
        assert len(heroes.texts()) == texts
        assert (done.opened, done.announced) == (0, 0)
        (row,) = heroes.rows(Assessment, key="M1.5")
        assert row.state == AssessmentState.PLANNED
        assert row.reason["code"] == "wording_missing"
        assert row.reason["missing"][0] == {
            "instrument": "qlq-c30",
            "language": "fr",
            "mode": "web",
            "lack": "expired",
        }
        assert heroes.tick().opened == 0, "and again changes nothing"
        with heroes.app.app_context():
            license_all(heroes.installation)
        heroes.at(M15_INVITED + clockwork.withholding.RECHECK)
        (row,) = heroes.rows(Assessment, key="M1.5")
        assert row.state == AssessmentState.OPEN
        assert row.withheld_until is None
        assert "/q#" in heroes.texts()[-1]


def test_an_assessment_never_offered_for_want_of_wording_says_so_when_its_window_is_over(
    migrated_database: str,
) -> None:
    with production(migrated_database, until=date(2026, 1, 20)) as heroes:
        off_treatment(heroes)
        heroes.through(date(2026, 3, 2))
        (row,) = heroes.rows(Assessment, key="M1.5")
        assert (row.state, row.reason["code"]) == (AssessmentState.MISSED, "wording_missing")
        assert heroes.rows(Message, assessment_id=row.id) == []


def test_no_reminder_goes_out_when_the_licence_has_ended_meanwhile(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        invited_to_m15(heroes)
        sent = len(heroes.texts())
        heroes.through(date(2026, 2, 20))
        (row,) = heroes.rows(Assessment, key="M1.5")
        assert (row.state, row.reason["code"]) == (AssessmentState.OPEN, "wording_missing")
        assert [each.kind for each in heroes.rows(Message, assessment_id=row.id)] == ["invitation"]
        heroes.through(date(2026, 3, 2))
        assert len(heroes.texts()) == sent
        (row,) = heroes.rows(Assessment, key="M1.5")
        assert (row.state, row.reason["code"]) == (AssessmentState.MISSED, "wording_lapsed")


def test_a_message_put_in_before_the_wording_went_waits_and_goes_out_when_it_is_back(
    migrated_database: str,
) -> None:
    with production(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()
        with heroes.app.app_context():
            licensed(heroes.installation, "qlq-c30", modes=("paper",))
        heroes.deliver()
        (row,) = heroes.rows(Message, kind="invitation")
        assert (row.state, row.cause) == (MessageState.READY, "wording_missing")
        assert heroes.texts() == []
        with heroes.app.app_context():
            license_all(heroes.installation)
        heroes.now += clockwork.withholding.RECHECK
        heroes.deliver()
        assert len(heroes.texts()) == 1


def test_the_link_opens_through_the_last_day_where_the_patient_lives_and_not_a_second_longer(
    migrated_database: str,
) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        token = invited_to_m15(heroes)
        heroes.now = M15_INVITED.replace(hour=22, minute=59, second=59)  # 23:59:59 in Paris
        assert heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now).instruments
        heroes.now = M15_INVITED.replace(hour=23)
        with pytest.raises(ConflictError, match="not available"):
            heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)


def test_no_answer_is_taken_over_the_link_after_the_licence_has_ended(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        token = invited_to_m15(heroes)
        early = lot({"q1": 1})

        def answer(lots: list[responses.GivenAnswer]) -> object:
            return heroes.call(
                responses.answer,
                heroes.installation,
                token=token,
                instrument="qlq-c30",
                answers=lots,
                now=heroes.now,
            )

        answer(early)
        heroes.now = M15_INVITED.replace(day=18)
        with pytest.raises(ConflictError, match="not available"):
            answer(lot({"q2": 1}, first_id=50))
        with pytest.raises(ConflictError, match="not available"):
            heroes.call(
                responses.complete,
                heroes.installation,
                token=token,
                instrument="eq-5d-5l",
                now=heroes.now,
            )
        answer(early)  # sent again: it is here already
        assert [row.item for row in heroes.rows(Answer)] == ["q1"]


def test_the_page_and_its_deposits_answer_409_and_hold_no_wording(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        token = invited_to_m15(heroes)
        heroes.now = M15_INVITED.replace(day=18)
        opened = heroes.client().post("/q/open", json={"token": token})
        assert (opened.status_code, opened.get_json()["code"]) == (409, "wording_missing")
        assert "texte" not in opened.get_json()["detail"]
        completed = heroes.client().post("/q/complete", json={"token": token, "instrument": "qlq-c30"})
        assert completed.status_code == 409


def test_a_closed_assessment_says_so_with_or_without_wording(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        token = invited_to_m15(heroes)
        heroes.through(date(2026, 3, 2))
        opened = heroes.client().post("/q/open", json={"token": token}).get_json()
        assert (opened["assessment"]["state"], opened["instruments"]) == ("missed", [])


def test_a_new_import_takes_the_place_of_the_earlier_one_at_once(migrated_database: str) -> None:
    """The way to stop using a wording today: import it again without the mode."""
    with production(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        with heroes.app.app_context():
            licensed(heroes.installation, "qlq-br23", until=LAST_DAY, modes=("paper",))
        with pytest.raises(ConflictError, match="not available"):
            heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)


def test_a_text_in_a_language_without_wording_is_not_replaced_by_another_language(
    migrated_database: str,
) -> None:
    """Unless the protocol names one to fall back on."""
    with production(migrated_database) as heroes:
        with heroes.app.app_context():
            for code in heroes.installation.catalogue.instruments:
                licensed(heroes.installation, code, "en", modes=("paper",))
        off_treatment(heroes, language="en")
        heroes.at(M15_INVITED)
        assert heroes.texts() == []


def test_another_language_is_asked_where_the_protocol_falls_back_on_it(migrated_database: str) -> None:
    plain = load_catalogue()
    protocol = plain.protocols["heroes-1"]
    delivery = replace(protocol.delivery, fallback_languages=("fr",))
    fallback = replace(plain, protocols={"heroes-1": replace(protocol, delivery=delivery)})
    with production(migrated_database, catalogue=fallback, languages=("fr",)) as heroes:
        token = invited_to_m15(heroes, language="en")
        linked = heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)
        assert {language for item in linked.instruments[0].items for language in item.label} == {"fr"}
        assert answer_all(heroes, token).assessment_state == AssessmentState.COMPLETED


def test_the_enrolment_of_a_patient_does_not_wait_for_wording(migrated_database: str) -> None:
    """A fact of the trial is recorded whatever the state of a licence."""
    with production(migrated_database, until=date(2026, 1, 5)) as heroes:
        heroes.now = heroes.now.replace(day=20)
        heroes.include()
        heroes.tick()
        assert {row.reason["code"] for row in heroes.rows(Assessment, key="BASE")} == {"wording_missing"}


def test_in_the_demonstration_imported_wording_stands_in_the_place_of_our_labels(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        with heroes.app.app_context():
            for code in ("qlq-c30", "qlq-br23", "eq-5d-5l"):
                licensed(heroes.installation, code, modes=WEB)
        linked = heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)
        assert linked.placeholder_languages == ("en",)
        label = linked.instruments[0].items[0].label
        assert label["fr"] == "texte fr item.q1"
        assert "texte" not in label["en"]


def test_texts_about_no_assessment_are_sent_whatever_the_licences(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.now = M15_INVITED.replace(day=18)
        heroes.reply("AIDE")
        assert "Mauvais numéro: ERREUR" in heroes.texts(PHONE)[-1]
        assert [row.outcome for row in heroes.rows(Inbound)] == ["command"]


def test_creating_a_study_is_refused_by_the_use_case_itself(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 2, 17)) as heroes:
        later = M15_INVITED.replace(day=19)
        with pytest.raises(ConflictError, match="licence expired on 2026-02-17"):
            heroes.call(
                enrolment.create_study,
                heroes.installation,
                code="other",
                protocol_version="heroes-1b",
                now=later,
            )
        assert heroes.call(outbox.tidy, now=heroes.now) == 0


def test_the_site_reads_why_nothing_is_sent_and_what_to_do(migrated_database: str) -> None:
    with production(migrated_database, until=date(2026, 1, 20)) as heroes:
        off_treatment(heroes)
        heroes.at(M15_INVITED)
        desk = heroes.logged_in()
        work_list = desk.get("/staff").get_data(as_text=True)
        assert "texte sous licence absent" in work_list
        assert "Prévenir l" in work_list
        patient = desk.get("/staff/patients/03-001").get_data(as_text=True)
        assert "le texte sous licence manque" in patient
