"""The watch for personal data (I7, fault 56): it sees each place, says nothing of what is right, and is on."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import canaries
from tests.canaries import EMAIL, FREE_ANSWERS, NAME, canary_in
from tests.trial import PHONE, trial

_LEAKS = """
import logging, sys
from flask import Flask, abort
from tests.canaries import EMAIL, FREE_ANSWERS, NAME

app = Flask("leaks")
app.add_url_rule("/refused", "refused", view_func=lambda: (NAME, 422))
app.add_url_rule("/fine", "fine", view_func=lambda: NAME)
app.add_url_rule("/again", "again", view_func=lambda: (f'<input value="{NAME}">', 422))
app.add_url_rule("/metrics", "metrics", view_func=lambda: EMAIL)

def test_log(): logging.getLogger("x").warning("sent to %s", "+33639980042")
def test_extra(): logging.getLogger("x").warning("sent", extra={"to": "+33639980042"})
def test_traceback():
    try: raise ValueError(FREE_ANSWERS[0])
    except ValueError: logging.getLogger("x").exception("failed")
def test_stderr(): print("06 39 98 00 42", file=sys.stderr)
def test_body(): app.test_client().get("/refused")
def test_metrics(): app.test_client().get("/metrics")
def test_address(): app.test_client().get("/fine?to=33639980042")
def test_form(): app.test_client().get("/again")
def test_page(): app.test_client().get("/fine")
def test_silence(): logging.getLogger("x").warning("message 17 failed")
"""


@pytest.mark.parametrize(
    "text",
    [NAME, EMAIL.upper(), *FREE_ANSWERS, PHONE, "06 39 98 00 01", "0639980001", "tel:33-6-39-98-00-01"],
)
def test_a_canary_is_known_however_it_is_written(text: str) -> None:
    assert canary_in(f"before {text} after")


@pytest.mark.parametrize("text", ["+33199000003", "message 6399800 of 33", "patient 03-001", ""])
def test_what_is_nobodys_is_no_canary(text: str) -> None:
    assert canary_in(text) is None


def test_each_place_is_watched_and_a_page_may_show_what_it_is_for(tmp_path: Path) -> None:
    story = tmp_path / "test_leaks.py"
    story.write_text(_LEAKS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.canaries", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-q", "-rA", "--rootdir", str(tmp_path), str(story)],
        capture_output=True,
        text=True,
        check=False,
    )
    ended = {
        line.split("::test_")[1].split()[0]: line.split()[0]
        for line in done.stdout.splitlines()
        if line.startswith(("PASSED", "FAILED"))
    }
    leaks = ("log", "extra", "traceback", "stderr", "body", "metrics", "address")
    assert ended == dict.fromkeys(leaks, "FAILED") | dict.fromkeys(("form", "page", "silence"), "PASSED")


def test_a_text_message_with_a_canary_is_seen(
    migrated_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(canaries, "_found", seen)
    with trial(migrated_database) as heroes:
        message = {"To": PHONE, "From": "HEROES", "Body": f"Bonjour {NAME}"}
        assert heroes.carrier.create_message(message, now=heroes.now)[0] == 201
    told = set(seen)
    seen.clear()  # which this test alone was to see
    assert told == {f"a text message holds {NAME!r}"}


def test_this_run_is_watched(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.is_registered(canaries)
