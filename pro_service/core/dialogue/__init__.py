"""Answering item by item by SMS: reads each text and decides what it does, without ever guessing."""

from pro_service.core.dialogue.asking import READING_TIME
from pro_service.core.dialogue.effects import (
    AskHuman,
    CompleteInstrument,
    Correction,
    Effect,
    Late,
    Need,
    NotUnderstood,
    OptIn,
    OptOut,
    Postpone,
    Record,
    Say,
    Turn,
    Withdraw,
)
from pro_service.core.dialogue.reading import Asked, Chosen, Reading, Unreadable, read_reply, visible
from pro_service.core.dialogue.route import next_item, shown_items, sms_eligible
from pro_service.core.dialogue.state import Dialogue, Mute, Place, Stage, from_document, to_document
from pro_service.core.dialogue.turns import (
    ModeMixedError,
    NothingBySmsError,
    begin,
    completed_by_link,
    idle,
    invite,
    step,
    taken_by_link,
)
from pro_service.core.dialogue.unavailable import step_unavailable
from pro_service.core.dialogue.words import Command, sounds_distressed

__all__ = [
    "READING_TIME",
    "AskHuman",
    "Asked",
    "Chosen",
    "Command",
    "CompleteInstrument",
    "Correction",
    "Dialogue",
    "Effect",
    "Late",
    "ModeMixedError",
    "Mute",
    "Need",
    "NotUnderstood",
    "NothingBySmsError",
    "OptIn",
    "OptOut",
    "Place",
    "Postpone",
    "Reading",
    "Record",
    "Say",
    "Stage",
    "Turn",
    "Unreadable",
    "Withdraw",
    "begin",
    "completed_by_link",
    "from_document",
    "idle",
    "invite",
    "next_item",
    "read_reply",
    "shown_items",
    "sms_eligible",
    "sounds_distressed",
    "step",
    "step_unavailable",
    "taken_by_link",
    "to_document",
    "visible",
]
