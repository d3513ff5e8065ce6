"""Reads the curl commands of a document and sends them to a Flask client, so that examples cannot rot."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^curl .*?  # (\d{3})$", re.MULTILINE | re.DOTALL)
_TAKES_A_VALUE = {"-b", "-c", "-X", "-H", "--json", "--data-binary"}


@dataclass(frozen=True, kw_only=True)
class Example:
    """One command: method, headers, body and address still with its `$NAMES`, and the status to expect."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: str | None
    status: int

    def send(self, client: FlaskClient, **names: object) -> TestResponse:
        """Send it, with `names` in place of the document's variables."""
        parts = urlsplit(Template(self.address).substitute(names))
        headers = {name: Template(value).substitute(names) for name, value in self.headers.items()}
        if self.body is not None:
            headers.setdefault("Content-Type", "application/json")
        return client.open(
            parts.path, query_string=parts.query, method=self.method, headers=headers, data=self.body
        )


def examples(document: str) -> Iterator[Example]:
    """The commands of the document's shell blocks, in order; each must end in a comment with its status."""
    for block in _BLOCK.findall(document):
        found = list(_COMMAND.finditer(block))
        assert len(found) == len(re.findall(r"^curl ", block, re.MULTILINE)), block
        for command in found:
            yield _example(command[0].rpartition("  # ")[0], int(command[1]))


def _example(command: str, status: int) -> Example:
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    given: dict[str, list[str]] = {name: [] for name in ("-s", "address", *_TAKES_A_VALUE)}
    for word in words:
        if word in _TAKES_A_VALUE:
            given[word].append(next(words))
        else:
            given["address" if not word.startswith("-") else word].append(word)
    files = [Path(name.removeprefix("@")).read_text(encoding="utf-8") for name in given["--data-binary"]]
    body = next(iter([*given["--json"], *files]), None)
    method = next(iter(given["-X"]), "POST" if body is not None else "GET")
    headers = dict(header.split(": ", 1) for header in given["-H"])
    (address,) = given["address"]
    return Example(method=method, address=address, headers=headers, body=body, status=status)
