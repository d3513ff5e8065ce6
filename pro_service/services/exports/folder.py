"""Where an export is put: complete or not at all, and never over anything that is not an earlier export."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pro_service.core.definition import Problem
from pro_service.services.exports.manifest import FORMAT, MANIFEST
from pro_service.services.exports.refusals import ExportError

_ELSEWHERE = "name a new or empty folder, or that of an earlier export"


def folder_problems(out: Path) -> list[Problem]:
    """Why nothing may be put there; none if it is new, empty, or an untouched earlier export."""
    if not out.exists():
        return []
    if not out.is_dir():
        return [Problem(place=str(out), message="is no folder", cure=_ELSEWHERE)]
    if os.path.ismount(out):
        cure = "name a folder inside it, so that the export can appear at once"
        return [Problem(place=str(out), message="is a mount point", cure=cure)]
    strangers = _strangers(out)
    if not strangers:
        return []
    message = f"holds something that is no export of ours ({strangers[0]})"
    return [Problem(place=str(out), message=message, cure=_ELSEWHERE)]


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A folder to write into, which takes the place of `out` when all has gone well; else it is removed.

    Whoever is killed leaves `out` as it was, and a hidden folder beside it that the next export clears away.
    Raises ExportError if another export is being written to the same place.
    """
    target = out.resolve()
    work, replaced = (target.with_name(f".{target.name}.{word}") for word in ("partial", "replaced"))
    _make(work)
    with _locked(work):
        try:
            _mend(target, replaced)
            _empty(work)
            yield work
            _flush(work)
            _swap(work, target, replaced)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise


def _strangers(folder: Path) -> list[str]:
    """What is in a folder besides the files that its manifest lists."""
    present = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        ours = {MANIFEST} | {str(file["name"]) for file in manifest["files"]}
        is_export = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        return present
    return [name for name in present if not is_export or name not in ours]


def _make(work: Path) -> None:
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = error.strerror or "cannot be made"
        problem = Problem(place=str(work.parent), message=message, cure="name a folder that can be written")
        raise ExportError([problem]) from error


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Only one export at a time writes here; the lock goes with its process, however that ends."""
    handle = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _lock(handle, work):
            cure = "wait until it has finished, then start again"
            raise ExportError(
                [Problem(place=str(work), message="another export is being written", cure=cure)]
            )
        yield
    finally:
        os.close(handle)


def _lock(handle: int, work: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # Between our opening it and our lock, another export may have finished and taken the folder away.
    return work.exists() and os.path.samestat(os.fstat(handle), work.stat())


def _mend(target: Path, replaced: Path) -> None:
    """An export that was killed between its two last steps has left the earlier one under another name."""
    if not replaced.exists():
        return
    if target.exists():
        shutil.rmtree(replaced)
    else:
        replaced.rename(target)


def _empty(work: Path) -> None:
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _swap(work: Path, target: Path, replaced: Path) -> None:
    if target.exists() and any(target.iterdir()):
        target.rename(replaced)
    work.rename(target)
    if replaced.exists():
        shutil.rmtree(replaced)


def _flush(work: Path) -> None:
    """What is there after a power cut is there completely."""
    for path in (*sorted(work.rglob("*")), work):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
