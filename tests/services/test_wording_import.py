"""Importing wording: all of a file or nothing, and a trail of who did it, when and under which licence."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pro_service.core.wording import fingerprint
from pro_service.services.csv_table import InputError
from pro_service.services.wordings.importing import Imported, Terms, import_wording
from pro_service.store.db import reading
from pro_service.store.models import ImportedWording, WordingChange
from pro_service.store.queries.wordings import imports
from tests.licensed import LAST_DAY, as_csv, licensed, made_up
from tests.services.given import change
from tests.trial import START, Trial, trial

TERMS = Terms(licence="TEST-2026-001", valid_until=LAST_DAY, modes=("web", "sms", "web"))


def bring(heroes: Trial, data: bytes, **over: object) -> Imported:
    values: Mapping[str, object] = {
        "code": "hads",
        "language": "fr",
        "data": data,
        "source": "hads.csv",
        "terms": TERMS,
        "actor": "c.martin",
        "now": START,
    }
    return heroes.call(import_wording, heroes.installation, **{**values, **over})


def good(heroes: Trial) -> bytes:
    return as_csv(made_up(heroes.installation.catalogue.instruments["hads"], "fr"))


def test_an_import_is_stored_whole_with_its_licence_and_its_trail(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        done = bring(heroes, good(heroes))
        texts = made_up(heroes.installation.catalogue.instruments["hads"], "fr")
        assert (done.texts, done.hash, done.superseded) == (72, fingerprint(texts), False)
        (row,) = heroes.rows(ImportedWording)
        assert (row.instrument, row.instrument_version, row.language) == ("hads", "1.0", "fr")
        assert (row.licence, row.valid_until, row.modes) == ("TEST-2026-001", LAST_DAY, ["sms", "web"])
        assert (row.texts, row.hash) == (texts, done.hash)
        (trail,) = heroes.rows(WordingChange)
        assert (trail.wording_id, trail.change, trail.changed_by, trail.changed_at) == (
            row.id,
            "imported",
            "c.martin",
            START,
        )
        assert trail.details["hash"] == done.hash


def test_a_later_import_takes_over_and_the_earlier_one_stays_as_it_was(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        bring(heroes, good(heroes))
        (first,) = heroes.rows(ImportedWording)
        again = bring(heroes, good(heroes), now=START + timedelta(hours=1), actor="other")
        assert again.superseded
        old, new = heroes.rows(ImportedWording)
        assert {c.name: getattr(old, c.name) for c in old.__table__.columns} == {
            c.name: getattr(first, c.name) for c in first.__table__.columns
        }
        trail = [(row.wording_id, row.change, row.changed_by) for row in heroes.rows(WordingChange)]
        assert trail == [
            (old.id, "imported", "c.martin"),
            (new.id, "imported", "other"),
            (old.id, "superseded", "other"),
        ]


def test_every_problem_of_a_file_is_told_at_once_and_nothing_is_stored(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        texts = dict(made_up(heroes.installation.catalogue.instruments["hads"], "fr"))
        del texts["item.q3"]
        texts |= {"item.q99": "x", "option.q2.0": ""}
        with pytest.raises(InputError) as refused:
            bring(heroes, as_csv(texts))
        told = str(refused.value).splitlines()
        assert len(told) == 3
        assert "hads.csv: row" in told[0]
        assert "'item.q3' is missing" in told[2]
        assert heroes.rows(ImportedWording) == heroes.rows(WordingChange) == []


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"code": "hads-2"}, "hads-2: is no instrument; use one of"),
        ({"language": "de"}, "de: is no language of hads; use one of fr, en"),
        ({"terms": Terms(licence=" ", valid_until=LAST_DAY, modes=("web",))}, "--licence: is blank"),
        ({"terms": Terms(licence="a\x00", valid_until=LAST_DAY, modes=("web",))}, "--licence"),
        ({"terms": Terms(licence="x" * 256, valid_until=LAST_DAY, modes=("web",))}, "--licence"),
        ({"terms": Terms(licence="x", valid_until=date(2026, 1, 4), modes=("web",))}, "2026-01-04 is over"),
        ({"terms": Terms(licence="x", valid_until=LAST_DAY, modes=("fax",))}, "--modes: 'fax' is no mode"),
        ({"terms": Terms(licence="x", valid_until=LAST_DAY, modes=())}, "--modes: names none"),
        ({"actor": " "}, "--by: is blank"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    migrated_database: str, over: Mapping[str, object], said: str
) -> None:
    with trial(migrated_database) as heroes:
        with pytest.raises(InputError) as refused:
            bring(heroes, good(heroes), **over)
        assert said in str(refused.value)
        assert heroes.rows(ImportedWording) == []


def test_a_licence_that_ends_today_is_still_one(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        bring(heroes, good(heroes), terms=Terms(licence="x", valid_until=START.date(), modes=("web",)))


def test_texts_changed_behind_our_back_are_seen(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        bring(heroes, good(heroes))

        def intact() -> bool:
            with reading() as session:
                return imports(session)["hads", "1.0", "fr"].intact

        assert heroes.call(intact)
        (row,) = heroes.rows(ImportedWording)
        altered = {**row.texts, "item.q1": "autre chose"}
        change(heroes, ImportedWording.__table__.update().values(texts=altered))
        assert not heroes.call(intact)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore")))
)
def test_any_bytes_are_imported_or_refused_with_a_list(shared: Trial, data: bytes) -> None:
    with pytest.raises(InputError) as refused:  # no such file is complete
        bring(shared, data)
    assert refused.value.problems
    assert shared.rows(ImportedWording) == []


@pytest.fixture
def shared(migrated_database: str) -> object:
    with trial(migrated_database) as heroes:
        yield heroes


def test_made_up_wording_can_be_imported_for_every_instrument_and_language(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        for code, instrument in heroes.installation.catalogue.instruments.items():
            for language in instrument.languages:
                heroes.call(licensed, heroes.installation, code, language)
        assert len(heroes.rows(ImportedWording)) == 2 * len(heroes.installation.catalogue.instruments)
