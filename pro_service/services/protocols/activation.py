"""Puts a protocol version in force in a study, and keeps its words from that moment on."""

from datetime import datetime
from typing import Literal

from pro_service.core.definition import Problem
from pro_service.core.protocol import Protocol
from pro_service.services.csv_table import InputError
from pro_service.services.installation import Installation
from pro_service.services.protocols.unchanged import NotInForceError, changed
from pro_service.services.refusals import InvalidError
from pro_service.services.wordings import gate
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import ProtocolActivation, Study
from pro_service.store.records import people, protocols

Purpose = Literal["study", "new_patients", "migration"]


class UnknownStudyError(InputError):
    """There is no study of this code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            [Problem(place=code, message="is no study here", cure="name a study of this database")]
        )


def activate(installation: Installation, *, study: str, version: str, actor: str, now: datetime) -> str:
    """Give the study's new patients this version from now on; returns the version they got until now.

    Patients who are enrolled keep theirs. UnknownStudyError; InvalidError for a version that is
    unknown or another trial's; NotInForceError if its file changed since it was activated; outside the demonstration
    ConflictError while licensed wording is missing in any language of the protocol.
    """
    protocol = require_usable(installation, study=study, version=version)
    gate.require_for_study(installation, protocol=protocol, now=now)
    with transaction() as session:
        row = protocols.study_locked(session, study)
        if row is None:
            raise UnknownStudyError(study)
        before, row.protocol_version = row.protocol_version, version
        if before == version:
            keep_words(session, installation, row, version=version, actor=actor, now=now)
        else:
            put_in_force(
                session, installation, row, version=version, purpose="new_patients", actor=actor, now=now
            )
        return before


def put_in_force(
    session: Session,
    installation: Installation,
    study: Study,
    *,
    version: str,
    purpose: Purpose,
    actor: str,
    now: datetime,
) -> None:
    """`activate` inside the transaction of a larger use case: the row that keeps the version's words and who did it."""
    definition = installation.catalogue.definitions[version]
    require_unchanged(session, installation, version=version)
    row = ProtocolActivation(
        study_id=study.id,
        version=version,
        purpose=purpose,
        sha256=definition.sha256,
        texts=dict(definition.texts),
        instruments=instruments_of(installation, version=version),
        activated_at=now,
        activated_by=actor,
    )
    people.add(session, row)


def keep_words(
    session: Session, installation: Installation, study: Study, *, version: str, actor: str, now: datetime
) -> None:
    """Record a version as in force that patients are pinned to, unless that was recorded before."""
    known = {each.version for each in protocols.activated(session, study_id=study.id)}
    if version not in known:
        put_in_force(session, installation, study, version=version, purpose="migration", actor=actor, now=now)


def require_unchanged(session: Session, installation: Installation, *, version: str) -> None:
    """NotInForceError if the version was activated in any study with other words than those loaded here."""
    problems = [
        problem
        for each in protocols.activated(session)
        if each.version == version and (problem := changed(each, loaded=installation.catalogue.definitions))
    ]
    if problems:
        raise NotInForceError(problems)


def require_usable(installation: Installation, *, study: str, version: str) -> Protocol:
    """The version, if it is here and of the same trial."""
    protocol = installation.catalogue.protocols.get(version)
    if protocol is None or version not in installation.catalogue.definitions:
        known = ", ".join(sorted(installation.catalogue.protocols))
        raise InvalidError(
            "unknown_version",
            fr=f"Version de protocole inconnue : {version}. Connues : {known}.",
            en=f"There is no protocol version {version}; known are {known}.",
        )
    _require_same_trial(installation, study, protocol)
    return protocol


def _require_same_trial(installation: Installation, study: str, protocol: Protocol) -> None:
    with reading() as session:
        row = people.study(session, study)
        current = installation.catalogue.protocols.get(row.protocol_version) if row else None
    if row is None:
        raise UnknownStudyError(study)
    if current is not None and current.study != protocol.study:
        raise InvalidError(
            "other_trial",
            fr=f"{protocol.version} est un protocole de l'essai {protocol.study}, pas de {current.study}.",
            en=f"{protocol.version} is a protocol of trial {protocol.study}, not of {current.study}.",
        )


def instruments_of(installation: Installation, *, version: str) -> dict[str, str]:
    """Code -> version of every instrument that a protocol version asks."""
    codes = {code for rule in installation.catalogue.protocols[version].rules for code in rule.instruments}
    return {code: installation.catalogue.instruments[code].version for code in sorted(codes)}
