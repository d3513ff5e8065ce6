"""Tells a dialogue text by text: what the tests of the dialogue share."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pro_service.core.dialogue import (
    Dialogue,
    Effect,
    Record,
    Say,
    Turn,
    begin,
    idle,
    invite,
    step,
)
from pro_service.core.instrument import Instrument
from tests.core.small_instruments import instrument, item

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CLOSES_AT = NOW + timedelta(days=10)

SHORT = instrument("short", item("s1"), item("s2", may_refuse=False), item("s3"))
BRANCH = instrument(
    "branch", item("b1"), item("b2", shown_if=("b1", 1)), item("b3", shown_if=("b2", 2)), item("b4")
)
LONG = instrument("long", *(item(f"l{n}") for n in range(30)))
INSTRUMENTS: Mapping[str, Instrument] = {each.code: each for each in (SHORT, BRANCH, LONG)}


class Story:
    """A dialogue told text by text, a minute apart."""

    def __init__(self, *bundle: Instrument, state: Dialogue | None = None, waiting: bool = False) -> None:
        self.now = NOW
        self.language = "fr"
        turn = (
            invite(assessment_id=7, bundle=bundle, sms_items_max=10, closes_at=CLOSES_AT) if bundle else None
        )
        self.state = state or (turn.state if turn else idle())
        self.turn = turn or Turn(state=self.state)
        if bundle and not waiting:
            self._take(begin(self.state, instruments=INSTRUMENTS, language="fr", now=self.now))

    def says(self, *texts: str, after: timedelta = timedelta(minutes=1)) -> tuple[Effect, ...]:
        """The effects of the last of these texts, each received `after` the one before."""
        for text in texts:
            self.now += after
            self._take(step(self.state, text, instruments=INSTRUMENTS, language=self.language, now=self.now))
        return self.turn.effects

    def _take(self, turn: Turn) -> None:
        self.turn, self.state = turn, turn.state

    @property
    def open(self) -> str | None:
        return self.state.open.item if self.state.open else None

    @property
    def keys(self) -> list[str]:
        return [effect.key for effect in self.turn.effects if isinstance(effect, Say)]


def given(instrument_code: str, item_code: str, value: int | None) -> Record:
    return Record(instrument=instrument_code, item=item_code, value=value, refused=value is None)


def asks(item_code: str, effect: Effect) -> bool:
    return isinstance(effect, Say) and effect.params.get("question") == f"Cette semaine: question {item_code}"
