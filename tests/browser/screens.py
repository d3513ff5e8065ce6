"""Takes a picture of every page of a running `make demo`, at phone and desktop width: build/screens, for looking at.

The four that README.md shows go to docs/screens. `bin/screens [ADDRESS]` runs it; the demonstration must be new, since
a session is started and one questionnaire is begun.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.world import screen
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

ROOT = Path(__file__).parents[2]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
README = {
    "work-list-desktop": "work-list",
    "patient-desktop-top": "desk-patient",
    "answer-2-question-phone": "patient-question",
    "phone-1-desktop": "phone",
}


def take(address: str, folder: Path) -> None:
    """Write all pictures as `<page>-<size>.png`."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(CHROMIUM_FLAGS))
        session = ""
        for size, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
            page = context.new_page()
            page.goto(f"{address}/login")
            page.screenshot(path=folder / f"login-{size}.png", full_page=True)
            session = session or _log_in(page, address)
            context.add_cookies([{"name": "session", "value": session, "url": address}])
            for name, path in _pages(page, address):
                page.goto(address + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)
                if name == "patient":
                    page.screenshot(path=folder / f"{name}-{size}-top.png")
            for name in _answering(page, address):
                page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)
            context.close()
        browser.close()


def _log_in(page: Page, address: str) -> str:
    page.goto(address)
    code = page.locator("tr", has_text="claire").locator(".totp").inner_text()
    page.goto(f"{address}/login")
    page.fill("#login", "claire")
    page.fill("#password", "demo-claire")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff*")
    cookies = {cookie.get("name"): cookie.get("value") for cookie in page.context.cookies()}
    return str(cookies["session"])


def _pages(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Each page's name and path."""
    yield "start", "/"
    yield "work-list", "/staff"
    page.goto(f"{address}/staff")
    alerted = page.locator("#alerts a.code").first.inner_text()
    yield "patient", f"/staff/patients/{alerted}"
    ahead = page.evaluate("new Date(Date.now() + 60 * 864e5).toISOString().slice(0, 10)")
    yield "patient-in-the-past", f"/staff/patients/{alerted}/on?date=2026-01-15"
    yield "patient-in-the-future", f"/staff/patients/{alerted}/on?date={ahead}"
    yield "event", f"/staff/patients/{alerted}/event"
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    effect = f"type=treatment_resumed&on={today}&relation=same&reason=ctdna_pos&preview=1"
    yield "event-effect", f"/staff/patients/{alerted}/event?{effect}"
    yield "search", f"/staff?q={alerted[:2]}"
    yield "visits", "/staff/visits"
    yield "enrol", "/staff/enrol"
    yield "checks", "/staff/checks"
    yield "delays", "/staff/delays"
    yield "instruments", "/staff/instruments"
    yield "instrument-qlq-br23", "/staff/instruments/qlq-br23"
    yield "instrument-eq-5d-5l", "/staff/instruments/eq-5d-5l"
    yield "absent", "/staff/patients/99-999"
    yield "api", "/api/v1/docs"
    for number, path in enumerate(_phones(page, address), start=1):
        yield f"phone-{number}", path


def _phones(page: Page, address: str) -> list[str]:
    """Where the start page leads to simulated phones: one that answers by link, one that does by SMS."""
    page.goto(address)
    links = page.locator('a[href^="/demo/phone?patient="]')
    return [str(path) for path in links.evaluate_all("all => all.map(a => a.getAttribute('href'))")]


def _two_way(page: Page, address: str, path: str) -> bool:
    told = page.request.get(address + path.replace("/demo/phone", "/demo/phone/messages")).json()
    return bool(told["two_way"])


def _answering(page: Page, address: str) -> Iterator[str]:
    """The patient's page, from the link in a text to the end of the first instrument."""
    page.goto(address + next(path for path in _phones(page, address) if not _two_way(page, address, path)))
    link = page.locator(".theirs a").last
    link.wait_for()
    where = str(link.get_attribute("href"))
    page.goto("about:blank")
    page.goto(address + where[where.index("/q#") :])
    screen(page, "start")
    yield "answer-1-start"
    page.locator(".button.main").click()
    screen(page, "item")
    yield "answer-2-question"
    while page.locator("main").get_attribute("data-screen") == "item":
        before = page.locator("h1").inner_text()
        page.locator('input[name="answer"]').first.check()
        page.locator(".button.main").click()
        expect(page.locator("h1")).not_to_have_text(before)
    yield "answer-3-review"
    page.locator(".button.main").click()
    expect(page.locator("main")).to_have_attribute("data-screen", re.compile("breather|done"))
    yield "answer-4-breather"


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    target = ROOT / "build" / "screens"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    take(given.rstrip("/"), target)
    (ROOT / "docs" / "screens").mkdir(exist_ok=True)
    for picture, shown in README.items():
        shutil.copy(target / f"{picture}.png", ROOT / "docs" / "screens" / f"{shown}.png")
