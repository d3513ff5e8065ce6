"""A part whose sitting took too long is asked from its first question again, and the page says why."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.patient.stand_in import Served
from tests.web.patient.steps import answer, begin, first_instrument, press, screen, values

WHY = "Du temps a passé"


def wait_a_second(page: Page) -> None:
    """The page tells whole seconds: what comes next is plainly later."""
    page.wait_for_timeout(1_100)


def test_who_comes_back_too_late_is_told_and_begins_with_the_first_question(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator("#status")).to_contain_text("Enregistré")
    page.close()
    wait_a_second(again := phone.new_page())
    served.service.ends_the_sitting("one")
    again.goto(served.link)
    expect(again.locator("main")).to_contain_text(WHY)
    press(again, "Commencer")
    expect(again.locator("h1")).to_have_text("Effort long")
    expect(again.locator("input:checked")).to_have_count(0)


def test_a_reload_on_a_question_leads_to_the_reason_too(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator("#status")).to_contain_text("Enregistré")
    wait_a_second(page)
    served.service.ends_the_sitting("one")
    page.reload()
    screen(page, "start")
    expect(page.locator("main")).to_contain_text(WHY)


def test_a_page_left_open_is_told_with_the_next_answer_and_keeps_that_answer(
    page: Page, served: Served
) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator("#status")).to_contain_text("Enregistré")
    wait_a_second(page)
    served.service.ends_the_sitting("one")
    wait_a_second(page)
    answer(page, "Pas du tout")
    screen(page, "start")
    expect(page.locator("main")).to_contain_text(WHY)
    press(page, "Reprendre")
    expect(page.locator("h1")).to_have_text("Effort long")
    answer(page, "Beaucoup")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.get_by_label("Pas du tout")).to_be_checked()
    press(page, "Suivant")
    answer(page, "Excellent", then="Revoir mes réponses")
    press(page, "Envoyer")
    screen(page, "breather")
    assert values(served.service)["q1"] == 4
    assert served.service.completed == ["one"]


def test_what_was_finished_out_of_reach_is_sent_and_not_asked_again(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    begin(page, served)
    served.service.failing = 503
    first_instrument(page)
    press(page, "Envoyer")
    screen(page, "breather")
    wait_a_second(page)
    served.service.ends_the_sitting("one")
    served.service.begins_anew = False  # its answers were given in time
    served.service.failing = None
    page.reload()
    press(page, "Reprendre")
    expect(page.locator("h1")).to_have_text("Marche")
    expect(page.locator("#status")).to_contain_text("Enregistré")
    assert served.service.completed == ["one"]
