"""What the API shows of the words of a questionnaire: imported ones while a licence covers them, else nothing."""

from datetime import timedelta

from tests.licensed import LAST_DAY, license_all, licensed, production
from tests.trial import START, Trial
from tests.web.api.world import Program, problem, program


def test_in_the_demonstration_our_labels_stand_and_are_called_placeholders(nurse: Program) -> None:
    read = nurse.get("/instruments/hads").get_json()
    assert (read["wording"], read["wording_languages"]) == ("placeholder", [])
    assert read["items"][0]["label"]["fr"]


def test_imported_words_are_shown_in_the_place_of_our_labels(heroes: Trial, nurse: Program) -> None:
    heroes.call(licensed, heroes.installation, "hads")
    read = nurse.get("/instruments/hads").get_json()
    assert (read["wording"], read["wording_languages"]) == ("placeholder", ["fr"])
    assert read["items"][0]["label"]["fr"] == "texte fr item.q1"
    heroes.call(licensed, heroes.installation, "hads", "en")
    listed = {one["code"]: one["wording"] for one in nurse.items("/instruments")}
    assert (listed["hads"], listed["qlq-c30"]) == ("licensed", "placeholder")


def test_in_production_nothing_is_read_after_the_last_day_and_whom_to_ask_is_told(
    migrated_database: str,
) -> None:
    with production(migrated_database, until=START.date()) as heroes:
        client = program(heroes)
        read = client.get("/instruments/hads").get_json()
        assert read["items"][0]["label"] == {"fr": "texte fr item.q1", "en": "texte en item.q1"}
        heroes.now = (START + timedelta(days=1)).replace(hour=0, minute=0)
        client = program(heroes)
        said = problem(
            client.get("/instruments/hads", headers={"Accept-Language": "en"}), 409, "wording_missing"
        )
        assert "hads 1.0 (fr, web)" in said["detail"]
        assert "GL Assessment" in said["detail"]
        assert client.get("/instruments").status_code == 200, "a list holds no question"


def test_in_production_fhir_has_the_licensed_words_and_does_not_call_them_placeholders(
    migrated_database: str,
) -> None:
    fhir = {"Accept": "application/fhir+json"}
    with production(migrated_database) as heroes:
        client = program(heroes)
        whole = client.get("/instruments/hads", headers=fhir).get_json()
        assert "placeholder" not in whole["description"]
        assert "texte fr item.q1" in [each["text"] for each in whole["item"]]
        assert whole["language"] == "fr"
        heroes.call(licensed, heroes.installation, "hads", "fr", modes=("paper",))
        english = client.get("/instruments/hads", headers=fhir)
        assert (english.status_code, english.get_json()["language"]) == (200, "en"), "the only one there is"
        assert "texte en item.q1" in [each["text"] for each in english.get_json()["item"]]


def test_in_production_a_mode_the_licence_does_not_cover_is_refused(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        client = program(heroes)
        assert client.get("/instruments/hads?mode=sms").status_code == 200
        problem(client.get("/instruments/hads?mode=paper"), 409, "wording_missing")
        problem(client.get("/instruments/hads?mode=fax"), 422, "invalid")


def test_in_production_no_label_of_ours_stands_in_a_language_without_wording(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        heroes.call(licensed, heroes.installation, "hads", "en", modes=("paper",))
        read = program(heroes).get("/instruments/hads").get_json()
        assert {language for item in read["items"] for language in item["label"]} == {"fr"}
        heroes.call(license_all, heroes.installation, until=LAST_DAY)
        read = program(heroes).get("/instruments/hads").get_json()
        assert set(read["items"][0]["label"]) == {"fr", "en"}
