"""What a text does while the questions of its dialogue may not be asked, because no licence allows it at the moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pro_service.core.dialogue.commands import ALWAYS
from pro_service.core.dialogue.effects import AskHuman, Effect, Need, Say, Turn
from pro_service.core.dialogue.reading import Asked, read_reply
from pro_service.core.dialogue.state import Dialogue, Stage
from pro_service.core.dialogue.turns import step
from pro_service.core.dialogue.words import Command
from pro_service.core.instrument import Instrument


def step_unavailable(
    state: Dialogue,
    text: str,
    *,
    instruments: Mapping[str, Instrument],
    language: str,
    now: datetime,
    received_at: datetime | None = None,
) -> Turn:
    """As `step`, but nothing is asked and nothing recorded: a person sees the text, which may be an answer.

    STOP, START, ERREUR and AIDE are obeyed, and words of distress are answered, as ever. No item stays open: what
    comes after the wording is back must not be taken for an answer to a question of long ago; GO asks it again.
    """
    closed = replace(state, stage=Stage.FINISHED, open=None, by_link=())
    turn = step(closed, text, instruments=instruments, language=language, now=now, received_at=received_at)
    waiting = replace(
        turn.state, stage=Stage.INVITED, open=None, by_link=state.by_link, tries=0, asked_at=None
    )
    said = tuple(_unavailable(effect) for effect in turn.effects)
    if turn.state.mute or _is_obeyed(text, language):
        return replace(turn, state=waiting, effects=said)
    return replace(turn, state=waiting, effects=(*said, AskHuman(need=Need.NO_WORDING)))


def _unavailable(effect: Effect) -> Effect:
    asked = isinstance(effect, Say) and effect.key == "no_open_question"
    return Say(key="unavailable") if asked else effect


def _is_obeyed(text: str, language: str) -> bool:
    reading = read_reply(text, item=None, language=language)
    return isinstance(reading, Asked) and (reading.command in ALWAYS or reading.command is Command.HELP)
