"""docs/tutorial.md, lived through in its order: its files are written, its commands run, its pages read.

What the document shows is what was printed, and may be shortened: a line … stands for any lines, a … in a line for any
characters.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pyotp
import pytest
from flask.testing import FlaskClient

from pro_service.app import create_app, simulated_carrier
from pro_service.store.db import db
from tests.architecture.sources import ROOT
from tests.databases import Databases
from tests.services.given import answered_everything
from tests.trial import Trial, settings_for

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w./-]+)`:\n\n```(?:toml|json)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ flask ([^\n]*)\n(.*?)```", re.DOTALL)
SHOWN = re.compile(r"<!-- (\w+) -->\n```text\n(.*?)```", re.DOTALL)
PROTOCOL = Path("trial/protocols/relais-1.toml")
PATIENT = "/staff/patients/01-001"
PHONE = "+33639980001"
PASSWORD = "a demo password"
#: What the first draft said otherwise, as the document tells.
SLIPS = {
    'short = ["promis-fatigue-4a", "promis-sleep-disturbance-4a"]': 'short = ["promis-fatigue-4a", "promis-sleep-4a"]',
    "window = [-7, 14]": "window = [-14, 21]",
    'pause_begun = "début de la pause"\n': "",
}


@pytest.fixture
def relais(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """An installation with the document's own questionnaires folder, and nothing in its database."""
    monkeypatch.chdir(tmp_path)
    copytree(ROOT / "questionnaires", "trial")
    for name, text in FILE.findall(PAGE):
        Path(name).write_text(text, encoding="utf-8")
    with databases.migrated("sqlite") as url:
        settings = replace(settings_for(url, sender="RELAIS"), questionnaires=tmp_path / "trial")
        carrier = simulated_carrier(settings)
        world: list[Trial] = []
        app = create_app(settings, now=lambda: world[0].now, carrier=carrier, in_process=True)
        world.append(Trial(app=app, carrier=carrier))
        try:
            yield world[0]
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
            carrier.close()


class Story:
    """The document's steps, done once and in its order."""

    def __init__(self, relais: Trial) -> None:
        self.trial = relais
        self.commands = list(CONSOLE.findall(PAGE))
        self.shown = dict(SHOWN.findall(PAGE))

    def command(self, starts: str) -> str:
        """Run the document's next command, which begins so, and compare what it prints."""
        line, expected = self.commands.pop(0)
        assert line.startswith(starts), line
        done = self.trial.app.test_cli_runner().invoke(args=shlex.split(line), input=f"{PASSWORD}\n" * 2)
        assert pattern(expected).fullmatch(done.output), done.output
        return str(done.output)

    def page(self, name: str, desk: FlaskClient, path: str) -> str:
        """Read a page of the desk, and find every line the document shows of it, in its order."""
        answer = desk.get(path)
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        self.compare(name, words(html))
        return html

    def compare(self, name: str, text: str) -> None:
        assert re.search(".*".join(map(in_line, self.shown.pop(name).splitlines())), text, re.DOTALL), text


def pattern(expected: str) -> re.Pattern[str]:
    lines = (
        r"(?:[^\n]*\n)*?" if line.strip() == "…" else in_line(line) + r" *\n"
        for line in expected.splitlines()
    )
    return re.compile("".join(lines))


def in_line(line: str) -> str:
    return "[^\n]*".join(re.escape(part) for part in line.rstrip().split("…"))


def words(html: str) -> str:
    """What is read on a page, blanks made one."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&#39;", "'")


def csrf(html: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', html)[0]


def test_the_tutorial_is_true_from_the_first_line_to_the_export(relais: Trial) -> None:
    story = Story(relais)
    right = PROTOCOL.read_text(encoding="utf-8")
    PROTOCOL.write_text(with_slips(right), encoding="utf-8")
    story.command("protocol check")
    PROTOCOL.write_text(right, encoding="utf-8")
    story.command("protocol check")
    story.command("protocol plan")
    story.command("protocol plan")
    story.command("simulate")
    story.command("study create")
    story.command("site create")
    address = story.command("staff create").splitlines()[-1]
    secret = pyotp.parse_uri(address).secret
    desk = logged_in(relais, secret)
    enrol(relais, desk)
    story.page("enrolled", desk, PATIENT)
    story.page("choices", desk, f"{PATIENT}/event")
    relais.beat()
    story.compare("text", "\n".join(relais.texts(PHONE)))
    answered_everything(relais, relais.link(PHONE), value=2)
    relais.on(date(2026, 1, 19))
    desk = logged_in(relais, secret)
    pause(desk, story)
    story.page("paused", desk, PATIENT)
    relais.on(date(2026, 2, 17))
    desk = logged_in(relais, secret)
    answered_everything(relais, relais.link(PHONE), value=4)
    story.page("scores", desk, PATIENT)
    relais.on(date(2026, 6, 12))
    desk = logged_in(relais, secret)
    record(desk, type="therapy_restarted", on="2026-06-12", reason="symptoms")
    relais.beat()
    answered_everything(relais, relais.link(PHONE), value=4)
    story.page("alert", desk, PATIENT)
    story.command("patients show")
    story.command("export")
    assert (story.commands, story.shown) == ([], {})


def with_slips(text: str) -> str:
    for right, wrong in SLIPS.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    return text


def logged_in(relais: Trial, secret: str) -> FlaskClient:
    desk = relais.client()
    code = pyotp.TOTP(secret).at(relais.now)
    answer = desk.post("/login", data={"login": "a.demo", "password": PASSWORD, "code": code})
    assert answer.status_code == 303
    return desk


def enrol(relais: Trial, desk: FlaskClient) -> None:
    today = relais.now.date().isoformat()
    form = {"patient_code": "01-001", "site": "01", "phone": PHONE, "language": "en"}
    token = csrf(desk.get("/staff/enrol").get_data(as_text=True))
    dates = {"consent_on": today, "included_on": today}
    assert desk.post("/staff/enrol", data={**form, **dates, "csrf_token": token}).status_code == 303


def pause(desk: FlaskClient, story: Story) -> None:
    story.page("preview", desk, f"{PATIENT}/event?type=pause_begun&on=2026-01-19&preview=1")
    record(desk, type="pause_begun", on="2026-01-19")


def record(desk: FlaskClient, **fact: str) -> None:
    """What the button under a preview sends."""
    preview = desk.get(f"{PATIENT}/event", query_string={**fact, "preview": "1"}).get_data(as_text=True)
    saved = desk.post(f"{PATIENT}/events", data={**fact, "csrf_token": csrf(preview)})
    assert saved.status_code == 303
