"""Answers: a whole QLQ-C30 with its scores and alerts, by service and over HTTP, and one turn of the SMS dialogue."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from bench.cohort import FIRST, answer, tired, tokens, with_baseline, worse
from bench.figure import SQLITE, Figure
from bench.stage import Stage, watch_on
from bench.watch import Watch, laps
from pro_service.core import dialogue
from pro_service.core.dialogue import Stage as Stand
from pro_service.store.catalogue import load_instruments
from pro_service.store.db import reading
from pro_service.store.models import Alert
from tests.trial import Trial

_TIMES = 16
_FEW = 5
_C30 = "qlq-c30"


def submitted(engine: str, stage: Stage) -> Iterator[Figure]:
    """A response of 30 items at M1.5: stored, scored, compared with the baseline, with alerts and their notices."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        with_baseline(heroes, 3 * _TIMES)
        links = list(tokens(heroes, FIRST).values())
        for name, choose in (("submit.ms", tired), ("submit.all_worse_ms", worse)):
            mine, links = links[:_TIMES], links[_TIMES:]
            watch = laps(watch_on(heroes), [partial(answer, heroes, link, _C30, choose) for link in mine])
            yield _figure(f"{prefix}{name}", watch)
        by_http = [partial(_over_http, heroes, number, link) for number, link in enumerate(links)]
        yield _figure(f"{prefix}submit_http.ms", laps(watch_on(heroes), by_http))
        yield _alerts(f"{prefix}submit.alerts", heroes)


def _alerts(name: str, heroes: Trial) -> Figure:
    """How many alerts the measured responses of one worse scale or two raised each, on average."""
    with heroes.app.app_context(), reading() as session:
        raised = session.query(Alert.response_id).all()
    few = [count for count in Counter(raised).values() if count <= _FEW]
    return Figure(name=name, value=sum(few) / max(1, len(few)), unit="alerts", n=len(few))


def turn(_: Stage) -> Iterator[Figure]:
    """One answer by SMS: the stored dialogue read, the text understood, the next item asked, the dialogue written."""
    instruments = load_instruments()
    now = datetime(2026, 2, 18, 12, tzinfo=UTC)
    begun = dialogue.invite(assessment_id=1, bundle=[instruments["eq-5d-5l"]], sms_items_max=10).state
    asking = dialogue.step(begun, "GO", instruments=instruments, language="fr", now=now).state
    assert asking.stage is Stand.ASKING
    document = dialogue.to_document(asking)
    later, repeats = now + timedelta(minutes=2), 100

    def several() -> None:
        for _ in range(repeats):
            state = dialogue.from_document(document)
            after = dialogue.step(state, " 2. ", instruments=instruments, language="fr", now=later)
            dialogue.to_document(after.state)

    watch = laps(Watch(), [several] * 22)
    yield Figure(
        name="dialogue.turn_us", value=watch.cpu_s / repeats * 1e6, unit="us", n=watch.laps * repeats
    )


def _figure(name: str, watch: Watch) -> Figure:
    return Figure(
        name=name,
        value=watch.cpu_s * 1e3,
        unit="ms",
        n=watch.laps,
        parts={**watch.parts_ms, "sql": watch.sql},
    )


def _over_http(heroes: Trial, number: int, token: str) -> None:
    """What the page sends when a patient fills in a questionnaire without a network: one lot, then its completion."""
    client = heroes.client()
    items = heroes.installation.catalogue.instruments[_C30].items
    given = [
        {
            "id": str(UUID(int=number * 1_000 + place + 1)),
            "item": item.code,
            "value": tired(item),
            "refused": False,
            "answered_at": heroes.now.isoformat(),
        }
        for place, item in enumerate(items)
    ]
    body = {"token": token, "instrument": _C30}
    assert client.post("/q/answer", json={**body, "answers": given}).status_code == 200
    assert client.post("/q/complete", json=body).status_code == 200
