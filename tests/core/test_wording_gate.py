"""The decision of the licence gate, and the parts and fingerprint of a wording."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.instrument import parse_instrument
from pro_service.core.wording import (
    Lack,
    Mode,
    Wording,
    explain_missing,
    fingerprint,
    lack_of,
    lacking,
    modes_of,
    placeholders,
    structure_of,
    usable,
    worded,
)
from tests.core.sleep_questionnaire import both, document, item

DAY = date(2026, 3, 1)
SLEEP = parse_instrument(
    {**document(), "items": [*document()["items"][:-1], item("n1", "count-3", recall=both("last night"))]},
    source="sleep-5-1.0.toml",
)


def imported(**over: object) -> Wording:
    values = {
        "id": 1,
        "instrument": SLEEP.code,
        "version": SLEEP.version,
        "language": "fr",
        "licence": "TEST-1",
        "valid_until": DAY,
        "modes": frozenset({Mode.WEB}),
        "structure": structure_of(SLEEP),
        "hash": "0" * 64,
    }
    return Wording(**(values | over))  # type: ignore[arg-type]


def known(*wordings: Wording) -> dict[tuple[str, str, str], Wording]:
    return {(each.instrument, each.version, each.language): each for each in wordings}


@pytest.mark.parametrize(
    ("wording", "mode", "on", "lack"),
    [
        (None, Mode.WEB, DAY, Lack.PLACEHOLDER),
        (imported(), Mode.WEB, DAY, None),
        (imported(), Mode.WEB, DAY - timedelta(days=900), None),
        (imported(), Mode.WEB, DAY + timedelta(days=1), Lack.EXPIRED),
        (imported(), Mode.SMS, DAY, Lack.MODE),
        (imported(), Mode.SMS, DAY + timedelta(days=1), Lack.EXPIRED),
        (imported(modes=frozenset(Mode)), Mode.PHONE, DAY, None),
        (imported(modes=frozenset()), Mode.WEB, DAY, Lack.MODE),
        (imported(structure="another"), Mode.WEB, DAY, Lack.OUTDATED),
        (imported(structure="another"), Mode.WEB, DAY + timedelta(days=1), Lack.OUTDATED),
    ],
)
def test_a_wording_may_be_used_as_its_licence_says(
    wording: Wording | None, mode: Mode, on: date, lack: Lack | None
) -> None:
    assert lack_of(SLEEP, wording, mode=mode, on=on) == lack


@pytest.mark.parametrize(
    ("languages", "there", "asked_in"),
    [
        (("fr",), ("fr",), ("fr",)),
        (("en",), ("fr",), ()),
        (("en", "fr"), ("fr",), ("fr",)),
        (("en", "fr"), ("fr", "en"), ("en", "fr")),
        (("en", "fr"), (), ()),
    ],
)
def test_another_language_is_asked_only_where_the_protocol_says_so(
    languages: tuple[str, ...], there: tuple[str, ...], asked_in: tuple[str, ...]
) -> None:
    all_known = known(*(imported(language=each) for each in there))
    found = usable(SLEEP, all_known, languages=languages, mode=Mode.WEB, on=DAY)
    assert tuple(each.language for each in found) == asked_in
    missing = lacking([(SLEEP, Mode.WEB)], all_known, languages=languages, on=DAY)
    assert [each.language for each in missing] == ([] if asked_in else [languages[0]])


def test_a_language_to_fall_back_on_counts_only_while_its_wording_may_be_used() -> None:
    late = DAY + timedelta(days=1)
    (missing,) = lacking([(SLEEP, Mode.WEB)], known(imported()), languages=("en", "fr"), on=late)
    assert (missing.language, missing.lack) == ("en", Lack.PLACEHOLDER)


def test_a_wording_of_another_version_is_none() -> None:
    other = known(imported(version="0.9"))
    (missing,) = lacking([(SLEEP, Mode.WEB)], other, languages=("fr",), on=DAY)
    assert missing.lack == Lack.PLACEHOLDER


@pytest.mark.parametrize(
    ("by_sms", "modes", "way"),
    [
        ((), {Mode.SMS, Mode.WEB}, Mode.WEB),
        (("sleep-5",), {Mode.SMS, Mode.WEB}, Mode.SMS),
        (("sleep-5",), {Mode.WEB}, Mode.WEB),
        (("sleep-5",), {Mode.SMS}, Mode.SMS),
        (("sleep-5",), set(), Mode.WEB),
    ],
)
def test_a_short_instrument_is_asked_by_text_if_its_licence_covers_texts(
    by_sms: tuple[str, ...], modes: set[Mode], way: Mode
) -> None:
    there = known(imported(modes=frozenset(modes)))
    assert modes_of([SLEEP], there, by_sms=by_sms, languages=("fr",), on=DAY) == ((SLEEP, way),)


def test_what_is_missing_is_told_with_whom_to_ask() -> None:
    late = DAY + timedelta(days=1)
    missing = lacking([(SLEEP, Mode.WEB)], known(imported()), languages=("fr",), on=late)
    assert (
        explain_missing(missing, "en") == "sleep-5 1.0 (fr, web): licence expired on 2026-03-01; ask nobody"
    )
    assert "licence expirée le 2026-03-01 ; demander à nobody" in explain_missing(missing, "fr")


@given(st.sampled_from(list(Mode)), st.dates(), st.dates(), st.frozensets(st.sampled_from(list(Mode))))
def test_nothing_is_let_through_but_a_mode_of_the_licence_by_its_last_day(
    mode: Mode, until: date, on: date, modes: frozenset[Mode]
) -> None:
    wording = imported(valid_until=until, modes=modes)
    assert (lack_of(SLEEP, wording, mode=mode, on=on) is None) == (on <= until and mode in modes)


def test_a_changed_definition_needs_its_wording_anew() -> None:
    fewer = replace(SLEEP, items=SLEEP.items[:-1])
    relabelled = replace(SLEEP, title={"fr": "Autre", "en": "Other"})
    assert structure_of(fewer) != structure_of(SLEEP)
    assert structure_of(relabelled) == structure_of(SLEEP)


def test_the_fingerprint_tells_texts_from_keys_and_does_not_mind_their_order() -> None:
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "1", "b": "2"}) != fingerprint({"a": "1\nb\t1\t2"})
    assert fingerprint({}) == sha256(b"").hexdigest()


def test_imported_texts_stand_in_the_place_of_every_label_of_their_language() -> None:
    texts = {key: f"mark {key}" for key in placeholders(SLEEP, "fr")}
    dressed = worded(SLEEP, {"fr": texts}, with_placeholders=True)
    assert placeholders(dressed, "fr") == texts
    assert placeholders(dressed, "en") == placeholders(SLEEP, "en")


def test_without_placeholders_no_label_of_ours_is_left_in_any_language() -> None:
    texts = {key: f"mark {key}" for key in placeholders(SLEEP, "fr")}
    for wordings in ({}, {"fr": texts}):
        dressed = worded(SLEEP, wordings, with_placeholders=False)
        said = [
            each
            for item in dressed.items
            for each in (item.label, item.recall, *(o.label for o in item.options))
        ]
        for labels in (dressed.recall, *said):
            assert set(labels) == set(wordings)
