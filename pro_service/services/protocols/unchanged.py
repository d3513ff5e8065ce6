"""Sees to it that the file of an activated version says what it said when it was activated."""

from collections.abc import Mapping, Sequence

from pro_service.core.definition import DefinitionError, Problem
from pro_service.store.db import reading
from pro_service.store.definitions import Definition
from pro_service.store.records import protocols
from pro_service.store.records.protocols import Activated


class NotInForceError(DefinitionError):
    """The file of a version that was activated does not say any more what it said then."""


def changed_definitions(loaded: Mapping[str, Definition], *, only: str | None = None) -> tuple[Problem, ...]:
    """Every activated version whose file is gone or says something else, or `only` one: one small statement if none."""
    with reading() as session:
        in_force = protocols.fingerprints(session)
        if all(version in loaded and loaded[version].sha256 == sha256 for version, sha256 in in_force):
            return ()
        activated = protocols.activated(session)
    return tuple(
        problem
        for each in activated
        if only in (None, each.version) and (problem := changed(each, loaded=loaded))
    )


def changed(activated: Activated, *, loaded: Mapping[str, Definition]) -> Problem | None:
    """What is wrong with the file of an activated version; None if it says what it said."""
    definition = loaded.get(activated.version)
    if definition is not None and definition.sha256 == activated.sha256:
        return None
    when = f"{activated.activated_at:%Y-%m-%d %H:%M} UTC by {activated.activated_by}"
    since = f"since it was activated in study {activated.study} on {when}"
    if definition is None:
        return Problem(
            place=f"{activated.version}.toml",
            message=f"is in force {since}, and is not here",
            cure=f"put it back: `flask protocol text {activated.study} {activated.version}` prints it",
        )
    return Problem(
        place=_files(activated, definition),
        message=f"version {activated.version} was changed {since}",
        cure=f"put the file back as it was (`flask protocol text {activated.study} {activated.version}`) and write "
        "the change as a new version in a new file",
    )


def _files(activated: Activated, definition: Definition) -> str:
    """The files of the chain whose text is another one; all of them where only the chain is."""
    names: Sequence[str] = [
        name for name, text in definition.texts.items() if activated.texts.get(name) != text
    ] or list(definition.texts)
    return ", ".join(f"{name}.toml" for name in names)
