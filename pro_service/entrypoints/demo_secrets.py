"""The demonstration's own random secrets: made for whoever starts, kept beside its database by who uses them."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pro_service.core.definition import DefinitionError, Problem


class DemoSecrets:
    """`values` are those of the file, or new ones, which `keep` writes before anything is done with them.

    Commands that need no database never keep anything, and so run where nothing can be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path.exists()
        self.values: Mapping[str, str] = _read(path) if self._kept else _made()

    def keep(self) -> None:
        """Write them unless they are there. DefinitionError if that cannot be, or others were written meanwhile."""
        if self._kept:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise _wrong(self._path, "was made by another program just now", "start again") from error
        except OSError as error:
            cure = "let it be written, or name another folder in PRO_DATA_FOLDER"
            raise _wrong(self._path, error.strerror or "cannot be written", cure) from error
        with os.fdopen(handle, "w") as file:
            json.dump(self.values, file)
        self._kept = True


def _made() -> Mapping[str, str]:
    return {
        "PRO_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "PRO_TWILIO_AUTH_TOKENS": secrets.token_hex(16),
    }


def _read(path: Path) -> Mapping[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError) as error:
        cure = "let it be read, or remove it together with the demonstration's database"
        raise _wrong(path, "cannot be read", cure) from error


def _wrong(path: Path, message: str, cure: str) -> DefinitionError:
    return DefinitionError([Problem(place=str(path), message=message, cure=cure)])
