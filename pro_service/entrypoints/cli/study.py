"""Which study a command is about: the one that is named, or the only one there is."""

from dataclasses import dataclass

from pro_service.core.definition import Problem
from pro_service.entrypoints.wiring import wired
from pro_service.services.csv_table import InputError
from pro_service.store.db import reading
from pro_service.store.queries import dataset


@dataclass(frozen=True, kw_only=True)
class StudyGiven:
    """A study of this installation, with the protocol version its next patient gets."""

    id: int
    code: str
    protocol_version: str


def study_given(code: str) -> StudyGiven:
    """The study of this code; without one, the only study. InputError if there is none, or several to choose from."""
    with reading() as session:
        known = dataset.study_codes(session)
        chosen = code or (known[0] if len(known) == 1 else "")
        found = dataset.study(session, chosen) if chosen else None
    if found is None:
        message = "is no study here" if code else "is not named"
        cure = f"use one of {', '.join(known)}" if known else "create it first"
        raise InputError([Problem(place=code or "study", message=message, cure=cure)])
    if found.protocol_version not in wired().installation.catalogue.protocols:
        cure = f"put {found.protocol_version}.toml into the protocols folder of the questionnaires"
        message = f"its protocol version {found.protocol_version} has no definition"
        raise InputError([Problem(place=found.code, message=message, cure=cure)])
    return StudyGiven(id=found.id, code=found.code, protocol_version=found.protocol_version)
