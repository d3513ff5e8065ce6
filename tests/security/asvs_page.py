"""Draws docs/validation/asvs.md from the checklist: `python -m tests.security.asvs_page`."""

import tomllib
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "validation"
PAGE = FOLDER / "asvs.md"
CHAPTERS = (
    *(
        "Encoding",
        "Validation and business logic",
        "Web frontend",
        "API",
        "Files",
        "Authentication",
        "Sessions",
    ),
    *("Authorization", "Self-contained tokens", "OAuth and OIDC", "Cryptography", "Communication"),
    *("Configuration", "Data protection", "Coding and architecture", "Logging and errors", "WebRTC"),
)


def items() -> list[Mapping[str, str]]:
    return list(tomllib.loads((FOLDER / "asvs.toml").read_text())["item"])


def page() -> str:
    """The checklist as a table a chapter."""
    listed = items()
    tested = sum("test" in one for one in listed)
    owed = sum(one.get("reason", "").startswith("open") for one in listed)
    parts = [
        "# ASVS 5.0, levels 1 and 2\n",
        f"Written from asvs.toml. Of {len(listed)} items {tested} have a test, {len(listed) - tested - owed} a reason,",
        f"and {owed} are open. Ids: OWASP ASVS 5.0.0, CC BY-SA 4.0; the words are ours.\n",
    ]
    for chapter, inside in groupby(listed, key=lambda one: int(one["id"].split(".")[0])):
        parts += [
            f"## {chapter}. {CHAPTERS[chapter - 1]}\n",
            "| Item | About | Shown by |",
            "| --- | --- | --- |",
        ]
        parts += [f"| {one['id']} | {one['words']} | {_shown(one)} |" for one in inside]
        parts.append("")
    return "\n".join(parts)


def _shown(item: Mapping[str, str]) -> str:
    return f"`{item['test']}`" if "test" in item else item["reason"]


if __name__ == "__main__":
    PAGE.write_text(page())
