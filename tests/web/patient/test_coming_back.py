"""Going back, reloading, resuming on this phone or another: nothing given is lost or asked twice."""

import json

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.patient.stand_in import Served
from tests.web.patient.steps import answer, begin, first_instrument, press, screen, values


def test_back_and_review_show_the_answers_of_this_browser_and_change_them(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    press(page, "Retour")
    expect(page.get_by_label("Un peu")).to_be_checked()
    press(page, "Suivant")
    answer(page, "Pas du tout")
    answer(page, "Excellent", then="Revoir mes réponses")
    press(page, "Modifier – Effort long")
    answer(page, "Beaucoup", then="Revoir mes réponses")
    screen(page, "review")
    expect(page.locator(".reviewed").first).to_contain_text("Beaucoup")
    press(page, "Envoyer")
    screen(page, "breather")
    assert values(served.service)["q1"] == 4


def test_the_phones_own_back_goes_one_question_back(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator("h1")).to_have_text("Sommeil")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Effort long")
    page.go_back()
    screen(page, "start")


def test_a_reload_resumes_on_the_same_question(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    page.reload()
    expect(page.locator("h1")).to_have_text("Sommeil")
    assert page.url == served.link


def test_opening_the_link_again_offers_to_resume_where_it_stopped(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    begin(page, served)
    answer(page, "Un peu")
    page.close()
    again = phone.new_page()
    again.goto(served.link)
    press(again, "Reprendre")
    expect(again.locator("h1")).to_have_text("Sommeil")


def test_another_device_resumes_after_what_the_service_has(
    chromium: Browser, page: Page, served: Served
) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    other = chromium.new_context().new_page()
    other.goto(served.link)
    press(other, "Reprendre")
    expect(other.locator("h1")).to_have_text("Sommeil")
    answer(other, "Pas du tout")
    answer(other, "Excellent", then="Revoir mes réponses")
    expect(other.locator(".reviewed").first).to_contain_text("Répondu sur un autre appareil")
    other.context.close()


def test_answers_leave_the_phone_once_they_are_sent(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    screen(page, "breather")
    kept = json.loads(page.evaluate("() => localStorage.getItem('pro:a:a-1')"))
    assert kept["answers"] == {}
    assert kept["queue"] == []
    assert "T0KEN" not in page.evaluate("() => JSON.stringify(localStorage)")
