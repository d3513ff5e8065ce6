"""Draws docs/course.md from the shipped protocols; `bin/docs` writes it, a test compares it."""

from pro_service.core.course import arrows, label, mermaid
from pro_service.core.protocol import CourseRules, StepKind
from pro_service.store.catalogue import load_catalogue
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "course.md"

_HEAD = """# Courses

Written by `bin/docs` from the `[course]` of the shipped protocols; not by hand. The desk draws the same under *Phases
of the course*, with the patient's own phase marked ([protocol-language.md](protocol-language.md) explains the keys).

Out of the box `followed` each phase may lead to a pause or an end; arrows inside it name the phase they start from. On
one day, events take effect in the order of the tables.
"""


def course_page() -> str:
    """The whole document. Protocols with the same course share a section."""
    by_rules: dict[str, list[str]] = {}
    rules_of: dict[str, CourseRules] = {}
    for version, protocol in sorted(load_catalogue().protocols.items()):
        drawn = mermaid(protocol.course, "en")
        by_rules.setdefault(drawn, []).append(version)
        rules_of[drawn] = protocol.course
    sections = [_section(versions, drawn, rules_of[drawn]) for drawn, versions in by_rules.items()]
    return "\n".join([_HEAD, *sections])


def _section(versions: list[str], drawn: str, rules: CourseRules) -> str:
    rows = [
        f"| {label(rules, one, 'en')} | {_before(rules, one.kind, one.before)} | {_after(rules, one.after)} |"
        for one in arrows(rules)
    ]
    table = "\n".join(["| event | from | to |", "|---|---|---|", *rows])
    return f"## {', '.join(versions)}\n\n```mermaid\n{drawn}\n```\n\n{table}\n"


def _before(rules: CourseRules, kind: StepKind, phases: tuple[str, ...]) -> str:
    if kind in (StepKind.PAUSES, StepKind.ENDS):
        return "every phase that is followed"
    return ", ".join(rules.word(phase, "en") for phase in phases)


def _after(rules: CourseRules, phase: str) -> str:
    return rules.word(phase, "en") if phase else "the phase underneath"


def main() -> None:
    PAGE.write_text(course_page())


if __name__ == "__main__":
    main()
