"""What a version of a protocol says, word for word, and its fingerprint: by it an activated version is known again."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any

from pro_service.core.instrument import EXTENDS
from pro_service.core.protocol import resolve


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The text of a version's file and of those it extends, by version, as they were read from disk."""

    version: str
    texts: Mapping[str, str]

    @cached_property
    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """Each file by itself, by version."""
        return {name: tomllib.loads(text) for name, text in self.texts.items()}

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The file laid over those it extends: what counts. Comments and the order of keys do not."""
        return resolve(self.version, self.documents)

    @cached_property
    def sha256(self) -> str:
        """Of the document in one canonical form, 64 hexadecimal digits."""
        canonical = json.dumps(self.document, sort_keys=True, ensure_ascii=True, default=_typed)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def read_definitions(paths: Iterable[Path]) -> Mapping[str, Definition]:
    """The definitions of files that were found right, by version."""
    return {path.stem: read_definition(path) for path in paths}


def read_definition(path: Path) -> Definition:
    """The definition of one file that was found right."""
    texts: dict[str, str] = {}
    name: str | None = path.stem
    while name is not None:
        texts[name] = (path.parent / f"{name}.toml").read_text(encoding="utf-8-sig")
        name = tomllib.loads(texts[name]).get(EXTENDS)
    return Definition(version=path.stem, texts=texts)


def _typed(value: Any) -> str:
    """TOML knows days and clock times, JSON does not; the type keeps them apart from texts."""
    if not isinstance(value, date | time):
        raise TypeError(f"{type(value).__name__} is no value of TOML")
    return f"{type(value).__name__}:{value.isoformat()}"
