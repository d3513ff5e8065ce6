"""The matrix requirement, risk, tests, result, version: judged from the register and a run's results, drawn as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One requirement and the tests that name it, each with its outcome."""

    requirement: Mapping[str, Any]
    tests: tuple[tuple[str, str], ...]

    @property
    def state(self) -> str:
        """open | organisational | failed | untested | proved"""
        outcomes = {outcome for _, outcome in self.tests}
        if "failed" in outcomes:
            return "failed"
        if self.requirement.get("open"):
            return "open"
        if self.requirement["status"] == "organisational":
            return "organisational"
        return "proved" if "passed" in outcomes else "untested"


def rows(register: Sequence[Mapping[str, Any]], results: Mapping[str, Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            requirement=one,
            tests=tuple(
                (test, found["outcome"])
                for test, found in sorted(results.items())
                if one["id"] in found["requirements"]
            ),
        )
        for one in register
    )


def faults(register: Sequence[Mapping[str, Any]], results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What makes a run no evidence: a requirement without a passing test, or a test that names none of ours."""
    known = {one["id"] for one in register}
    missing = [
        f"{row.requirement['id']}: {row.state}"
        for row in rows(register, results)
        if row.state in ("failed", "untested")
    ]
    unknown = sorted({one for found in results.values() for one in found["requirements"]} - known)
    return missing + [f"{one}: named by a test, and not in the register" for one in unknown]


def page(
    register: Sequence[Mapping[str, Any]], results: Mapping[str, Mapping[str, Any]], *, version: str, at: str
) -> str:
    """The matrix as one page without scripts. `version`: the commit; `at`: when the tests ran, UTC."""
    judged = rows(register, results)
    states = ("proved", "open", "organisational", "untested", "failed")
    counts = ", ".join(f"{sum(row.state == state for row in judged)} {state}" for state in states)
    body = "\n".join(_row(row) for row in judged)
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Traceability</title><style>{_STYLE}</style></head>
<body>
<h1>Traceability</h1>
<p>Version {escape(version)}, tested {escape(at)}: {counts}. “Open” is not claimed yet, whatever its tests say.</p>
<table>
<thead><tr><th>Requirement</th><th>Risk</th><th>Tests</th><th>Result</th></tr></thead>
<tbody>
{body}
</tbody>
</table>
</body>
</html>
"""


def _row(row: Row) -> str:
    told = row.requirement
    tests = "".join(f"<li>{escape(test)}: {outcome}</li>" for test, outcome in row.tests)
    requirement = (
        f"<b>{escape(told['id'])}</b> {escape(told['text'])}<br><small>{escape(told['source'])}</small>"
    )
    risk = f"{escape(told['risk'])}<br><small>{escape(told['why'])}</small>"
    listed = (
        f"<details><summary>{len(row.tests)}</summary><ul>{tests}</ul></details>" if row.tests else "none"
    )
    return f'<tr class="{row.state}"><td>{requirement}</td><td>{risk}</td><td>{listed}</td><td>{row.state}</td></tr>'


_STYLE = """
body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
.proved td:last-child { color: #0a5c2b }
.failed td:last-child, .untested td:last-child { color: #a00; font-weight: bold }
.open td:last-child, .organisational td:last-child { color: #7a5200 }
"""
