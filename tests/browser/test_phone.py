"""The demonstration's phone: texts appear by themselves, replies are answered, and links open the patient's page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from pro_service.store.models import Answer
from tests.browser.world import ANSWERING, BY_SMS, FRESH, World, press, screen, tab


@pytest.fixture
def phone(chromium: Browser, lived_in: World) -> Iterator[Page]:
    with tab(chromium, lived_in) as page:
        yield page


def open_phone(page: Page, world: World, code: str) -> None:
    page.goto(world.address(f"/demo/phone?patient={code}"))
    expect(page.locator("#patient")).to_have_value(code)


def test_a_reply_is_an_answer_and_the_next_question_comes_by_itself(phone: Page, lived_in: World) -> None:
    open_phone(phone, lived_in, BY_SMS)
    expect(phone.locator("#sender")).to_have_text("+33199009999")
    expect(phone.locator(".theirs").last).to_contain_text("GO")
    reply(phone, lived_in, "GO")
    expect(phone.locator(".theirs").last).to_contain_text("1/")
    stored = len(lived_in.trial.rows(Answer))
    reply(phone, lived_in, "2")
    expect(phone.locator(".theirs").last).to_contain_text("2/")
    assert [row.value for row in lived_in.trial.rows(Answer)][stored:] == [2]


def reply(page: Page, world: World, text: str) -> None:
    """Read, write and send; the service's next beat reads it."""
    world.trial.now += timedelta(
        seconds=20
    )  # an answer that comes before anybody can have read counts for nothing
    page.get_by_label("Répondre").fill(text)
    with page.expect_response("**/demo/phone/reply"):
        press(page, "Envoyer")
    expect(page.locator(".mine").last).to_contain_text(text)
    expect(page.get_by_label("Répondre")).to_have_value("")
    world.trial.beat()


def test_a_sender_with_a_name_cannot_be_answered_and_says_why(phone: Page, lived_in: World) -> None:
    open_phone(phone, lived_in, ANSWERING)
    expect(phone.locator("#sender")).to_have_text("HEROES")
    expect(phone.get_by_label("Répondre")).to_be_disabled()
    expect(phone.locator("#explain")).to_contain_text("On ne peut pas répondre à cet expéditeur")


def test_another_patient_is_a_choice_away_and_the_link_opens_the_form(phone: Page, lived_in: World) -> None:
    open_phone(phone, lived_in, BY_SMS)
    phone.get_by_label("Patient").select_option(ANSWERING)
    link = phone.locator(".theirs a").last
    expect(link).to_have_text(lived_in.link(ANSWERING))
    with phone.context.expect_page() as opened:
        link.click()
    form = opened.value
    screen(form, "start")
    expect(form.locator("h1")).to_have_text("Bonjour.")
    assert form.evaluate("() => window.opener") is None


def test_the_phone_speaks_english_too(phone: Page, lived_in: World) -> None:
    open_phone(phone, lived_in, ANSWERING)
    press(phone, "English")
    expect(phone.locator("h1")).to_have_text("The patient’s phone")
    expect(phone.locator("#explain")).to_contain_text("This sender cannot receive replies")
    press(phone, "Français")
    expect(phone.locator("h1")).to_have_text("Le téléphone du patient")


def test_a_text_that_arrives_appears_by_itself(phone: Page, lived_in: World) -> None:
    open_phone(phone, lived_in, FRESH)
    expect(phone.locator(".theirs")).not_to_have_count(0)
    before = phone.locator(".theirs").count()
    lived_in.trial.record("treatment_stopped", lived_in.trial.now.date(), FRESH)
    lived_in.trial.at(lived_in.trial.now + timedelta(days=43))
    expect(phone.locator(".theirs")).to_have_count(before + 1)
