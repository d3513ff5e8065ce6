"""Links that lead nowhere any more: each says so politely, with somebody to call."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.patient.stand_in import Served, both
from tests.web.patient.steps import answer, begin, screen


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("missed", "C’est fermé"),
        ("partial", "C’est fermé"),
        ("cancelled", "Ce questionnaire n’est plus nécessaire"),
        ("completed", "Vous avez déjà répondu"),
    ],
)
def test_a_closed_assessment_is_told_politely_with_the_centres_phone(
    page: Page, served: Served, state: str, title: str
) -> None:
    served.service.state = state
    page.goto(served.link)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator('a[href="tel:0200000000"]')).to_be_visible()


def test_an_assessment_that_closes_meanwhile_says_so(page: Page, served: Served) -> None:
    begin(page, served)
    served.service.state = "cancelled"
    answer(page, "Un peu")
    screen(page, "cancelled")
    assert "q1" not in page.evaluate("() => localStorage.getItem('pro:a:a-1')")


def test_an_unknown_link_says_so_and_still_gives_the_emergency_numbers(page: Page, served: Served) -> None:
    page.goto(served.link.replace("T0KEN", "other"))
    expect(page.locator("h1")).to_have_text("Ce lien ne fonctionne plus")
    expect(page.locator('a[href="tel:15"]')).to_be_visible()


def test_an_expired_link_says_so_and_how_to_get_another(page: Page, served: Served) -> None:
    served.service.expired = True
    page.goto(served.link)
    expect(page.locator("h1")).to_have_text("Ce lien a expiré")
    expect(page.locator("main")).to_contain_text("le prochain rappel en apportera un autre")
    expect(page.locator('a[href="tel:15"]')).to_be_visible()


def test_a_link_without_its_token_is_unknown_and_asks_nothing(page: Page, served: Served) -> None:
    page.goto(served.link.split("#", maxsplit=1)[0])
    expect(page.locator("h1")).to_have_text("Ce lien ne fonctionne plus")


def test_questions_without_text_are_not_shown(page: Page, served: Served) -> None:
    served.service.definition[1]["items"][0]["label"] = both("", "")
    page.goto(served.link)
    screen(page, "wording")


def test_questions_without_a_licence_are_not_shown_and_the_way_back_is(page: Page, served: Served) -> None:
    served.service.wording = False
    page.goto(served.link)
    screen(page, "wording")
    served.service.wording = True
    page.get_by_role("button", name="Réessayer").click()
    screen(page, "start")


def test_an_answer_that_is_not_taken_for_want_of_a_licence_stays_here_until_it_is(
    page: Page, served: Served
) -> None:
    begin(page, served)
    served.service.wording = False
    answer(page, "Un peu")
    screen(page, "wording")
    assert served.service.answers == {}
    served.service.wording = True
    page.get_by_role("button", name="Réessayer").click()
    page.wait_for_function("() => document.getElementById('status').dataset.state === 'saved'")
    assert [each["item"] for each in served.service.answers.values()] == ["q1"]


def test_the_banner_is_for_the_languages_in_which_a_label_stands_for_a_question(
    page: Page, served: Served
) -> None:
    served.service.placeholders = ["en"]
    page.goto(served.link)
    screen(page, "start")
    expect(page.locator("#banner")).to_be_hidden()
    page.locator('[data-language="en"]').click()
    expect(page.locator("#banner")).to_be_visible()


def test_a_language_with_gaps_is_not_offered(page: Page, served: Served) -> None:
    served.service.definition[1]["items"][0]["label"] = both("Marche", "")
    page.goto(served.link)
    screen(page, "start")
    assert page.locator("[data-language]").count() == 0


def test_without_javascript_only_the_advice_is_shown(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(served.link)
    expect(plain.locator("body")).to_contain_text("appelez votre centre")
    expect(plain.locator(".waiting")).to_be_hidden()
    context.close()
