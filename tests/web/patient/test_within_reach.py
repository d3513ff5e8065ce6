"""The patient's page by keyboard, with large text and on narrow screens."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.patient.stand_in import Served
from tests.web.patient.steps import answer, begin, first_instrument, press, screen, values


def test_the_keyboard_alone_is_enough(page: Page, served: Served) -> None:
    page.goto(served.link)
    screen(page, "start")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.locator("h1")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2}


SMALL_TARGETS = """() => [...document.querySelectorAll('button, .option, #vas-number, .call-button')]
  .filter((one) => one.getBoundingClientRect().height < 56 || one.getBoundingClientRect().width < 56)
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_targets_are_large_and_nothing_overflows(page: Page, served: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})

    def fits() -> None:
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width

    page.goto(served.link)
    screen(page, "start")
    fits()
    press(page, "Commencer")
    screen(page, "item")
    fits()
    first_instrument(page)
    fits()
    press(page, "Envoyer")
    press(page, "Continuer")
    answer(page, "Moyen")
    fits()


def test_text_twice_as_large_still_fits_the_width(page: Page, served: Served) -> None:
    begin(page, served)
    page.evaluate("() => { document.documentElement.style.fontSize = '250%'; }")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
