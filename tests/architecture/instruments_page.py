"""Writes docs/instruments.md from the shipped definitions; `bin/docs` runs it, a test compares."""

from collections.abc import Iterable, Sequence

from pro_service.core.manual import ItemLine, ScaleLine, Sheet, sheet
from pro_service.store.catalogue import load_instruments
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "instruments.md"

_HEAD = """# Instruments

Written by `bin/docs` from `questionnaires/instruments/`; not by hand. The staff's page `/staff/instruments` shows the
same. Labels are short ones of our own, not the questionnaires: their wording belongs to its owners. `UNVERIFIED` means
that a number was not compared with its published source. A *step* is how far a score moves when one answer moves by 1.

"""


def instruments_page() -> str:
    """The whole document."""
    sheets = [sheet(instrument, "en") for instrument in load_instruments().values()]
    return _HEAD + _contents(sheets) + "\n" + "\n".join(_section(each) for each in sheets)


def _contents(sheets: Iterable[Sheet]) -> str:
    head = ("instrument", "version", "items", "scales", "minutes", "status")
    rows = [
        (
            f"[{each.title}](#{each.code})",
            each.version,
            str(len(each.items)),
            str(len(each.scales)),
            str(each.minutes),
            each.status,
        )
        for each in sheets
    ]
    return _table(head, rows)


def _section(page: Sheet) -> str:
    parts = [
        f"## {page.code}",
        f"{page.title}, version {page.version}: {page.status}.",
        _facts(page),
        "### " + f"Scales of {page.code}",
        _scales(page.scales),
        "### " + f"Items of {page.code}",
        _items(page.items),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _facts(page: Sheet) -> str:
    facts = [
        ("recall", page.recall),
        ("takes", f"{page.minutes} minutes"),
        ("longest sitting", page.sitting),
        ("wording here", page.wording),
        ("owner", page.holder),
        ("terms", page.terms),
        ("ask", page.ask),
        ("source of these terms", page.licence_source),
        ("CDISC", page.cdisc),
        ("value sets", ", ".join(page.value_sets)),
        ("in doubt", "; ".join(page.doubts)),
    ]
    return "\n".join(f"* {name}: {_cell(fact)}" for name, fact in facts if fact)


def _scales(lines: Iterable[ScaleLine]) -> str:
    head = ("code", "name", "items", "rule", "needs", "range", "direction", "step", "status", "source")
    return _table(
        head,
        [
            (
                f"`{one.code}`",
                *(one.name, one.items, one.rule, one.needs, one.range, one.direction, one.step),
                *(one.status, one.source),
            )
            for one in lines
        ],
    )


def _items(lines: Iterable[ItemLine]) -> str:
    head = ("code", "topic (our label)", "range", "asked", "recall", "may be refused", "CDISC")
    return _table(
        head,
        [
            (
                f"`{one.code}`",
                *(one.label, one.range, one.condition, one.recall),
                "yes" if one.may_refuse else "no",
                one.cdisc,
            )
            for one in lines
        ],
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    PAGE.write_text(instruments_page())


if __name__ == "__main__":
    main()
