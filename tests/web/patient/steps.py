"""What a patient does on the page, in words: begin, answer, press, and wait for a screen."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.web.patient.stand_in import Served, Service


def screen(page: Page, name: str) -> None:
    """Waits for a screen by its name."""
    expect(page.locator("main")).to_have_attribute("data-screen", name)


def press(page: Page, name: str) -> None:
    """Presses the button with exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()


def begin(page: Page, served: Served) -> None:
    """Opens the link and starts."""
    page.goto(served.link)
    press(page, "Commencer")
    screen(page, "item")


def answer(page: Page, label: str, *, then: str = "Suivant") -> None:
    """Chooses an option by its words, then goes on."""
    page.locator(".option", has_text=label).first.click()
    press(page, then)


def first_instrument(page: Page) -> None:
    """Answers the first questionnaire up to its review; the conditional question does not come."""
    answer(page, "Un peu")
    answer(page, "Pas du tout")
    answer(page, "Excellent", then="Revoir mes réponses")
    screen(page, "review")


def second_instrument(page: Page, *, forme: str = "65") -> None:
    """Answers the second questionnaire up to its review."""
    press(page, "Continuer")
    answer(page, "Moyen")
    page.fill("#vas-number", forme)
    press(page, "Revoir mes réponses")
    screen(page, "review")


def values(service: Service) -> dict[str, Any]:
    """The last value the service holds, by item."""
    return {each["item"]: each["value"] for each in service.answers.values()}
