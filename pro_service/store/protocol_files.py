"""Loads one protocol file from anywhere on disk, laid over the files it extends: for its author, before it ships."""

from collections.abc import Mapping
from pathlib import Path

from pro_service.core.definition import DefinitionError
from pro_service.core.instrument import Instrument
from pro_service.core.protocol import Protocol
from pro_service.store.catalogue import QUESTIONNAIRES, check_protocols, load_instruments, read_instruments

PROTOCOLS = QUESTIONNAIRES / "protocols"


def load_protocol(path: Path) -> Protocol:
    """One protocol; what it extends is looked for beside it, its instruments in the questionnaires folder around it.

    Outside such a folder its instruments are those shipped, and so is what it extends where nothing of that name lies
    beside it. Raises DefinitionError with every mistake: the same ones as loading the whole folder would tell of this
    file, and those of the instruments it rests on.
    """
    around = _questionnaires(path)
    instruments, wrong = read_instruments(around)
    found, problems = check_protocols([path], beside=instruments, shipped=around)
    if problems or wrong:
        raise DefinitionError(dict.fromkeys([*problems, *wrong]))
    return found[path.stem]


def instruments_beside(path: Path) -> Mapping[str, Instrument]:
    """The instruments a protocol file at `path` means. Raises DefinitionError with every mistake of theirs."""
    return load_instruments(_questionnaires(path))


def _questionnaires(path: Path) -> Path:
    around = path.resolve().parent.parent
    lies_in_one = path.resolve().parent.name == PROTOCOLS.name and any(
        (around / "instruments").glob("*.toml")
    )
    return around if lies_in_one else QUESTIONNAIRES
