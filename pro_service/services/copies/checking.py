"""Checks a certified copy with the public key alone: its signature, and that every file is what the manifest says."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from pro_service.services.copies.manifest import FORMAT, MANIFEST, SIGNATURE
from pro_service.store.signing import Verifier

_BLOCK = 1 << 20


class CopyFault(Exception):  # noqa: N818 - a fault of the copy, and what the checker reports
    """Why a file is not the copy that was signed; the message says what is wrong with it."""


def check_copy(path: Path, *, verifier: Verifier) -> dict[str, Any]:
    """The manifest of a copy that is whole and signed with this key. CopyFault if it is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _signed_manifest(archive, verifier)
            _check_files(archive, manifest)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise CopyFault(f"{path.name}: is no copy that can be read ({type(error).__name__})") from error
    return manifest


def _signed_manifest(archive: zipfile.ZipFile, verifier: Verifier) -> dict[str, Any]:
    content = archive.read(MANIFEST)
    if not verifier.verifies(content, archive.read(SIGNATURE)):
        raise CopyFault(f"{MANIFEST}: not signed with the key {verifier.key_id}")
    manifest: dict[str, Any] = json.loads(content)
    if manifest["format"] != FORMAT:
        raise CopyFault(f"{MANIFEST}: is not that of a certified copy")
    return manifest


def _check_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    names = [one.filename for one in archive.infolist()]
    listed = [str(one["name"]) for one in manifest["files"]]
    if sorted(names) != sorted([*listed, MANIFEST, SIGNATURE]):
        raise CopyFault("the files are not those that the manifest lists")
    for one in manifest["files"]:
        if _sha256(archive, one["name"]) != one["sha256"]:
            raise CopyFault(f"{one['name']}: is not the file that was signed")


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
