"""A patient opens the link of a text on a small phone and answers everything, against the real service."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from pro_service.core.instrument import Instrument, Item
from pro_service.store.models import Answer, Assessment, Message, OptOut, Response, Score
from tests.browser.world import PHONES, World, phone_tab, press, screen
from tests.services.given import M15_INVITED, off_treatment

BUNDLE = ("qlq-c30", "qlq-br23", "eq-5d-5l", "hads", "fcri-sf")
NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED"
ANN, BEN, CLEO = tuple(PHONES)[:3]
Given = dict[tuple[str, str], int | None]


@pytest.fixture(scope="module", autouse=True)
def invited(world: World) -> None:
    """Three patients, whose first text has just arrived."""
    for code in (ANN, BEN, CLEO):
        off_treatment(world.trial, code, phone=PHONES[code])
    world.trial.beat()


def is_shown(instrument: Instrument, item: Item, given: Given) -> bool:
    """Whether the answers so far bring this item."""
    if item.shown_if is None:
        return True
    steering = given.get((instrument.code, item.shown_if.item))
    return steering is not None and steering > item.shown_if.above


def chosen(item: Item, number: int) -> int:
    """Some answer, of every kind in turn."""
    return item.options[number % len(item.options)].value if item.options else 64


def fill_in(page: Page, item: Item, value: int) -> None:
    """Answer the question on the screen, and go on."""
    if item.options:
        page.locator(f'input[name="answer"][value="{value}"]').check()
    else:
        page.locator("#vas-number").fill(str(value))
    page.locator(".button.main").click()


def answer_instrument(page: Page, instrument: Instrument, given: Given) -> Iterator[int]:
    """Answer item after item, as the screen asks them; hands over before each, so that a story can interfere."""
    for number, item in enumerate(instrument.items):
        if not is_shown(instrument, item, given):
            continue
        expect(page.locator("h1")).to_have_text(item.label["fr"])
        yield number
        if (instrument.code, item.code) not in given:
            given[instrument.code, item.code] = chosen(item, number)
            fill_in(page, item, chosen(item, number))
    screen(page, "review")


def interfere(page: Page, number: int, instrument: Instrument, given: Given) -> None:
    """What happens to one in three: a refusal, second thoughts, a page that reloads, a tunnel."""
    code, item = instrument.code, instrument.items[number]
    if number == 1:
        page.get_by_label("Je préfère ne pas répondre").check()
        given[code, item.code] = None
        press(page, "Suivant")
    elif number == 3:
        press(page, "Retour")
        before = instrument.items[2]
        expect(page.locator("h1")).to_have_text(before.label["fr"])
        given[code, before.code] = before.options[0].value
        fill_in(page, before, before.options[0].value)
        expect(page.locator("h1")).to_have_text(item.label["fr"])
    elif number == 5:
        expect(page.get_by_role("status")).to_contain_text("Enregistré")
        page.reload()
        expect(page.locator("h1")).to_have_text(item.label["fr"])
    elif number == 7:
        page.context.set_offline(True)
    elif number == 9:
        expect(page.get_by_role("status")).to_contain_text("Gardé sur ce téléphone")
        page.context.set_offline(False)
        expect(page.get_by_role("status")).to_contain_text("Enregistré")


def test_a_patient_answers_everything_with_second_thoughts_and_a_bad_network(
    chromium: Browser, world: World
) -> None:
    catalogue, given = world.trial.installation.catalogue.instruments, Given()
    with phone_tab(chromium, world, expected=(NO_NETWORK,)) as page:
        page.goto(world.link(ANN))
        press(page, "Commencer")
        for place, code in enumerate(BUNDLE):
            for number in answer_instrument(page, catalogue[code], given):
                if code == BUNDLE[0]:
                    interfere(page, number, catalogue[code], given)
            press(page, "Envoyer")
            if place + 1 < len(BUNDLE):
                screen(page, "breather")
                press(page, "Continuer")
        expect(page.locator("h1")).to_have_text("Merci, c’est terminé.")
        page.reload()
        expect(page.locator("h1")).to_have_text("Vous avez déjà répondu")
    assert len(given) > 75
    assert stored(world, ANN) == given
    assert assessment(world, ANN).state == "completed"
    assert scored(world, ANN) == set(BUNDLE)


def test_a_changed_answer_is_kept_beside_the_first(world: World) -> None:
    (changed,) = [row for row in answers(world, ANN) if row.version > 1]
    question = (changed.response_id, changed.item)
    before, after = [row for row in answers(world, ANN) if (row.response_id, row.item) == question]
    assert (before.version, after.version) == (1, 2)
    assert before.value != after.value


def test_stopping_the_texts_from_the_link_is_asked_once_more_and_holds(
    chromium: Browser, world: World
) -> None:
    heroes = world.trial
    with phone_tab(chromium, world) as page:
        page.goto(world.link(BEN))
        press(page, "Ne plus recevoir de SMS")
        expect(page.locator("h1")).to_have_text("Ne plus recevoir de SMS ?")
        assert heroes.rows(OptOut) == [], "asking is not stopping"
        press(page, "Oui, arrêter les SMS")
        expect(page.locator("h1")).to_have_text("C’est noté.")
        press(page, "Revenir au début")
        press(page, "Commencer")
        screen(page, "item")
    assert [row.source for row in heroes.rows(OptOut)] == ["link"]
    before = {code: len(heroes.texts(PHONES[code])) for code in (BEN, CLEO)}
    heroes.at(M15_INVITED)
    assert len(heroes.texts(PHONES[BEN])) == before[BEN]
    assert len(heroes.texts(PHONES[CLEO])) > before[CLEO], "the others are still invited"
    assert not [row for row in heroes.rows(Message) if row.state == "ready"]


def test_the_page_stays_shut_when_the_time_is_over(chromium: Browser, world: World) -> None:
    link = world.link(CLEO)
    world.trial.at(world.trial.now + timedelta(days=40))
    with phone_tab(chromium, world) as page:
        page.goto(link)
        expect(page.locator("h1")).to_have_text("C’est fermé")
        expect(page.locator('a[href="tel:+33199000003"]')).to_have_text("01 99 00 00 03")


def test_a_link_that_leads_nowhere_says_so(chromium: Browser, world: World) -> None:
    with phone_tab(chromium, world, expected=("status of 410",)) as page:
        page.goto(world.address(f"/q#{'A' * 26}"))
        expect(page.locator("h1")).to_have_text("Ce lien ne fonctionne plus")


# --- what the database has -------------------------------------------------------------------------------------------


def assessment(world: World, code: str) -> Assessment:
    """The first assessment of a patient."""
    place = (ANN, BEN, CLEO).index(code)
    found: Assessment = world.trial.rows(Assessment, key="BASE")[place]
    return found


def responses(world: World, code: str) -> dict[int, str]:
    """The instrument of each response."""
    rows = world.trial.rows(Response, assessment_id=assessment(world, code).id)
    return {row.id: row.instrument for row in rows}


def answers(world: World, code: str) -> list[Answer]:
    mine = responses(world, code)
    return [row for row in world.trial.rows(Answer) if row.response_id in mine]


def stored(world: World, code: str) -> Given:
    """The newest version of each answer."""
    mine = responses(world, code)
    rows = sorted(answers(world, code), key=lambda row: row.version)
    return {(mine[row.response_id], row.item): row.value for row in rows}


def scored(world: World, code: str) -> set[str]:
    mine = responses(world, code)
    return {mine[row.response_id] for row in world.trial.rows(Score) if row.response_id in mine}
