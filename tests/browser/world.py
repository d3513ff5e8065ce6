"""A trial that a browser can reach, and browser tabs in which nothing may go wrong."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.services.given import M15_INVITED, TIRED, WELL, answer_all, off_treatment
from tests.trial import Trial

BASE_IS_OVER = date(2026, 1, 12)
#: The patients of a lived-in trial, by what they are there for.
ALERTED, ANSWERING, BY_SMS, FRESH = "03-001", "03-002", "03-003", "03-004"
#: Enough alerts for every story of the module.
WORSE = {
    **TIRED,
    "qlq-c30": {**TIRED["qlq-c30"], "q1": 4, "q2": 4, "q3": 4, "q9": 4, "q19": 4, "q21": 4, "q22": 4},
}
PHONES: Mapping[str, str] = {
    ALERTED: "+33639980001",
    ANSWERING: "+33639980002",
    BY_SMS: "+33639980003",
    FRESH: "+33639980004",
}


@dataclass(kw_only=True)
class World:
    """A trial that a browser can reach."""

    trial: Trial
    base_url: str

    def address(self, path: str) -> str:
        return self.base_url + path

    def link(self, code: str) -> str:
        """The newest link the patient's phone received."""
        return self.address(f"/q#{self.trial.link(PHONES[code])}")


def live_a_little(world: World) -> None:
    """Six weeks of a trial: one patient with alerts, one in time, one who answers by SMS, and one newly included."""
    heroes = world.trial
    for code in (ALERTED, ANSWERING, BY_SMS):
        off_treatment(heroes, code, phone=PHONES[code], sms_items=code == BY_SMS)
    heroes.beat()
    answer_all(heroes, heroes.link(PHONES[ALERTED]), WELL)
    answer_all(heroes, heroes.link(PHONES[ANSWERING]), WELL)
    heroes.on(BASE_IS_OVER)
    heroes.at(M15_INVITED)
    answer_all(heroes, heroes.link(PHONES[ALERTED]), WORSE)
    heroes.include(FRESH, phone=PHONES[FRESH])
    heroes.beat()


@dataclass(kw_only=True)
class Watch:
    """What a tab must not do: fail, complain, break the content policy, or ask another host anything."""

    base_url: str
    expected: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", self._heard)
        page.on("request", self._asked)

    def _heard(self, said: ConsoleMessage) -> None:
        known = any(words in said.text for words in self.expected)
        if said.type in ("error", "warning") and not known:
            self.wrong.append(f"{said.type}: {said.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.base_url).netloc:
            self.wrong.append(f"asked elsewhere: {request.url}")


@contextmanager
def tab(browser: Browser, world: World, *, expected: tuple[str, ...] = (), **options: Any) -> Iterator[Page]:
    """A tab of a new browser profile; `expected` are parts of complaints that belong to the story."""
    context = browser.new_context(
        **({"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"} | options)
    )
    context.set_default_timeout(15_000)
    watch = Watch(base_url=world.base_url, expected=expected)
    context.on("page", watch.over)
    yield context.new_page()
    context.close()
    assert watch.wrong == []


def phone_tab(
    browser: Browser, world: World, *, expected: tuple[str, ...] = (), **options: Any
) -> AbstractContextManager[Page]:
    """A tab on a small phone."""
    small = {"viewport": {"width": 360, "height": 640}, "has_touch": True}
    return tab(browser, world, expected=expected, **small, **options)


def log_in(world: World, context: BrowserContext, login: str = "nurse") -> None:
    """Give a browser the session cookie of a login that was made without it."""
    heroes = world.trial
    heroes.now = heroes.now.replace(microsecond=0)
    client = heroes.logged_in(login)
    cookie = client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": world.base_url}])


def press(page: Page, name: str) -> None:
    """Press the button with exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()


def screen(page: Page, name: str) -> None:
    """Wait for a screen of the patient's page by its name."""
    expect(page.locator("main")).to_have_attribute("data-screen", name)
