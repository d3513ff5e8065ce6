"""Where certified copies lie: one folder a study and site, one file a copy. Nothing in the service removes any."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-([0-9a-f]{12})\.zip")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class CopyFound:
    """One copy: the day it was made on, the beginning of its content's SHA-256, and its size in bytes."""

    name: str
    made_on: date
    digest: str
    size: int


def shelf_of(copies: Path, *, study: str, site: str) -> Path:
    """The folder of a site's copies. ValueError for a code that cannot be a folder's name."""
    if not (_FOLDER.fullmatch(study) and _FOLDER.fullmatch(site)):
        raise ValueError("a study's or site's code cannot name a folder")
    return copies / study / site


def file_name(*, on: date, digest: str) -> str:
    return f"{on.isoformat()}-{digest[:12]}.zip"


def copies_of(copies: Path, *, study: str, site: str) -> tuple[CopyFound, ...]:
    """Every copy of a site, the newest first."""
    folder = shelf_of(copies, study=study, site=site)
    found = [_found(path) for path in folder.glob("*.zip")] if folder.is_dir() else []
    return tuple(sorted((one for one in found if one), key=lambda one: one.name, reverse=True))


def open_copy(copies: Path, *, study: str, site: str, name: str) -> Path | None:
    """The file of a copy; None for a name that is none of this site's."""
    if not _NAME.fullmatch(name):
        return None
    path = shelf_of(copies, study=study, site=site) / name
    return path if path.is_file() else None


def _found(path: Path) -> CopyFound | None:
    named = _NAME.fullmatch(path.name)
    if named is None:
        return None
    return CopyFound(
        name=path.name,
        made_on=date.fromisoformat(named[1]),
        digest=named[2],
        size=path.stat().st_size,
    )
