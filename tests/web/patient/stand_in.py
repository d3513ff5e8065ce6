"""A small stand-in of the service for the patient's page: two invented questionnaires, and it can be told to fail."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request

WEB = Path(__file__).parents[3] / "pro_service" / "entrypoints" / "web"
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
    wording: bool = True
    expired: bool = False
    placeholders: list[str] = field(default_factory=lambda: ["fr", "en"])
    old_before: dict[str, str] = field(default_factory=dict)
    begins_anew: bool = False
    calls: list[str] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    definition: list[dict[str, Any]] = field(default_factory=instruments)

    def answered(self, code: str) -> list[str]:
        """Items of one instrument that have an answer of the sitting that counts."""
        old = self.old_before.get(code, "")
        given = (each for each in self.answers.values() if each["instrument"] == code)
        return sorted({each["item"] for each in given if _instant(each["answered_at"]) >= _instant(old)})

    def ends_the_sitting(self, code: str) -> None:
        """From now on: what was given until now counts no more, and the next answer begins the part anew."""
        self.old_before[code] = datetime.now(UTC).isoformat()
        self.begins_anew = True

    def opened(self) -> dict[str, Any]:
        """The body of `/q/open`."""
        listed = [
            {
                **each,
                "state": "completed" if each["code"] in self.completed else "open",
                "answered": self.answered(each["code"]),
                "begins_anew": self.old_before.get(each["code"]),
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
            "placeholder_languages": self.placeholders,
            "server_time": "2026-04-20T10:00:00+02:00",
            "instruments": listed,
        }

    def keep(self, body: dict[str, Any]) -> dict[str, Any]:
        """Takes answers, each once by its id."""
        fresh = any(each["id"] not in self.answers for each in body["answers"])
        for each in body["answers"]:
            self.answers[each["id"]] = {**each, "instrument": body["instrument"]}
        anew, self.begins_anew = self.begins_anew and fresh, self.begins_anew and not fresh
        return {"saved": [each["id"] for each in body["answers"]], "state": self.state, "begins_anew": anew}

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Completes one instrument, and the assessment with the last."""
        self.completed.append(body["instrument"])
        whole = len(set(self.completed)) == len(self.definition)
        self.state = "completed" if whole else "in_progress"
        text = both("Appelez votre centre aujourd’hui.", "Call your centre today.")
        emergency = {"show": self.severe, "text": text}
        return {"instrument_state": "completed", "assessment_state": self.state, "emergency": emergency}


def _instant(text: str) -> float:
    """When, in seconds; nought for no instant."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def problem(status: int, code: str = "refused") -> Response:
    """A refusal in the shape of problem+json."""
    text = json.dumps({"title": "Refused", "detail": "Refused", "status": status, "code": code})
    return Response(text, status=status, mimetype="application/problem+json")


def refusal(service: Service, body: dict[str, Any]) -> int | None:
    """The status this request is refused with, if any."""
    if service.failing:
        return service.failing
    if not service.known or body["token"] != "T0KEN":
        return 410
    if service.expired and request.path == "/q/open":
        return 410
    if request.path == service.conflicting or not service.wording:
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
            usual = "refused" if service.wording else "wording_missing"
            return problem(status, "link_expired" if service.expired and status == 410 else usual)
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
