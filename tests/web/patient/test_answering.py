"""Answering in a real browser, against a stand-in: what a tired person meets, question after question."""

from playwright.sync_api import Page, expect

from tests.web.patient.stand_in import Served
from tests.web.patient.steps import answer, begin, first_instrument, press, screen, second_instrument, values


def test_a_patient_answers_both_questionnaires_and_is_thanked(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    screen(page, "breather")
    expect(page.locator("main")).to_contain_text("Encore environ 3 minutes")
    second_instrument(page)
    press(page, "Envoyer")
    screen(page, "done")
    expect(page.locator("main")).to_contain_text("Toutes vos réponses sont envoyées")
    assert values(served.service) == {"q1": 2, "q2": 1, "q4": 7, "A": 3, "VAS": 65}
    assert served.service.completed == ["one", "two"]


def test_opening_the_page_alone_tells_the_service_nothing_but_the_token(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.split('/', 3)[3]}"))
    page.goto(served.link)
    screen(page, "start")
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if each.startswith("POST")] == ["POST q/open"]
    assert not [each for each in asked if "T0KEN" in each.split("#")[0]]


def test_the_first_screen_says_who_reads_the_answers(page: Page, served: Served) -> None:
    page.goto(served.link)
    expect(page.locator("main")).to_contain_text("Ce service n’est pas surveillé en continu")
    expect(page.locator("main")).to_contain_text("Votre équipe ne les lit pas au fur et à mesure")
    expect(page.locator('a[href="tel:112"]')).to_be_visible()
    expect(page.locator('a[href="tel:0200000000"]')).to_be_visible()
    served.service.monitored = True
    page.reload()
    expect(page.locator("main")).to_contain_text("L’équipe de votre centre regarde vos réponses")


def test_nothing_is_chosen_beforehand_and_nothing_advances_by_itself(page: Page, served: Served) -> None:
    begin(page, served)
    assert page.locator("input:checked").count() == 0
    page.locator(".option", has_text="Un peu").click()
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("Effort long")
    assert served.service.answers == {}


def test_next_without_a_choice_says_what_to_do(page: Page, served: Served) -> None:
    begin(page, served)
    press(page, "Suivant")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une réponse")
    expect(page.locator("h1")).to_have_text("Effort long")


def test_a_question_can_be_refused_where_it_may_be(page: Page, served: Served) -> None:
    begin(page, served)
    page.locator(".option", has_text="Un peu").click()
    page.get_by_label("Je préfère ne pas répondre").check()
    assert page.locator('input[name="answer"]:checked').count() == 0
    press(page, "Suivant")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    (kept,) = served.service.answers.values()
    assert (kept["item"], kept["value"], kept["refused"]) == ("q1", None, True)


def test_a_question_that_may_not_be_refused_does_not_offer_it(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    press(page, "Continuer")
    expect(page.locator("h1")).to_have_text("Marche")
    assert page.get_by_label("Je préfère ne pas répondre").count() == 0


def test_a_conditional_question_comes_only_when_it_applies_and_is_counted(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator(".place")).to_have_text("2 sur 3")
    answer(page, "Assez")
    expect(page.locator("h1")).to_have_text("Gêne de ce sommeil")
    expect(page.locator(".place")).to_have_text("3 sur 4")


def test_the_period_belongs_to_the_questionnaire_on_screen(page: Page, served: Served) -> None:
    begin(page, served)
    expect(page.locator(".recall")).to_have_text("Ces 7 derniers jours")
    first_instrument(page)
    press(page, "Envoyer")
    press(page, "Continuer")
    expect(page.locator(".recall")).to_have_text("Aujourd’hui")


def test_the_language_changes_at_any_moment_and_the_choice_stays(page: Page, served: Served) -> None:
    begin(page, served)
    page.locator(".option", has_text="Un peu").click()
    press(page, "English")
    expect(page.locator("h1")).to_have_text("Long effort")
    expect(page.get_by_label("A little")).to_be_checked()
    assert page.evaluate("() => document.documentElement.lang") == "en"
    press(page, "Next")
    expect(page.locator("h1")).to_have_text("Sleep")


def test_a_severe_answer_shows_the_emergency_text_at_once(page: Page, served: Served) -> None:
    served.service.severe = True
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    expect(page.get_by_role("alert")).to_contain_text("Appelez votre centre aujourd’hui.")


def test_the_words_of_an_imported_wording_stand_at_the_ends_of_the_scale_and_before_the_questions(
    page: Page, served: Served
) -> None:
    two = next(each for each in served.service.definition if each["code"] == "two")
    two["instruction"] = {"fr": "Pensez à aujourd’hui.\nRépondez seul."}
    ends = {"top": {"fr": "Tout en haut"}, "bottom": {"fr": "Tout en bas"}}
    two["items"][1] |= {"instruction": {"fr": "Touchez la ligne."}, "anchors": ends}
    served.service.definition = [two]
    begin(page, served)
    expect(page.locator(".instruction")).to_have_text("Pensez à aujourd’hui.\nRépondez seul.")
    answer(page, "Moyen")
    expect(page.locator(".instruction")).to_have_text("Touchez la ligne.")
    expect(page.locator("fieldset")).to_contain_text("Tout en haut")
    expect(page.locator("fieldset")).to_contain_text("Tout en bas")
    press(page, "English")
    expect(page.locator(".instruction")).to_have_count(0)
    expect(page.locator("fieldset")).to_contain_text("The best possible")


def test_the_scale_has_no_mark_before_the_first_touch(page: Page, served: Served) -> None:
    served.service.definition = [each for each in served.service.definition if each["code"] == "two"]
    begin(page, served)
    answer(page, "Moyen")
    marker = page.locator(".vas-marker")
    expect(marker).to_be_hidden()
    press(page, "Revoir mes réponses")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une réponse")
    box = page.locator(".vas-track").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 3, box["y"] + box["height"] * 0.25)
    expect(marker).to_be_visible()
    expect(page.locator("#vas-number")).to_have_value("75")


def test_the_scale_is_highest_on_top_and_follows_keys_and_numbers(page: Page, served: Served) -> None:
    served.service.definition = [each for each in served.service.definition if each["code"] == "two"]
    begin(page, served)
    answer(page, "Moyen")
    slider, box = page.get_by_role("slider"), page.locator("#vas-number")
    slider.focus()
    for key, value in [
        ("ArrowUp", "50"),
        ("ArrowUp", "51"),
        ("PageDown", "41"),
        ("End", "100"),
        ("Home", "0"),
    ]:
        page.keyboard.press(key)
        expect(box).to_have_value(value)
    box.fill("101")
    press(page, "Revoir mes réponses")
    expect(page.get_by_role("alert")).to_contain_text("nombre entier de 0 à 100")
    box.fill("88")
    expect(slider).to_have_attribute("aria-valuenow", "88")
    press(page, "Revoir mes réponses")
    screen(page, "review")
