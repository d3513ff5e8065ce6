"""What each command does. A command works whatever is open; where it makes no sense it is treated as unreadable."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pro_service.core.dialogue.asking import (
    Context,
    ask,
    ask_next,
    hand_over,
    not_understood,
    record,
    say_about,
)
from pro_service.core.dialogue.effects import (
    AskHuman,
    Need,
    NotUnderstood,
    OptIn,
    OptOut,
    Postpone,
    Say,
    Turn,
)
from pro_service.core.dialogue.route import previous_item
from pro_service.core.dialogue.state import Dialogue, Mute, Place
from pro_service.core.dialogue.words import Command

Act = Callable[[Dialogue, Context], Turn]


def stop(state: Dialogue, _context: Context) -> Turn:
    """No more texts but one that confirms. The open item stays: START finds it again."""
    confirmed = () if state.mute else (Say(key="opt_out"),)
    return Turn(state=replace(state, mute=state.mute or Mute.OPTED_OUT), effects=(OptOut(), *confirmed))


def start(state: Dialogue, _context: Context) -> Turn:
    """Texts again. A number somebody else answered from is only given back by the site."""
    if state.mute is Mute.WRONG_PERSON:
        return Turn(state=state, effects=(NotUnderstood(), AskHuman(need=Need.WRONG_PERSON)))
    return Turn(state=replace(state, mute=None), effects=(OptIn(), Say(key="opt_in")))


def wrong_person(state: Dialogue, _context: Context) -> Turn:
    """Whoever has this number is not the patient: nothing more goes there, and the site finds out."""
    said = () if state.mute else (Say(key="wrong_person"),)
    muted = replace(state, mute=Mute.WRONG_PERSON)
    return Turn(state=muted, effects=(AskHuman(need=Need.WRONG_PERSON), *said))


def help_(state: Dialogue, _context: Context) -> Turn:
    return Turn(state=state, effects=(Say(key="help"),))


def go(state: Dialogue, context: Context) -> Turn:
    """Begin, go on, or see the open item again (which is not asking anew: the reply may already be on its way)."""
    if state.open is None:
        return ask_next(state, context=context)
    return Turn(state=state, effects=(say_about("item", state.open, context=context),))


def later(state: Dialogue, _context: Context) -> Turn:
    return Turn(state=state, effects=(Postpone(), Say(key="later")))


def back(state: Dialogue, context: Context) -> Turn:
    """Reopen the item shown before the open one; answering it makes a new version of its answer."""
    if state.open is None:
        return not_understood(state, Say(key="how_to_start"))
    code = state.open.instrument
    previous = previous_item(context.instruments[code], state.answers_to(code), before=state.open.item)
    if previous is None:
        return Turn(state=state, effects=(say_about("no_previous", state.open, context=context),))
    return ask(state, Place(instrument=code, item=previous.code), context=context)


def skip(state: Dialogue, context: Context) -> Turn:
    """Refuse the open item where its owner allows that."""
    if state.open is None:
        return not_understood(state, Say(key="how_to_start"))
    if not context.item(state.open).may_refuse:
        return Turn(state=state, effects=(say_about("cannot_skip", state.open, context=context),))
    return record(state, state.open, None, refused=True, context=context)


def link(state: Dialogue, _context: Context) -> Turn:
    """Change to the link: at once, or after an instrument that is already being answered here."""
    begun = state.open is not None and bool(state.answers_to(state.open.instrument))
    left = hand_over(state, state.to_ask[1:] if begun else state.to_ask)
    if not begun:
        return Turn(state=left, effects=(Say(key="offer_link"),))
    return Turn(state=left, effects=(Say(key="link_after" if left.by_link else "link_not_now"),))


#: Obeyed even when nothing is open or everything is closed.
ALWAYS: Mapping[Command, Act] = {
    Command.STOP: stop,
    Command.START: start,
    Command.WRONG_PERSON: wrong_person,
}

#: Obeyed while a questionnaire waits or is being answered.
WHILE_OPEN: Mapping[Command, Act] = {
    Command.HELP: help_,
    Command.GO: go,
    Command.LATER: later,
    Command.BACK: back,
    Command.SKIP: skip,
    Command.LINK: link,
}
