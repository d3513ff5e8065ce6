"""The copy for people: one PDF a site, a section a patient, French beside English, the same bytes each time."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from pro_service.core.dataset import TABLES, Table

Rows = Sequence[Mapping[str, str]]

#: Of each table, the columns that are printed. All of them are in the CSV files beside it.
PRINTED: Mapping[str, tuple[str, ...]] = {
    "patients": ("language", "protocol_version", "enrolled_at", "phase", "phase_since_on"),
    "events": ("event_no", "type", "event_on", "result", "reason", "disclosed_on", "recorded_at", "voided"),
    "visits": ("visit", "kind", "state", "visit_on", "planned_on"),
    "expected_forms": ("timepoint", "due_on", "open_on", "close_on", "state", "reason", "finished_at"),
    "responses": (
        "timepoint",
        "instrument",
        "instrument_version",
        "sitting",
        "response_state",
        "mode",
        "finished_at",
    ),
    "scores": (
        "timepoint",
        "instrument",
        "sitting",
        "scale",
        "value",
        "absent_reason",
        "rule_version",
        "is_latest",
    ),
    "alerts": (
        "timepoint",
        "instrument",
        "rule",
        "scale",
        "severity",
        "now",
        "raised_at",
        "state",
        "actions",
    ),
    "protocol_versions": ("version_no", "protocol_version", "change", "from_at", "until_at"),
    "missing_reasons": ("timepoint", "source", "version", "reason", "given_at", "given_by", "is_latest"),
    "corrections": (
        *("timepoint", "instrument", "item", "old_value", "value", "state", "reason", "source"),
        *("requested_at", "decided_at"),
    ),
    "queries": ("query_no", "kind", "timepoint", "item", "state", "opened_at", "answered_at", "closed_at"),
    "consents": ("scope", "act", "on", "text_ref", "text_version", "recorded_at"),
    "edit_checks": ("timepoint", "instrument", "item", "source", "code", "prompted_at", "value"),
}
#: Answers are printed by sitting, as item = value; a version that counts no more stands in brackets.
ANSWERS = "items"
_SITTING = ("timepoint", "instrument", "sitting")
_MARGIN = 12 * mm
_LINES = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Vera", 6.5),
        ("FONT", (0, 0), (-1, 0), "VeraBd", 6.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
)


def write_pdf(folder: Path, *, study: str, site: str, cut_off: str) -> None:
    """Write `<study>-<site>.pdf` from the CSV files of the folder; `cut_off` is printed on each page."""
    _fonts()
    name = f"{study}-{site}.pdf"
    head = f"{study.upper()} · centre / site {site} · données au / data as of {cut_off}"
    document = SimpleDocTemplate(
        str(folder / name),
        pagesize=landscape(A4),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN + 6 * mm,
        bottomMargin=_MARGIN,
        title=head,
        author="pro_service",
        invariant=1,
    )

    def frame(canvas: Any, _: object) -> None:
        _frame(canvas, head)

    document.build([*_front(head), *_sections(folder)], onFirstPage=frame, onLaterPages=frame)


def _read(folder: Path, name: str) -> Iterator[Mapping[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _front(head: str) -> list[Flowable]:
    return [
        Paragraph(
            "Copie certifiée des données du centre / Certified copy of the site's data", _style(15, bold=True)
        ),
        Spacer(0, 4 * mm),
        Paragraph(escape(head), _style(10)),
        Spacer(0, 3 * mm),
        Paragraph(
            "Une section par patient. Les fichiers CSV joints contiennent toutes les colonnes et toutes les versions ; "
            "manifest.json en donne les empreintes SHA-256, et manifest.sig le signe (Ed25519).",
            _style(9),
        ),
        Paragraph(
            "One section a patient. The CSV files beside it hold every column and every version; manifest.json gives "
            "their SHA-256, and manifest.sig signs it (Ed25519).",
            _style(9),
        ),
    ]


def _sections(folder: Path) -> Iterator[Flowable]:
    """One section a patient. Each table is read along with the patients, whose order it has."""
    groups = {
        table.name: groupby(_read(folder, table.name), key=lambda row: row["patient"]) for table in TABLES
    }
    waiting = {name: next(group, None) for name, group in groups.items()}
    for patient in [row["patient"] for row in _read(folder, "patients")]:
        yield PageBreak()
        yield Paragraph(f"Patient {escape(patient)}", _style(13, bold=True))
        for table in TABLES:
            found = waiting[table.name]
            own = list(found[1]) if found is not None and found[0] == patient else []
            if own:
                waiting[table.name] = next(groups[table.name], None)
                yield from _printed(table, own)


def _printed(table: Table, rows: Rows) -> Iterator[Flowable]:
    yield Spacer(0, 3 * mm)
    yield Paragraph(escape(_both(table.label)), _style(9, bold=True))
    if table.name == ANSWERS:
        yield from _answers(rows)
        return
    labels = {column.name: _both(column.label) for column in table.columns}
    columns = PRINTED[table.name]
    width = (landscape(A4)[0] - 2 * _MARGIN) / len(columns)
    head = [Paragraph(escape(labels[name]), _style(6.5, bold=True)) for name in columns]
    body = [[_cell(row[name]) for name in columns] for row in rows]
    yield LongTable([head, *body], colWidths=[width] * len(columns), repeatRows=1, style=_LINES)


def _answers(rows: Rows) -> Iterator[Flowable]:
    for sitting, own in groupby(rows, key=lambda row: tuple(row[name] for name in _SITTING)):
        said = " · ".join(escape(_answer(row)) for row in own)
        yield Paragraph(f"<font name='VeraBd'>{escape(' '.join(sitting))}</font> : {said}", _style(7))


def _answer(row: Mapping[str, str]) -> str:
    value = "refus / refused" if row["refused"] == "1" else row["value"] or "–"
    words = f"{row['item']} = {value}"
    return words if row["is_latest"] == "1" else f"({words})"


def _cell(text: str) -> Flowable | str:
    """Short texts stand as they are: a paragraph a cell would take most of the time."""
    return text if len(text) <= 18 else Paragraph(escape(text), _style(6.5))


def _both(label: Mapping[str, str]) -> str:
    french, english = label["fr"], label["en"]
    return french if french == english else f"{french} / {english}"


def _frame(canvas: Any, head: str) -> None:
    width, height = landscape(A4)
    canvas.setFont("Vera", 7)
    canvas.drawString(_MARGIN, height - _MARGIN, head)
    page = f"page {canvas.getPageNumber()}"
    canvas.drawRightString(width - _MARGIN, height - _MARGIN, page)


@cache
def _fonts() -> None:
    """Bitstream Vera, which comes with reportlab and has the accents; it is embedded in the file."""
    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


@cache
def _style(size: float, *, bold: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{bold}", fontName="VeraBd" if bold else "Vera", fontSize=size, leading=size * 1.3
    )
