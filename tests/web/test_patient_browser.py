"""The patient's page in a real browser, against a small stand-in of the service: what a tired person meets."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, render_template, request
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

WEB = Path(__file__).parents[2] / "pro_service" / "entrypoints" / "web"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def both(french: str, english: str) -> dict[str, str]:
    """One text in the two languages."""
    return {"fr": french, "en": english}


def choice(code: str, label: dict[str, str], values: tuple[int, ...], **more: Any) -> dict[str, Any]:
    """One invented item with neutral option labels, in the shape of `/q/open`."""
    words = {
        4: ("Pas du tout", "Un peu", "Assez", "Beaucoup"),
        5: ("Aucun", "Léger", "Moyen", "Fort", "Très fort"),
    }
    english = {
        4: ("Not at all", "A little", "Quite a bit", "Very much"),
        5: ("None", "Slight", "Medium", "Strong", "Very strong"),
    }
    count = len(values)
    french = words.get(count, ("Très mauvais", *map(str, values[1:-1]), "Excellent"))
    other = english.get(count, ("Very poor", *map(str, values[1:-1]), "Excellent"))
    options = [{"value": v, "label": both(f, e)} for v, f, e in zip(values, french, other, strict=True)]
    item = {"code": code, "label": label, "kind": "choice", "minimum": min(values), "maximum": max(values)}
    return {**item, "options": options, "may_refuse": True, "shown_if": None, **more}


def vas(code: str) -> dict[str, Any]:
    """One invented vertical scale from 0 to 100."""
    item = {"code": code, "label": both("Votre forme aujourd’hui", "How you are today"), "kind": "vas"}
    return {**item, "minimum": 0, "maximum": 100, "options": [], "may_refuse": True, "shown_if": None}


def instruments() -> list[dict[str, Any]]:
    """Two short invented questionnaires: 4 points with a condition and 7 points; 5 points and a scale."""
    week = both("Ces 7 derniers jours", "The last 7 days")
    first = [
        choice("q1", both("Effort long", "Long effort"), (1, 2, 3, 4)),
        choice("q2", both("Sommeil", "Sleep"), (1, 2, 3, 4)),
        choice(
            "q3",
            both("Gêne de ce sommeil", "Bother from that sleep"),
            (1, 2, 3, 4),
            shown_if={"item": "q2", "above": 1},
        ),
        choice("q4", both("Ensemble de la semaine", "The week as a whole"), tuple(range(1, 8))),
    ]
    second = [choice("A", both("Marche", "Walking"), (1, 2, 3, 4, 5), may_refuse=False), vas("VAS")]
    return [
        {"code": "one", "title": both("Premier", "First"), "recall": week, "minutes": 6, "items": first},
        {
            "code": "two",
            "title": both("Second", "Second"),
            "recall": both("Aujourd’hui", "Today"),
            "minutes": 3,
            "items": second,
        },
    ]


@dataclass(kw_only=True)
class Service:
    """A stand-in of the service: keeps what it was given and can be told to fail."""

    state: str = "open"
    known: bool = True
    failing: int | None = None
    monitored: bool = False
    severe: bool = False
    refuse_item: str | None = None
    conflicting: str | None = None
    calls: list[str] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    definition: list[dict[str, Any]] = field(default_factory=instruments)

    def answered(self, code: str) -> list[str]:
        """Items of one instrument that have an answer."""
        return sorted({each["item"] for each in self.answers.values() if each["instrument"] == code})

    def opened(self) -> dict[str, Any]:
        """The body of `/q/open`."""
        listed = [
            {
                **each,
                "state": "completed" if each["code"] in self.completed else "open",
                "answered": self.answered(each["code"]),
            }
            for each in self.definition
        ]
        assessment = {"id": "a-1", "state": self.state, "closes_on": "2026-05-03", "minutes": 9}
        return {
            "study": "HEROES",
            "site": {"name": "Centre 03", "phone": "02 00 00 00 00"},
            "language": "fr",
            "languages": ["fr", "en"],
            "assessment": assessment,
            "monitored": self.monitored,
            "placeholder_wording": True,
            "server_time": "2026-04-20T10:00:00+02:00",
            "instruments": listed,
        }

    def keep(self, body: dict[str, Any]) -> dict[str, Any]:
        """Takes answers, each once by its id."""
        for each in body["answers"]:
            self.answers[each["id"]] = {**each, "instrument": body["instrument"]}
        return {"saved": [each["id"] for each in body["answers"]], "state": self.state}

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Completes one instrument, and the assessment with the last."""
        self.completed.append(body["instrument"])
        whole = len(set(self.completed)) == len(self.definition)
        self.state = "completed" if whole else "in_progress"
        text = both("Appelez votre centre aujourd’hui.", "Call your centre today.")
        emergency = {"show": self.severe, "text": text}
        return {"instrument_state": "completed", "assessment_state": self.state, "emergency": emergency}


def problem(status: int) -> Response:
    """A refusal in the shape of problem+json."""
    text = json.dumps({"title": "Refused", "detail": "Refused", "status": status})
    return Response(text, status=status, mimetype="application/problem+json")


def refusal(service: Service, body: dict[str, Any]) -> int | None:
    """The status this request is refused with, if any."""
    if service.failing:
        return service.failing
    if not service.known or body["token"] != "T0KEN":
        return 410
    if request.path == service.conflicting:
        return 409
    if request.path != "/q/open" and service.state not in ("open", "in_progress"):
        return 409
    refused = any(each["item"] == service.refuse_item for each in body.get("answers", []))
    return 422 if refused else None


def stand_in(service: Service) -> Flask:
    """The pages and the three calls the patient's page makes, under the real content policy."""
    app = Flask("stand_in", static_folder=str(WEB / "static"), template_folder=str(WEB / "templates"))

    @app.get("/q")
    def page() -> str:
        return render_template("patient/form.html")

    @app.post("/q/<step>")
    def call(step: str) -> Response | dict[str, Any]:
        body = request.get_json()
        service.calls.append(step)
        status = refusal(service, body)
        if status:
            return problem(status)
        return {"open": lambda _: service.opened(), "answer": service.keep, "complete": service.complete}[
            step
        ](body)

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@dataclass(kw_only=True)
class Served:
    """A stand-in that listens, and the address of a patient's link to it."""

    service: Service
    link: str


@pytest.fixture
def served() -> Iterator[Served]:
    service = Service()
    server = make_server("127.0.0.1", 0, stand_in(service), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(service=service, link=f"http://127.0.0.1:{server.server_port}/q#T0KEN")
    server.shutdown()
    thread.join()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A tab in which any error of the page, or any breach of its content policy, fails the test."""
    tab = phone.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on(
        "console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield tab
    assert wrong == []


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


def test_a_patient_answers_both_questionnaires_and_is_thanked(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    screen(page, "breather")
    expect(page.locator("main")).to_contain_text("Encore environ 3 minutes")
    second_instrument(page)
    press(page, "Envoyer")
    screen(page, "done")
    expect(page.locator("main")).to_contain_text("Toutes vos réponses sont envoyées")
    assert values(served.service) == {"q1": 2, "q2": 1, "q4": 7, "A": 3, "VAS": 65}
    assert served.service.completed == ["one", "two"]


def test_opening_the_page_alone_tells_the_service_nothing_but_the_token(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.split('/', 3)[3]}"))
    page.goto(served.link)
    screen(page, "start")
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if each.startswith("POST")] == ["POST q/open"]
    assert not [each for each in asked if "T0KEN" in each.split("#")[0]]


def test_the_first_screen_says_who_reads_the_answers(page: Page, served: Served) -> None:
    page.goto(served.link)
    expect(page.locator("main")).to_contain_text("Ce service n’est pas surveillé en continu")
    expect(page.locator("main")).to_contain_text("Votre équipe ne les lit pas au fur et à mesure")
    expect(page.locator('a[href="tel:112"]')).to_be_visible()
    expect(page.locator('a[href="tel:0200000000"]')).to_be_visible()
    served.service.monitored = True
    page.reload()
    expect(page.locator("main")).to_contain_text("L’équipe de votre centre regarde vos réponses")


def test_nothing_is_chosen_beforehand_and_nothing_advances_by_itself(page: Page, served: Served) -> None:
    begin(page, served)
    assert page.locator("input:checked").count() == 0
    page.locator(".option", has_text="Un peu").click()
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("Effort long")
    assert served.service.answers == {}


def test_next_without_a_choice_says_what_to_do(page: Page, served: Served) -> None:
    begin(page, served)
    press(page, "Suivant")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une réponse")
    expect(page.locator("h1")).to_have_text("Effort long")


def test_a_question_can_be_refused_where_it_may_be(page: Page, served: Served) -> None:
    begin(page, served)
    page.locator(".option", has_text="Un peu").click()
    page.get_by_label("Je préfère ne pas répondre").check()
    assert page.locator('input[name="answer"]:checked').count() == 0
    press(page, "Suivant")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    (kept,) = served.service.answers.values()
    assert (kept["item"], kept["value"], kept["refused"]) == ("q1", None, True)


def test_a_question_that_may_not_be_refused_does_not_offer_it(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    press(page, "Continuer")
    expect(page.locator("h1")).to_have_text("Marche")
    assert page.get_by_label("Je préfère ne pas répondre").count() == 0


def test_a_conditional_question_comes_only_when_it_applies_and_is_counted(page: Page, served: Served) -> None:
    begin(page, served)
    answer(page, "Un peu")
    expect(page.locator(".place")).to_have_text("2 sur 3")
    answer(page, "Assez")
    expect(page.locator("h1")).to_have_text("Gêne de ce sommeil")
    expect(page.locator(".place")).to_have_text("3 sur 4")


def test_the_period_belongs_to_the_questionnaire_on_screen(page: Page, served: Served) -> None:
    begin(page, served)
    expect(page.locator(".recall")).to_have_text("Ces 7 derniers jours")
    first_instrument(page)
    press(page, "Envoyer")
    press(page, "Continuer")
    expect(page.locator(".recall")).to_have_text("Aujourd’hui")


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


def test_without_network_everything_is_kept_and_goes_when_it_returns(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé sur ce téléphone")
    answer(page, "Pas du tout")
    answer(page, "Excellent", then="Revoir mes réponses")
    press(page, "Envoyer")
    screen(page, "breather")
    expect(page.locator("h1")).to_have_text("Merci, c’est gardé.")
    second_instrument(page)
    press(page, "Envoyer")
    screen(page, "done")
    expect(page.locator("h1")).to_have_text("Merci, vous avez fini.")
    assert served.service.answers == {}
    phone.set_offline(False)
    expect(page.locator("h1")).to_have_text("Merci, c’est terminé.")
    assert values(served.service) == {"q1": 2, "q2": 1, "q4": 7, "A": 3, "VAS": 65}
    assert served.service.completed == ["one", "two"]


def test_answers_kept_offline_survive_a_reload(phone: BrowserContext, page: Page, served: Served) -> None:
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    page.goto("about:blank")
    phone.set_offline(False)
    page.goto(served.link)
    screen(page, "start")
    page.wait_for_function("() => localStorage.getItem('pro:a:a-1').includes('\"queue\":[]')")
    assert values(served.service) == {"q1": 2}


def test_a_failing_service_does_not_stop_the_patient(page: Page, served: Served) -> None:
    begin(page, served)
    served.service.failing = 503
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    expect(page.locator("h1")).to_have_text("Sommeil")
    served.service.failing = None
    answer(page, "Pas du tout")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2, "q2": 1}


def test_a_lost_reply_does_not_save_an_answer_twice(page: Page, served: Served) -> None:
    begin(page, served)

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/q/answer", lose_the_reply, times=1)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    answer(page, "Pas du tout")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert len(served.service.answers) == 2


def test_an_answer_the_service_refuses_is_asked_again_and_the_others_go(page: Page, served: Served) -> None:
    served.service.refuse_item = "q1"
    begin(page, served)
    answer(page, "Un peu")
    screen(page, "rejected")
    served.service.refuse_item = None
    press(page, "Aller à la question")
    expect(page.locator("h1")).to_have_text("Effort long")
    answer(page, "Beaucoup", then="Revoir mes réponses")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 4}


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


def test_a_service_that_contradicts_itself_is_not_asked_without_end(page: Page, served: Served) -> None:
    served.service.conflicting = "/q/answer"
    begin(page, served)
    answer(page, "Un peu")
    screen(page, "server")
    page.wait_for_timeout(500)
    assert served.service.calls == ["open", "answer", "open", "answer"]
    served.service.conflicting = None
    press(page, "Réessayer")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2}


def test_a_completion_the_service_will_not_take_leads_back_to_the_review(page: Page, served: Served) -> None:
    served.service.conflicting = "/q/complete"
    begin(page, served)
    first_instrument(page)
    with page.expect_response("**/q/open"):
        press(page, "Envoyer")
    expect(page.locator("#send")).to_have_text("Envoyer")
    page.wait_for_timeout(300)
    screen(page, "review")
    served.service.conflicting = None
    press(page, "Envoyer")
    screen(page, "breather")
    assert served.service.completed == ["one"]


def test_an_unknown_link_says_so_and_still_gives_the_emergency_numbers(page: Page, served: Served) -> None:
    page.goto(served.link.replace("T0KEN", "other"))
    expect(page.locator("h1")).to_have_text("Ce lien ne fonctionne plus")
    expect(page.locator('a[href="tel:15"]')).to_be_visible()


def test_a_link_without_its_token_is_unknown_and_asks_nothing(page: Page, served: Served) -> None:
    page.goto(served.link.split("#", maxsplit=1)[0])
    expect(page.locator("h1")).to_have_text("Ce lien ne fonctionne plus")


def test_a_service_that_fails_at_first_can_be_tried_again(page: Page, served: Served) -> None:
    served.service.failing = 500
    page.goto(served.link)
    screen(page, "server")
    served.service.failing = None
    press(page, "Réessayer")
    screen(page, "start")


def test_no_network_at_first_is_said_and_mended_when_it_returns(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    page.route("**/q/open", lambda route: route.abort(), times=1)
    page.goto(served.link)
    screen(page, "offline")
    phone.set_offline(True)
    phone.set_offline(False)
    screen(page, "start")


def test_the_questions_code_failing_to_load_is_tried_again(page: Page, served: Served) -> None:
    page.route("**/patient-questions.js", lambda route: route.abort(), times=1)
    begin(page, served)
    expect(page.locator("h1")).to_have_text("Effort long")


def test_questions_without_text_are_not_shown(page: Page, served: Served) -> None:
    served.service.definition[1]["items"][0]["label"] = both("", "")
    page.goto(served.link)
    screen(page, "wording")


def test_a_language_with_gaps_is_not_offered(page: Page, served: Served) -> None:
    served.service.definition[1]["items"][0]["label"] = both("Marche", "")
    page.goto(served.link)
    screen(page, "start")
    assert page.locator("[data-language]").count() == 0


def test_the_language_changes_at_any_moment_and_the_choice_stays(page: Page, served: Served) -> None:
    begin(page, served)
    page.locator(".option", has_text="Un peu").click()
    press(page, "English")
    expect(page.locator("h1")).to_have_text("Long effort")
    expect(page.get_by_label("A little")).to_be_checked()
    assert page.evaluate("() => document.documentElement.lang") == "en"
    press(page, "Next")
    expect(page.locator("h1")).to_have_text("Sleep")


def test_the_scale_has_no_mark_before_the_first_touch(page: Page, served: Served) -> None:
    served.service.definition = [each for each in served.service.definition if each["code"] == "two"]
    begin(page, served)
    answer(page, "Moyen")
    marker = page.locator(".vas-marker")
    expect(marker).to_be_hidden()
    press(page, "Revoir mes réponses")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une réponse")
    box = page.locator(".vas-track").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 3, box["y"] + box["height"] * 0.25)
    expect(marker).to_be_visible()
    expect(page.locator("#vas-number")).to_have_value("75")


def test_the_scale_is_highest_on_top_and_follows_keys_and_numbers(page: Page, served: Served) -> None:
    served.service.definition = [each for each in served.service.definition if each["code"] == "two"]
    begin(page, served)
    answer(page, "Moyen")
    slider, box = page.get_by_role("slider"), page.locator("#vas-number")
    slider.focus()
    for key, value in [
        ("ArrowUp", "50"),
        ("ArrowUp", "51"),
        ("PageDown", "41"),
        ("End", "100"),
        ("Home", "0"),
    ]:
        page.keyboard.press(key)
        expect(box).to_have_value(value)
    box.fill("101")
    press(page, "Revoir mes réponses")
    expect(page.get_by_role("alert")).to_contain_text("nombre entier de 0 à 100")
    box.fill("88")
    expect(slider).to_have_attribute("aria-valuenow", "88")
    press(page, "Revoir mes réponses")
    screen(page, "review")


def test_a_severe_answer_shows_the_emergency_text_at_once(page: Page, served: Served) -> None:
    served.service.severe = True
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    expect(page.get_by_role("alert")).to_contain_text("Appelez votre centre aujourd’hui.")


def test_answers_leave_the_phone_once_they_are_sent(page: Page, served: Served) -> None:
    begin(page, served)
    first_instrument(page)
    press(page, "Envoyer")
    screen(page, "breather")
    kept = json.loads(page.evaluate("() => localStorage.getItem('pro:a:a-1')"))
    assert kept["answers"] == {}
    assert kept["queue"] == []
    assert "T0KEN" not in page.evaluate("() => JSON.stringify(localStorage)")


def test_a_browser_that_keeps_nothing_still_works_and_says_so(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }});"
    page.add_init_script(refuse)
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardez cette page ouverte")
    phone.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2}


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


def test_without_javascript_only_the_advice_is_shown(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(served.link)
    expect(plain.locator("body")).to_contain_text("appelez votre centre")
    expect(plain.locator(".waiting")).to_be_hidden()
    context.close()
