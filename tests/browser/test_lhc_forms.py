"""A renderer of others shows each shipped instrument, computes our scores, and its response is accepted here."""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from playwright.sync_api import Browser
from sqlalchemy import update

from pro_service.core.fhir import questionnaire, read_response, without_expression
from pro_service.core.instrument import Instrument, Item
from pro_service.core.scoring import ScoringChoices, score_response
from pro_service.store.catalogue import load_instruments
from pro_service.store.models import Assessment
from tests.browser.lhc_forms import LhcForms, lhc_forms
from tests.databases import Databases
from tests.npm import unpacked
from tests.services.given import change
from tests.trial import Trial, trial
from tests.web.api.forms import opened, send
from tests.web.api.world import Program, program

SHIPPED = load_instruments()
Answers = dict[str, int | None]


@pytest.fixture(scope="module")
def forms(chromium: Browser) -> Iterator[LhcForms]:
    with lhc_forms(chromium, unpacked() / "lforms") as tab:
        yield tab


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Validator:
    text = (unpacked() / "schema" / "fhir.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


@pytest.fixture(scope="module")
def heroes(databases: Databases) -> Iterator[Trial]:
    with databases.migrated("sqlite") as url, trial(url) as made:
        yield made


@pytest.fixture(scope="module")
def assessment(heroes: Trial) -> int:
    """An open assessment of every instrument that is shipped, whichever the protocol names."""
    key = opened(heroes)
    change(heroes, update(Assessment).where(Assessment.id == key).values(instruments=list(SHIPPED)))
    return key


@pytest.fixture(scope="module")
def nurse(heroes: Trial, assessment: int) -> Program:
    return program(heroes)


@pytest.mark.parametrize("code", SHIPPED)
def test_an_instrument_is_shown_scored_alike_and_its_response_accepted(
    forms: LhcForms,
    schema: jsonschema_rs.Validator,
    heroes: Trial,
    nurse: Program,
    assessment: int,
    code: str,
) -> None:
    instrument, draw = SHIPPED[code], Random(code)
    document = json.loads(json.dumps(questionnaire(instrument, language="en")))
    forms.show(document)
    assert all(item.label["en"] in forms.texts() for item in instrument.items if item.shown_if is None)

    answers = complete(instrument, draw)
    assert forms.fill(document, answers) == []
    agree(forms, instrument, answers)

    declined = declining(instrument, answers, draw)
    assert forms.fill(document, {item: None for item, value in declined.items() if value is None}) == []
    agree(forms, instrument, declined)

    # The trial has a clock of its own; the renderer writes the real time.
    response = forms.response() | {"authored": heroes.now.isoformat()}
    schema.validate(response)
    QuestionnaireResponse.model_validate(response)
    accepted = send(nurse, assessment, response)
    assert accepted.status_code == 201, accepted.get_json()
    assert accepted.get_json()["instrument_state"] == "completed"
    assert forms.complaints == []
    assert [url for url in forms.fetched if not url.startswith(("about:", "data:", "blob:"))] == []


def complete(instrument: Instrument, draw: Random) -> Answers:
    """An answer to every item that is shown."""
    given: Answers = {}
    for item in instrument.items:
        if is_shown(item, given):
            given[item.code] = draw.randint(item.minimum, item.maximum)
    return given


def declining(instrument: Instrument, answers: Mapping[str, int | None], draw: Random) -> Answers:
    """The same with about a third refused, where that is offered; what hangs on a refused item is gone."""
    given: Answers = {}
    for item in instrument.items:
        if item.code in answers and is_shown(item, given):
            offered = item.may_refuse and bool(item.options)
            given[item.code] = None if offered and draw.random() < 0.35 else answers[item.code]
    return given


def is_shown(item: Item, given: Mapping[str, int | None]) -> bool:
    if item.shown_if is None:
        return True
    value = given.get(item.shown_if.item)
    return value is not None and value > item.shown_if.above


def agree(forms: LhcForms, instrument: Instrument, answers: Answers) -> None:
    """The form holds these answers and, once it has computed, our scores wherever its rules can say them."""
    expected = our_scores(instrument, answers)
    found: dict[str, float] = {}
    for _ in range(100):
        found = their_scores(forms.response())
        if found == pytest.approx(expected, abs=1e-6):
            break
        forms.page.wait_for_timeout(50)
    assert found == pytest.approx(expected, abs=1e-6)
    read = read_response(forms.response(), instruments={instrument.code: instrument}, patient="03-001")
    assert {each.item: each.value for each in read.answers} == answers


def our_scores(instrument: Instrument, answers: Answers) -> dict[str, float]:
    """Ours; a scale that can be said only for complete answers has a score of theirs only then."""
    values = {item: value for item, value in answers.items() if value is not None}
    unsaid = without_expression(instrument)
    scored = score_response(instrument, values, choices=ScoringChoices())
    return {
        each.scale: each.value
        for each in scored
        if each.value is not None
        and (each.scale not in unsaid or (each.items_missing == 0 and "every item" in unsaid[each.scale]))
    }


def their_scores(response: dict[str, Any]) -> dict[str, float]:
    groups = [each for each in response.get("item", ()) if each["linkId"] == "scores"]
    return {
        each["linkId"].removeprefix("score-"): each["answer"][0]["valueDecimal"]
        for group in groups
        for each in group["item"]
        if "answer" in each
    }
