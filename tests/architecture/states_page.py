"""Draws docs/states.md from the tables of states in core/lifecycle.py; `bin/docs` writes it, a test compares it."""

import inspect
import re
import textwrap
from collections.abc import Mapping
from enum import StrEnum

from pro_service.core.lifecycle import ALERT_OPEN, ANSWERABLE, TABLES, UNTOUCHABLE, Table
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "states.md"

_HEAD = """# States

Written by `bin/docs` from `pro_service/core/lifecycle.py`; not by hand. A step that is not drawn here is impossible:
`step()` refuses it, and a CHECK constraint of the database refuses a state of another name.

Each drawing begins at the state in which a new row is made. A state without a way out is final.
"""

_ABOUT: Mapping[str, str] = {
    "assessment": "One expected assessment of one patient: a slot of the plan as it lives. It is made by a replan, "
    "moved on by the clock and by answers. A `missed` one goes back only if its window was over before the service "
    "knew of it: then nobody was ever asked.",
    "response": "The answers to one instrument of an assessment.",
    "message": "One outgoing message in the outbox. `unknown` is a state and not a guess: whoever does not know says "
    "so ([flow.md](flow.md#sending-once)).",
    "alert": "One time a rule of the protocol fired. Only people close it.",
    "correction": "A change of answers that are in. Without a second person it is applied as it is asked for; "
    "approving and applying are one step, so that nothing is approved and not yet in.",
    "query": "A question of a monitor or data manager about one datum. The site answers; whoever opened it closes it "
    "or opens it again.",
}

_GROUPS: Mapping[str, tuple[tuple[str, frozenset[StrEnum]], ...]] = {
    "assessment": (
        ("A patient can answer while it is", frozenset(ANSWERABLE)),
        ("Later facts leave it alone while it is", frozenset(UNTOUCHABLE)),
    ),
    "alert": (("Somebody still has to deal with it while it is", frozenset(ALERT_OPEN)),),
}

#: A member of an enum and the comment behind it, as lifecycle.py writes them.
_MEMBER = re.compile(r'^    [A-Z_]+ = "(?P<value>[a-z_]+)"(?:  # (?P<meaning>.+))?$', re.MULTILINE)


def states_page() -> str:
    """The whole document."""
    return "\n".join([_HEAD, *(_section(name, table) for name, table in TABLES.items())])


def _section(name: str, table: Table) -> str:
    parts = [f"## {name.capitalize()}", textwrap.fill(_ABOUT[name], 120), _drawing(table), _meanings(table)]
    parts += [f"{words}: {_listed(table, states)}." for words, states in _GROUPS.get(name, ())]
    return "\n\n".join(parts) + "\n"


def _drawing(table: Table) -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for before, steps in table.items():
        lines += [f"    {before} --> {after}" for after in table if after in steps]
        lines += [] if steps else [f"    {before} --> [*]"]
    return "\n".join([*lines, "```"])


def _meanings(table: Table) -> str:
    comments = dict(_MEMBER.findall(inspect.getsource(type(next(iter(table))))))
    rows = [f"| `{state}` | {comments[state] or 'as it says'} | {_after(table, state)} |" for state in table]
    return "\n".join(["| state | meaning | may become |", "|---|---|---|", *rows])


def _after(table: Table, state: StrEnum) -> str:
    return _listed(table, table[state]) if table[state] else "final"


def _listed(table: Table, states: frozenset[StrEnum]) -> str:
    return ", ".join(f"`{state}`" for state in table if state in states)


def main() -> None:
    PAGE.write_text(states_page())


if __name__ == "__main__":
    main()
