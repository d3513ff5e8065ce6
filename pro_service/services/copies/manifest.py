"""The manifest of a certified copy and its signature: what makes the copy certified."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pro_service.services.exports.manifest import code_version
from pro_service.store.canonical import instant
from pro_service.store.signing import Signer

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
FORMAT = "pro_service certified copy"
FORMAT_VERSION = 1


def write_manifest(
    folder: Path,
    *,
    signer: Signer,
    study: str,
    site: str,
    cut_off: datetime,
    rule_version: str,
    trail: Mapping[str, Any] | None,
    versions: Mapping[str, list[str]],
) -> str:
    """Describe and sign every file of the folder; the SHA-256 of the manifest.

    `trail` is the head of the audit trail, None where there is none; `versions` are those of protocols and instruments.
    """
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "study": study,
        "site": site,
        "cut_off": instant(cut_off),
        "code_version": code_version(),
        "scoring_rule_version": rule_version,
        **versions,
        "audit_head": trail,
        "key_id": signer.key_id,
        "public_key": signer.verifier.text,
        "files": [_file(folder, path) for path in sorted(folder.rglob("*")) if path.is_file()],
    }
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(signer.sign(content))
    with (folder / MANIFEST).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _file(folder: Path, path: Path) -> Mapping[str, Any]:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return {"name": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": digest}
