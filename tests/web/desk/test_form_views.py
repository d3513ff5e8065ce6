"""The desk's forms: what is previewed is what is saved, and a refusal names its field."""

import re

from tests.web.desk.pages import (
    NBSP,
    RESUMED,
    rendered,
)


def test_a_preview_is_saved_exactly_as_it_was_previewed():
    page = rendered("event preview")
    saved = re.search(
        r'<form method="post" action="/staff/patients/03-007/events">.*?</form>', page, flags=re.DOTALL
    )[0]
    assert dict(re.findall(r'name="(\w+)" value="([^"]*)"', saved)) == {
        "csrf_token": "t0ken",
        "type": "treatment_resumed",
        **RESUMED,
    }


def test_nothing_can_be_saved_before_its_effect_was_shown():
    assert "/staff/patients/03-007/events" not in rendered("event fields") + rendered("event choices")


def test_a_type_the_phase_refuses_is_named_with_its_reason_and_has_no_link():
    page = rendered("event choices")
    assert "?type=death" in page
    assert "?type=recontacted" not in page
    assert "Impossible dans la phase actuelle" in page


def test_refusals_name_their_field_and_sentences_pass_as_they_are():
    page = rendered("enrol refused")
    assert f"Code patient</a>{NBSP}: Un code s&#39;écrit comme 03-007." in page
    assert "Une phrase toute faite." in page
