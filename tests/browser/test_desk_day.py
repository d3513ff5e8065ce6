"""A nurse's day at the desk, in a real browser against the real service."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from pro_service.store.models import Alert, AlertAction, Assessment, CourseEvent, Patient, Staff
from tests.browser.world import ALERTED, ANSWERING, FRESH, World, log_in, press, tab
from tests.trial import PASSWORD, SECRET


@pytest.fixture
def desk(chromium: Browser, lived_in: World) -> Iterator[Page]:
    """A tab in which the nurse is logged in, at the work list."""
    with tab(chromium, lived_in) as page:
        log_in(lived_in, page.context)
        page.goto(lived_in.address("/staff"))
        yield page


def fill_in_login(page: Page, *, code: str) -> None:
    page.get_by_label("Identifiant").fill("nurse")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Code à 6 chiffres").fill(code)
    press(page, "Se connecter")


def next_code(world: World) -> str:
    """What the nurse's authenticator shows after half a minute; a code is good once."""
    world.trial.now += timedelta(seconds=30)
    return pyotp.TOTP(SECRET).at(world.trial.now)


def patient_page(page: Page, world: World, code: str) -> None:
    page.goto(world.address(f"/staff/patients/{code}"))
    expect(page.locator("h1")).to_contain_text(code)


def test_a_wrong_code_is_refused_a_right_one_lets_in_and_logging_out_is_final(
    chromium: Browser, lived_in: World
) -> None:
    with tab(chromium, lived_in, expected=("status of 401",)) as page:
        page.goto(lived_in.address(f"/staff/patients/{ALERTED}"))
        right = next_code(lived_in)
        fill_in_login(page, code=f"{(int(right) + 1) % 10**6:06d}")
        expect(page.get_by_role("alert")).to_contain_text("incorrect")
        expect(page.get_by_label("Identifiant")).to_have_value("nurse")
        expect(page.get_by_label("Mot de passe")).to_have_value("")
        fill_in_login(page, code=right)
        expect(page.locator("h1")).to_contain_text(ALERTED)
        press(page, "Se déconnecter")
        expect(page.get_by_role("status")).to_contain_text("Vous êtes déconnecté")
        page.go_back()
        page.reload()
        expect(page.locator("h1")).to_have_text("Connexion")


def test_the_worst_alert_is_first_and_is_worked_to_its_end(desk: Page, lived_in: World) -> None:
    first = desk.locator("#alerts tbody tr").first
    expect(first).to_contain_text("orange")
    first.locator("a.code").click()
    alert = desk.locator(".alert:target")
    expect(alert.get_by_role("heading", name="Pourquoi cette alerte")).to_be_in_viewport()
    expect(alert.locator(".why table")).to_contain_text("crans de réponse")
    expect(alert.get_by_role("img")).to_be_visible()
    number = int(desk.url.rpartition("-")[2])
    act(desk, number, "Appel au patient", "Prendre en charge", note="Dort mal, rappel jeudi.")
    expect(desk.get_by_role("status")).to_have_text("Alerte prise en charge.")
    expect(desk.locator(f"#alert-{number}")).to_contain_text("Dort mal, rappel jeudi.")
    assert lived_in.trial.rows(Alert, id=number)[0].state == "acknowledged", "taken, not closed"
    act(desk, number, "Visite avancée", "Prendre en charge et clore")
    expect(desk.get_by_role("status")).to_have_text("Alerte close.")
    assert lived_in.trial.rows(Alert, id=number)[0].state == "closed"
    done = lived_in.trial.rows(AlertAction, alert_id=number)
    assert [row.action for row in done] == ["called", "visit_brought_forward"]


def act(page: Page, number: int, action: str, button: str, *, note: str = "") -> None:
    """Say what was done about an alert."""
    alert = page.locator(f"#alert-{number}")
    alert.get_by_label(action).check()
    alert.get_by_label("Note (facultative)").fill(note)
    alert.get_by_role("button", name=button, exact=True).click()


def test_somebody_who_was_slower_is_told_so(chromium: Browser, lived_in: World) -> None:
    with tab(chromium, lived_in, expected=("status of 409",)) as page:
        log_in(lived_in, page.context)
        patient_page(page, lived_in, ALERTED)
        number = int((page.locator(".alert").first.get_attribute("id") or "").rpartition("-")[2])
        with page.context.new_page() as colleague:
            patient_page(colleague, lived_in, ALERTED)
            act(colleague, number, "Alerte à tort", "Prendre en charge et clore")
            expect(colleague.get_by_role("status")).to_have_text("Alerte close.")
        act(page, number, "Appel au patient", "Prendre en charge")
        expect(page.locator("h1")).to_have_text("Quelqu'un est passé avant vous")


def test_a_restart_shows_its_effect_before_it_is_saved(desk: Page, lived_in: World) -> None:
    before = lived_in.trial.rows(Assessment)
    today = lived_in.trial.now.date().isoformat()
    patient_page(desk, lived_in, ANSWERING)
    desk.keyboard.press("e")
    desk.get_by_role("link", name="Reprise du traitement").click()
    desk.locator("#on").fill(today)
    desk.locator("#relation").select_option("same")
    desk.locator("#reason").select_option("ctdna_pos")
    press(desk, "Voir l'effet sur le calendrier")
    effect = desk.locator("table.diff")
    expect(effect.get_by_role("row", name="nouveau R1+3m")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("Rien n'est encore enregistré.")
    assert len(lived_in.trial.rows(Assessment)) == len(before)
    press(desk, "Modifier")
    expect(desk.locator("#on")).to_have_value(today)
    press(desk, "Voir l'effet sur le calendrier")
    press(desk, "Enregistrer")
    expect(desk.get_by_role("status")).to_have_text("Événement enregistré, calendrier mis à jour.")
    expect(desk.locator("#plan")).to_contain_text("R1+3m")
    assert {"R1", "R1+3m"} <= {row.key for row in lived_in.trial.rows(Assessment)}


def test_a_voided_event_stays_to_be_read_with_its_reason(desk: Page, lived_in: World) -> None:
    heroes = lived_in.trial
    heroes.record("ctdna_resulted", heroes.now.date(), ANSWERING, result="invalid")
    patient_page(desk, lived_in, ANSWERING)
    wrong = desk.locator(".events > li", has_text="pas encore annoncé")
    wrong.get_by_text("Annuler cet événement").click()
    wrong.get_by_label("Motif de l'annulation").fill("Tube d'un autre patient")
    press(desk, "Annuler l'événement")
    expect(desk.get_by_role("status")).to_have_text("Événement annulé, calendrier mis à jour.")
    expect(desk.locator(".events .voided")).to_contain_text("Tube d'un autre patient")
    (wrong_row,) = heroes.rows(CourseEvent, type="ctdna_resulted")
    (voiding,) = heroes.rows(CourseEvent, voids_id=wrong_row.id)
    assert (voiding.recorded_by, voiding.reason) == ("nurse", "Tube d'un autre patient")


def test_a_patient_is_enrolled_and_a_slip_is_named_beside_its_field(
    chromium: Browser, lived_in: World
) -> None:
    with tab(chromium, lived_in, expected=("status of 422", "status of 409")) as page:
        log_in(lived_in, page.context)
        page.goto(lived_in.address("/staff/enrol"))
        today = lived_in.trial.now.date().isoformat()
        page.get_by_label("Centre", exact=True).select_option("03")
        page.get_by_label("Code patient", exact=True).last.fill("03-010")
        page.get_by_label("Téléphone mobile").fill("06 39")
        page.get_by_label("Date du consentement").fill(today)
        page.get_by_label("Date d'inclusion (J0)").fill(today)
        press(page, "Enrôler")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.locator("#phone-error")).to_be_visible()
        page.get_by_label("Téléphone mobile").fill("06 39 98 00 10")
        press(page, "Enrôler")
        expect(page.get_by_role("status")).to_have_text("Patient enrôlé.")
        expect(page.locator("h1")).to_contain_text("03-010")
        expect(page.locator("main")).not_to_contain_text("98 00 10")
    assert len(lived_in.trial.rows(Patient, code="03-010")) == 1


def test_one_key_each_searches_moves_and_helps_and_can_be_turned_off(desk: Page) -> None:
    desk.keyboard.press("j")
    expect(desk.locator("[data-rows] a").first).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(desk.locator("[data-rows] a").first).to_be_focused()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_contain_text("Raccourcis clavier")
    desk.get_by_label("Raccourcis d'une seule touche actifs").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    expect(desk.locator("#search")).not_to_be_focused()
    press(desk, "Raccourcis clavier ?")
    desk.get_by_label("Raccourcis d'une seule touche actifs").check()
    press(desk, "Fermer")
    desk.keyboard.press("/")
    desk.keyboard.type(FRESH)
    desk.keyboard.press("Enter")
    expect(desk.locator("#found li")).to_have_count(1)
    expect(desk.locator("#found")).to_contain_text("Inclus")
    desk.locator("#search").fill("zz")
    desk.keyboard.press("Enter")
    expect(desk.locator("#found")).to_contain_text("Un code s'écrit comme 03-007")


def test_the_language_is_remembered_with_the_account(desk: Page, lived_in: World) -> None:
    patient_page(desk, lived_in, ALERTED)
    press(desk, "English")
    expect(desk.locator("h1")).to_contain_text(ALERTED)
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk.get_by_role("heading", name="Recorded events")).to_be_visible()
    assert lived_in.trial.rows(Staff, login="nurse")[0].language == "en"
    press(desk, "Français")
    expect(desk.get_by_role("heading", name="Événements saisis")).to_be_visible()


def test_a_session_that_ended_asks_to_log_in_again_and_goes_on_where_it_was(
    chromium: Browser, lived_in: World
) -> None:
    with tab(chromium, lived_in) as page:
        log_in(lived_in, page.context)
        page.goto(lived_in.address("/staff"))
        lived_in.trial.now += timedelta(minutes=16)
        page.get_by_role("link", name=ALERTED).first.click()
        expect(page.locator("h1")).to_have_text("Connexion")
        fill_in_login(page, code=next_code(lived_in))
        expect(page.locator("h1")).to_contain_text(ALERTED)


def reach(page: Page, selector: str) -> None:
    """Go to an element with the Tab key alone."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with the Tab key")


def test_the_keyboard_alone_leads_from_the_login_to_an_acknowledged_alert(
    chromium: Browser, lived_in: World
) -> None:
    with tab(chromium, lived_in) as page:
        page.goto(lived_in.address("/login"))
        for selector, text in (("#login", "nurse"), ("#password", PASSWORD), ("#code", next_code(lived_in))):
            reach(page, selector)
            page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("À traiter")
        reach(page, "#alerts a.code")
        page.keyboard.press("Enter")
        expect(page.locator(".alert:target")).to_be_visible()
        page.keyboard.press("a")
        expect(page.locator(".alert:target [data-acknowledge]")).to_be_focused()
        page.keyboard.press("ArrowDown")
        reach(page, ".alert:target button.main")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Alerte prise en charge.")
    assert [row.action for row in lived_in.trial.rows(AlertAction)][-1] == "advised"
