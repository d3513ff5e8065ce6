"""The phase machine as a picture: drawn from the protocol alone, with every arrow it has and no other."""

import re
from html import unescape

import pytest

from pro_service.core.course import arrows, mermaid
from pro_service.core.protocol import StepKind
from pro_service.entrypoints.web.charts.machine import machine
from tests.core.course_factory import HEROES

RULES = HEROES.course


def test_each_arrow_of_the_diagram_is_a_step_of_the_protocol_and_each_step_is_drawn() -> None:
    drawn = set(re.findall(r"^ +(\w+) --> (\w+):", mermaid(RULES, "en"), re.MULTILINE))
    moves = {(b, s.to) for s in RULES.steps if s.kind is StepKind.MOVES for b in s.from_phases}
    leaving = {("followed", s.to) for s in RULES.steps if s.kind in (StepKind.ENDS, StepKind.PAUSES)}
    assert drawn == moves | leaving | {(RULES.paused_phase, "followed")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_diagram_speaks_the_protocols_words(language: str) -> None:
    said = mermaid(RULES, language)
    assert all(f'state "{RULES.word(phase, language)}" as {phase}' in said for phase in RULES.phases)


@pytest.mark.parametrize("phase", RULES.phases)
def test_the_drawing_marks_the_patients_phase_and_no_other(phase: str) -> None:
    drawn = str(machine(RULES, language="fr", phase=phase))
    assert drawn.count('class="state here"') == 1
    assert f"<title>{RULES.word(phase, 'fr')} (phase actuelle)</title>" in unescape(drawn)
    assert 'class="state here"' not in str(machine(RULES, language="fr"))


def test_the_drawing_has_a_box_for_each_phase_and_an_arrow_for_each_step() -> None:
    drawn = str(machine(RULES, language="en"))
    assert len(re.findall(r'<rect class="state', drawn)) == len(RULES.phases)
    wanted = sum(len(one.before) if one.kind is StepKind.MOVES else 1 for one in arrows(RULES))
    assert drawn.count('class="arrow"') == wanted
