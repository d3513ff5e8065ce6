"""The data dictionary as one page that opens anywhere: no script, nothing fetched from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from pro_service.core.dataset.dictionary import Definition, dictionary_rows
from pro_service.core.dataset.model import Cell, Row
from pro_service.core.dataset.tables import DICTIONARY

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; font-size: .875rem; }
caption { text-align: left; font-weight: 600; font-size: 1.125rem; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #d0d7de; }
td { overflow-wrap: break-word; }
.doubt { font-weight: 700; background: #fff3cd; }
"""
_ABOUT_STATUS = (
    "Statut UNVERIFIED : le nombre n'a pas été comparé à sa source publiée. / "
    "Status UNVERIFIED: the number was not compared with its published source."
)
_DOUBTFUL = frozenset({"UNVERIFIED", "assumed"})
_HEADINGS = {
    "table": "",
    "column": "Table",
    "instrument": "",
    "item": "Questions / Items",
    "scale": "Échelles / Scales",
    "protocol": "",
    "alert_rule": "Règles d'alerte / Alert rules",
    "codelist": "Liste de codes / Code list",
}
_POSITION = DICTIONARY.names.index("position")


def dictionary_page(definition: Definition) -> str:
    """The whole dictionary in HTML, French beside English."""
    title = f"{definition.study} : dictionnaire des données / data dictionary"
    parts = [
        "<!DOCTYPE html>\n",
        f'<html lang="fr">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n",
        f"<p>{_ABOUT_STATUS}</p>\n",
    ]
    for (entry, parent), rows in groupby(dictionary_rows(definition), key=lambda row: row[:2]):
        parts.append(_section(str(entry), str(parent), tuple(rows)))
    parts.append("</body>\n</html>\n")
    return "".join(parts)


def _section(entry: str, parent: str, rows: Sequence[Row]) -> str:
    if not _HEADINGS[entry]:
        return "".join(_heading(row) for row in rows)
    shown = [place for place in range(2, len(DICTIONARY.names)) if any(row[place] for row in rows)]
    shown.remove(_POSITION)
    head = "".join(f'<th scope="col">{_column(place)}</th>' for place in shown)
    body = "".join(f"<tr>{_cells(row, shown)}</tr>\n" for row in rows)
    caption = f"<caption>{escape(_HEADINGS[entry])} {escape(parent)}</caption>"
    return f"<table>\n{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _heading(row: Row) -> str:
    """A table, an instrument or a protocol: its name, its titles, and what else is known of it."""
    values = dict(zip(DICTIONARY.names, row, strict=True))
    titles = " / ".join(dict.fromkeys(str(values[name]) for name in ("label_fr", "label_en")))
    facts = [values[name] for name in ("rule", "status", "source", "cdisc", "note") if values[name]]
    name = f"<h2>{escape(str(values['name']))}: {escape(titles)}</h2>\n"
    return name + f"<p>{'. '.join(_shown(fact) for fact in facts)}</p>\n"


def _column(place: int) -> str:
    label = DICTIONARY.columns[place].label
    return escape(" / ".join(dict.fromkeys((label["fr"], label["en"]))))


def _cells(row: Row, places: Iterable[int]) -> str:
    return "".join(f"<td>{_shown(row[place])}</td>" for place in places)


def _shown(cell: Cell) -> str:
    text = "" if cell is None else escape(f"{cell:.6g}" if isinstance(cell, float) else str(cell))
    return f'<span class="doubt">{text}</span>' if cell in _DOUBTFUL else text
