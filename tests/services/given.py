"""What tests of the use cases have in common: patients who are well or worse, and how their answers come in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from pro_service.services.answers import responses
from pro_service.services.answers.deposits import GivenAnswer, Progress
from pro_service.store.db import db, engine_options
from tests.databases import administrator_url
from tests.trial import Trial

#: A second patient's telephone.
OTHER = "+33639980002"
#: No symptom at all, by instrument and item.
WELL: Mapping[str, Mapping[str, int]] = {
    "qlq-c30": {f"q{n}": 1 for n in range(1, 29)} | {"q29": 6, "q30": 6},
    "qlq-br23": {f"q{n}": 1 for n in range(31, 54) if n not in (35, 46)},
    "eq-5d-5l": {"MO": 1, "SC": 1, "UA": 1, "PD": 1, "AD": 1, "VAS": 90},
    "hads": {f"q{n}": 0 for n in range(1, 15)},
    "fcri-sf": {f"q{n}": 1 for n in range(1, 10)},
    "qlq-br45": {f"q{n}": 1 for n in range(31, 76) if n not in (35, 46, 72, 73)},
}
TIRED: Mapping[str, Mapping[str, int]] = {
    **WELL,
    "qlq-c30": {**WELL["qlq-c30"], "q10": 4, "q12": 4, "q18": 4, "q29": 3, "q30": 3},
}

#: The calendar of a patient included and off treatment since 5 January 2026.
M15_INVITED = datetime(2026, 2, 17, 9, 0, tzinfo=UTC)  # 10:00 in Paris, three days before it is due
M15_REMINDED = datetime(2026, 2, 19, 9, 0, tzinfo=UTC)
M15_CLOSES_ON = date(2026, 2, 27)


def off_treatment(heroes: Trial, code: str = "03-001", **over: object) -> None:
    """Enrol a patient who is included and stops treatment on the same day."""
    heroes.include(code, **over)
    heroes.record("treatment_stopped", heroes.now.date(), code)


def invited_to_m15(heroes: Trial, **over: object) -> str:
    """A patient whose text about M1.5 has just arrived; the link's secret, if it was a link."""
    off_treatment(heroes, **over)
    heroes.at(M15_INVITED)
    return "" if over.get("sms_items") else heroes.link()


def lot(
    values: Mapping[str, int | None], *, first_id: int = 1, at: datetime | None = None
) -> list[GivenAnswer]:
    """Answers as a page sends them, each with an id of its own."""
    return [
        GivenAnswer(client_id=str(UUID(int=first_id + place)), item=item, value=value, answered_at=at)
        for place, (item, value) in enumerate(values.items())
    ]


def send(
    heroes: Trial, token: str, instrument: str, values: Mapping[str, int | None], **over: object
) -> Progress:
    """Deposit answers to one instrument over the link."""
    first_id = int(heroes.now.timestamp()) * 100_000 + list(WELL).index(instrument) * 1_000
    return heroes.call(
        responses.answer,
        heroes.installation,
        token=token,
        instrument=instrument,
        answers=lot(values, first_id=first_id),
        now=heroes.now,
        **over,
    )


def complete(heroes: Trial, token: str, instrument: str) -> Progress:
    return heroes.call(
        responses.complete, heroes.installation, token=token, instrument=instrument, now=heroes.now
    )


def answer_all(heroes: Trial, token: str, given: Mapping[str, Mapping[str, int]] = WELL) -> Progress:
    """Fill in and send every instrument the link leads to."""
    linked = heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)
    for instrument in linked.instruments:
        send(heroes, token, instrument.code, given[instrument.code])
        done = complete(heroes, token, instrument.code)
    return done


def answered_everything(running: Trial, token: str, *, value: int) -> None:
    """Answer every item that is asked of any instrument the link leads to, by `value` or the nearest it may have."""
    linked = running.call(responses.open_link, running.installation, token=token, now=running.now)
    for place, instrument in enumerate(linked.instruments):
        values = {
            item.code: min(max(value, item.minimum), item.maximum)
            for item in instrument.items
            if item.shown_if is None
        }
        first_id = int(running.now.timestamp()) * 100_000 + place * 1_000
        for use, more in (
            (responses.answer, {"answers": lot(values, first_id=first_id)}),
            (responses.complete, {}),
        ):
            running.call(
                use, running.installation, token=token, instrument=instrument.code, now=running.now, **more
            )


def change(heroes: Trial, statement: Any) -> None:
    """Change rows behind the back of the service, which may not all of it, to see what it does about it."""
    with heroes.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    engine = create_engine(
        administrator_url(url),
        poolclass=NullPool,
        execution_options=engine_options(url).get("execution_options", {}),
    )
    with engine.begin() as connection:
        connection.execute(statement)
