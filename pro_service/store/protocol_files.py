"""Loads one protocol file from anywhere on disk, laid over the files it extends: for its author, before it ships."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pro_service.core.definition import DefinitionError, Problem
from pro_service.core.protocol import Protocol, parse_protocol, resolve
from pro_service.store.catalogue import QUESTIONNAIRES, read_document

PROTOCOLS = QUESTIONNAIRES / "protocols"


def load_protocol(path: Path) -> Protocol:
    """One protocol; what it extends is looked for beside it. The file must bear the version it holds."""
    protocol = parse_protocol(resolve(path.stem, _documents(path)), source=path.name)
    if protocol.version != path.stem:
        message = f"{protocol.version!r} is not the name of the file"
        cure = f"rename the file to {protocol.version}.toml or mend the version"
        raise DefinitionError([Problem(place=f"{path.name}: version", message=message, cure=cure)])
    return protocol


def _documents(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The file and those it extends, by name; the names are only followed here, and judged by `resolve`."""
    documents = {path.stem: read_document(path)}
    name = documents[path.stem].get("extends")
    while isinstance(name, str) and name not in documents and (path.parent / f"{name}.toml").is_file():
        documents[name] = read_document(path.parent / f"{name}.toml")
        name = documents[name].get("extends")
    return documents
