"""Draws docs/access.md from the roles in core/access; `bin/docs` writes it, a test compares it."""

import inspect
import re

from pro_service.core.access import PERMISSIONS, SITE_ROLES, STUDY_ROLES, Permission, Role
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "access.md"

_HEAD = """# Who may do what

Written by `bin/docs` from `pro_service/core/access/roles.py`; not by hand.

A person has any number of **grants**: a role, at one site or at all of a study, from an instant until another, each
with who gave it and why (`access_grant`). What a grant allows it allows at its own site alone; two grants never add up
to a right that neither of them gives there. Grants are never changed, only ended, and never given for the past: the
rights of any past instant can be listed (`flask access as-of`, and the desk's page of accounts). A change counts from
the next request on.

Every route, command and job declares what it needs (`pro_service/entrypoints/needs.py`), and one function decides
(`pro_service/core/access/decide.py`): allowed; **refused** (403) where the person knows the object but may not do
this to it; **absent** (404, as if it did not exist) for an object of a place that no grant reaches. Who
holds a permission nowhere is refused whatever they name. `tests/access` asks every route with every role for objects
of the own site, another site, another study and none.

In an **emergency** an investigator opens one patient of another site, with a reason, for `PRO_EMERGENCY_MINUTES`: to be
read, never to be written. The patient's site and the administrators see it at once.
"""

_MEMBER = re.compile(r'^    (\w+) = "(\w+)"(?:  # (.+))?$', re.MULTILINE)


def access_page() -> str:
    return "\n".join([_HEAD, "## Roles", "", _places(), "", "## What each includes", "", _table(), ""])


def _places() -> str:
    rows = [f"| `{role}` | {_where(role)} |" for role in Role]
    return "\n".join(["| role | its grants name |", "|---|---|", *rows])


def _where(role: Role) -> str:
    if role in SITE_ROLES:
        return "sites"
    return "no site: the whole study" if role in STUDY_ROLES else "sites, or none for the whole study"


def _table() -> str:
    comments = {value: comment for _, value, comment in _MEMBER.findall(inspect.getsource(Permission))}
    head = f"| permission | what it is | {' | '.join(f'`{role}`' for role in Role)} |"
    rows = [
        f"| `{each}` | {comments[each]} | {' | '.join('x' if each in PERMISSIONS[role] else '' for role in Role)} |"
        for each in Permission
    ]
    return "\n".join([head, f"|---|---|{'---|' * len(Role)}", *rows])


def main() -> None:
    PAGE.write_text(access_page())


if __name__ == "__main__":
    main()
