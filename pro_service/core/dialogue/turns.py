"""The dialogue itself: what one incoming text does to an open questionnaire, as a pure function.

The rules, in the order they are applied: STOP, START and ERREUR are obeyed whatever is open; a muted number is only
listened to; a text after the close is kept, flagged and changes nothing; a command is obeyed; a value answers the one
open item and no other; anything else is put before a person. Words of distress are looked for in every text that is
no answer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pro_service.core.dialogue.asking import (
    Context,
    ask_next,
    hand_over,
    not_understood,
    record,
    say_about,
    tell,
)
from pro_service.core.dialogue.commands import ALWAYS, WHILE_OPEN, help_
from pro_service.core.dialogue.effects import AskHuman, Effect, Late, Need, NotUnderstood, Say, Turn
from pro_service.core.dialogue.reading import Asked, Chosen, Reading, Unreadable, read_reply, visible
from pro_service.core.dialogue.route import sms_eligible
from pro_service.core.dialogue.state import Dialogue, Mute, Place, Stage
from pro_service.core.dialogue.words import Command, sounds_distressed
from pro_service.core.instrument import Instrument

#: How often the not-an-emergency text answers words of distress. A person is asked to look every time.
CAUTION_EVERY = timedelta(hours=1)
#: Texts that would be out of place beside the not-an-emergency text, and what stands there instead.
_BESIDE_DISTRESS: Mapping[str, str | None] = {
    "ask_again": "ask_when_able",
    "how_to_start": None,
    "no_open_question": None,
    "too_late": None,
}


#: Commands with which a patient goes on answering.
_GO_ON = frozenset({Command.GO, Command.BACK, Command.LINK})


class NothingBySmsError(ValueError):
    """No instrument of the bundle is short enough to be asked by SMS: invite the patient to the link."""


class ModeMixedError(ValueError):
    """An instrument has answers given by SMS: its mode cannot change before it is complete."""


def invite(
    *,
    assessment_id: int,
    bundle: Sequence[Instrument],
    sms_items_max: int,
    closes_at: datetime | None = None,
    completed: Collection[str] = (),
    by_link: Collection[str] = (),
    answers: Mapping[str, Mapping[str, int | None]] | None = None,
) -> Turn:
    """A dialogue that waits for the patient's GO, and its invitation (`count`: the most items there can be).

    The short instruments are asked here in the bundle's order; for the others the link is offered at the end.
    `completed`, `by_link` and `answers` are what is there already when an assessment is taken up again.
    """
    left = [instrument for instrument in bundle if instrument.code not in (*completed, *by_link)]
    short = tuple(instrument for instrument in left if sms_eligible(instrument, sms_items_max))
    if not short:
        raise NothingBySmsError(
            f"no instrument of {[each.code for each in bundle]} has 1 to {sms_items_max} items"
        )
    state = Dialogue(
        assessment_id=assessment_id,
        instruments=tuple(instrument.code for instrument in bundle),
        by_link=tuple(each.code for each in bundle if each not in short and each.code not in completed),
        completed=tuple(each.code for each in bundle if each.code in completed),
        answers=dict(answers or {}),
        closes_at=closes_at,
    )
    count = sum(len(instrument.items) for instrument in short)
    return Turn(state=state, effects=(Say(key="invitation_sms", params={"count": str(count)}),))


def begin(state: Dialogue, *, instruments: Mapping[str, Instrument], language: str, now: datetime) -> Turn:
    """Ask the first item without waiting for GO (for a study that wants the question in the first message)."""
    return ask_next(state, context=_context(instruments, language, now, None))


def idle(*, mute: Mute | None = None) -> Dialogue:
    """The dialogue of a known patient for whom nothing is open. Numbers we do not know get no dialogue and no reply."""
    return Dialogue(assessment_id=None, instruments=(), stage=Stage.FINISHED, mute=mute)


def step(
    state: Dialogue,
    text: str,
    *,
    instruments: Mapping[str, Instrument],
    language: str,
    now: datetime,
    received_at: datetime | None = None,
) -> Turn:
    """What one incoming text brings about. The caller keeps the text itself, whatever it is.

    `instruments` holds, by code, those of the dialogue in the versions of its responses. `received_at` (default: now)
    is when the text reached the provider: a value received before anybody can have read the open item is not its
    answer. Texts of one patient must be given in the order of their receipt, one after the other.
    """
    context = _context(instruments, language, now, received_at)
    item = context.item(state.open) if state.open else None
    reading = read_reply(text, item=item, language=language)
    turn = _turn(state, reading, context)
    if isinstance(reading, Chosen) or not sounds_distressed(visible(text)):
        return turn
    return _with_care(turn, now=now)


def waits_by_link(*, assessment_id: int, bundle: Sequence[Instrument], left: Collection[str]) -> Dialogue:
    """The dialogue of an assessment of which nothing is asked here: GO and LIEN lead to its link."""
    return Dialogue(
        assessment_id=assessment_id,
        instruments=tuple(instrument.code for instrument in bundle),
        by_link=tuple(instrument.code for instrument in bundle if instrument.code in left),
        completed=tuple(instrument.code for instrument in bundle if instrument.code not in left),
        stage=Stage.FINISHED,
    )


def asks_to_go_on(text: str, *, language: str) -> bool:
    """Does a patient ask for the next question, or for the link?"""
    reading = read_reply(text, item=None, language=language)
    return isinstance(reading, Asked) and reading.command in (Command.GO, Command.LINK)


def taken_by_link(state: Dialogue, codes: Collection[str]) -> Dialogue:
    """The dialogue after the patient has begun these instruments through the link. Raises ModeMixedError.

    If one of them was being asked here (without an answer yet), no item is open until the patient's GO.
    """
    _refuse_mixing(state, codes)
    return hand_over(state, tuple(code for code in codes if code not in state.completed))


def completed_by_link(state: Dialogue, codes: Collection[str]) -> Dialogue:
    """The dialogue after the patient has completed these instruments through the link. Raises ModeMixedError."""
    taken = taken_by_link(state, codes)
    left = tuple(code for code in taken.by_link if code not in codes)
    done = tuple(code for code in state.instruments if code in codes and code not in taken.completed)
    return replace(taken, by_link=left, completed=(*taken.completed, *done))


def _refuse_mixing(state: Dialogue, codes: Collection[str]) -> None:
    mixed = [code for code in codes if state.answers_to(code) and code not in state.completed]
    if mixed:
        raise ModeMixedError(f"answers to {', '.join(sorted(mixed))} have been given by SMS")


def _context(
    instruments: Mapping[str, Instrument], language: str, now: datetime, received_at: datetime | None
) -> Context:
    return Context(instruments=instruments, language=language, now=now, received_at=received_at or now)


def _turn(state: Dialogue, reading: Reading, context: Context) -> Turn:
    if isinstance(reading, Asked) and reading.command in ALWAYS:
        return ALWAYS[reading.command](state, context)
    if state.mute:
        return Turn(state=state, effects=(NotUnderstood(),))
    if isinstance(reading, Asked) and reading.command is Command.HELP:
        return help_(state, context)
    if state.stage is Stage.FINISHED:
        return _nothing_open(state, reading, context)
    if state.closes_at and context.received_at >= state.closes_at:
        return _too_late(state, reading, context)
    return _while_open(state, reading, context)


def _while_open(state: Dialogue, reading: Reading, context: Context) -> Turn:
    if state.over and state.open and _goes_on(state.open, reading, context):
        return _anew(state, state.open, reading, context)
    if isinstance(reading, Asked):
        return WHILE_OPEN[reading.command](state, context)
    if state.open is None:
        return not_understood(state, Say(key="how_to_start"))
    if isinstance(reading, Chosen):
        return record(state, state.open, reading.value, refused=False, context=context)
    return not_understood(state, say_about("ask_again", state.open, context=context))


def _goes_on(place: Place, reading: Reading, context: Context) -> bool:
    """Whether the patient goes on with the questions, rather than asking or saying something else."""
    if isinstance(reading, Asked) and reading.command is Command.SKIP:
        return context.item(place).may_refuse
    return isinstance(reading, Chosen) or (isinstance(reading, Asked) and reading.command in _GO_ON)


def _anew(state: Dialogue, place: Place, reading: Reading, context: Context) -> Turn:
    """What was answered in a sitting that took too long counts no more: the part is asked from its first item again.

    An answer to the item that was open is an answer of the new sitting.
    """
    again = state.anew(place.instrument)
    if isinstance(reading, Asked) and reading.command in (Command.GO, Command.BACK):
        turn = ask_next(replace(again, open=None), context=context)
    else:
        turn = _while_open(again, reading, context)
    if not state.answers_to(place.instrument):
        return turn  # told already
    return replace(turn, effects=tuple(_with_reason(effect) for effect in turn.effects))


def _with_reason(effect: Effect) -> Effect:
    if isinstance(effect, Say) and effect.key in ("item", "first_item", "first_item_needed"):
        return replace(effect, key="item_anew")
    return effect


def _nothing_open(state: Dialogue, reading: Reading, context: Context) -> Turn:
    if isinstance(reading, Asked) and reading.command in (Command.LINK, Command.GO) and state.by_link:
        return Turn(state=state, effects=(Say(key="offer_link"),))
    told = tell(state, "no_open_question", context=context)
    return replace(told, effects=(*_kept(reading, None), *told.effects))


def _too_late(state: Dialogue, reading: Reading, context: Context) -> Turn:
    told = tell(state, "too_late", context=context)
    return replace(told, effects=(*_kept(reading, state.open), *told.effects))


def _kept(reading: Reading, place: Place | None) -> tuple[Effect, ...]:
    """What is kept of a text that can change no answer any more."""
    refusal = isinstance(reading, Asked) and reading.command is Command.SKIP
    if place and (refusal or isinstance(reading, Chosen)):
        value = reading.value if isinstance(reading, Chosen) else None
        return (Late(instrument=place.instrument, item=place.item, value=value),)
    return (NotUnderstood(),) if isinstance(reading, Unreadable) else ()


def _with_care(turn: Turn, *, now: datetime) -> Turn:
    """Put the text before a person and answer it first of all with the not-an-emergency text."""
    state = turn.state
    due = state.cautioned_at is None or now >= state.cautioned_at + CAUTION_EVERY
    caution: tuple[Effect, ...] = (AskHuman(need=Need.DISTRESS),)
    if due and not state.mute:
        caution = (*caution, Say(key="not_emergency"))
        state = replace(state, cautioned_at=now)
    effects = (*caution, *(effect for each in turn.effects for effect in _beside_distress(each)))
    return Turn(state=state, effects=effects, distress=True)


def _beside_distress(effect: Effect) -> tuple[Effect, ...]:
    if not isinstance(effect, Say) or effect.key not in _BESIDE_DISTRESS:
        return (effect,)
    key = _BESIDE_DISTRESS[effect.key]
    return (replace(effect, key=key),) if key else ()
