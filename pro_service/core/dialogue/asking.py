"""Moves a dialogue on: asks the next item, records an answer, asks again, hands over to the link."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pro_service.core.dialogue.effects import (
    AskHuman,
    CompleteInstrument,
    Correction,
    Effect,
    Need,
    NotUnderstood,
    Record,
    Say,
    Turn,
    Withdraw,
)
from pro_service.core.dialogue.route import next_item, no_longer_shown, question
from pro_service.core.dialogue.state import Dialogue, Place, Stage
from pro_service.core.instrument import Instrument, Item

#: Nobody receives a question, reads it and answers it faster: a reply received sooner is about something else.
READING_TIME = timedelta(seconds=2)
#: How often a patient is told that nothing is open, or that it is too late.
TELL_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every move needs besides the state. `now` is when we act, `received_at` when the text reached us."""

    instruments: Mapping[str, Instrument]
    language: str
    now: datetime
    received_at: datetime

    def item(self, place: Place) -> Item:
        return self.instruments[place.instrument].item(place.item)


def ask(state: Dialogue, place: Place, *, context: Context) -> Turn:
    """Open an item (the open one again, or another) and ask it."""
    may_skip = context.item(place).may_refuse
    key = "item" if state.answers else "first_item" if may_skip else "first_item_needed"
    opened = replace(state, stage=Stage.ASKING, open=place, tries=0, asked_at=context.now)
    return Turn(state=opened, effects=(say_about(key, place, context=context),))


def say_about(key: str, place: Place, *, context: Context) -> Say:
    """A text that holds an item's wording and choices."""
    instrument = context.instruments[place.instrument]
    return Say(key=key, params=question(instrument, instrument.item(place.item), language=context.language))


def ask_next(state: Dialogue, *, context: Context) -> Turn:
    """Ask the next item that has no answer, completing each instrument that has none left; finish after the last."""
    done: list[Effect] = []
    for code in state.to_ask:
        item = next_item(context.instruments[code], state.answers_to(code))
        if item:
            asked = ask(state, Place(instrument=code, item=item.code), context=context)
            return replace(asked, effects=(*done, *asked.effects))
        done.append(CompleteInstrument(instrument=code))
        state = replace(state, completed=(*state.completed, code))
    return Turn(state=finished(state), effects=(*done, Say(key="offer_link" if state.by_link else "thanks")))


def finished(state: Dialogue) -> Dialogue:
    return replace(state, stage=Stage.FINISHED, open=None, tries=0, asked_at=None)


def record(state: Dialogue, place: Place, value: int | None, *, refused: bool, context: Context) -> Turn:
    """Take a value (None: refused) as the open item's answer and go on; too soon, it is a request for correction."""
    if state.asked_at and context.received_at < state.asked_at + READING_TIME:
        correction = Correction(place=state.last, value=value)
        return Turn(state=state, effects=(correction, AskHuman(need=Need.CORRECTION)))
    given = {**state.answers_to(place.instrument), place.item: value}
    gone = no_longer_shown(context.instruments[place.instrument], given)
    kept = {item: answer for item, answer in given.items() if item not in gone}
    recorded = Record(instrument=place.instrument, item=place.item, value=value, refused=refused)
    withdrawn = tuple(Withdraw(instrument=place.instrument, item=item) for item in gone)
    answered = replace(state, answers={**state.answers, place.instrument: kept}, last=place)
    onward = ask_next(answered, context=context)
    return replace(onward, effects=(recorded, *withdrawn, *onward.effects))


def not_understood(state: Dialogue, first: Say) -> Turn:
    """The first unreadable reply is answered by `first`, the second by an offer of help; then only people act."""
    said: tuple[Effect, ...] = ()
    if state.tries == 0:
        said = (first,)
    elif state.tries == 1:
        said = (Say(key="offer_help"), AskHuman(need=Need.NOT_UNDERSTOOD))
    return Turn(state=replace(state, tries=state.tries + 1), effects=(NotUnderstood(), *said))


def tell(state: Dialogue, key: str, *, context: Context) -> Turn:
    """Say a text that expects no answer, at most once a day."""
    if state.told_at and context.now < state.told_at + TELL_EVERY:
        return Turn(state=state)
    return Turn(state=replace(state, told_at=context.now), effects=(Say(key=key),))


def hand_over(state: Dialogue, codes: tuple[str, ...]) -> Dialogue:
    """Leave these instruments to the link, in the order of the bundle. An open item of theirs is closed unanswered."""
    taken = tuple(code for code in state.instruments if code in (*state.by_link, *codes))
    left = replace(state, by_link=taken)
    if not left.to_ask:
        return finished(left)
    if state.open and state.open.instrument in codes:
        return replace(left, stage=Stage.INVITED, open=None, tries=0, asked_at=None)
    return left
