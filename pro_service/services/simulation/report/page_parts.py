"""The parts that pages of a rehearsal are put together from: tables, bars, columns, numbers as people write them."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_NARROW = "\u202f"  # a space at which no line breaks


def html_table(heads: Sequence[str], rows: Iterable[str], *, caption: str = "") -> str:
    cells = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f"<div class='wide' tabindex='0'><table>{above}\n<thead><tr>{cells}</tr></thead>\n"
        f"<tbody>\n{''.join(rows)}</tbody>\n</table></div>\n"
    )


def row(*cells: str, css: str = "") -> str:
    """One line of a table; the cells are markup already, the first names the line."""
    first, *rest = cells
    name = f"<th scope='row'>{first}</th>"
    return f'<tr class="{css}">{name}' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>\n"


def counted(title: str, heads: Sequence[str], counts: Mapping[str, int]) -> str:
    rows = [row(escape(name), str(count)) for name, count in counts.items()]
    heading = f"<h2>{escape(title)}</h2>\n" if title else ""
    return heading + html_table(heads, rows)


def columns(*parts: str) -> str:
    return "<div class='columns'>" + "".join(f"<section>{part}</section>" for part in parts) + "</div>\n"


def bar(rate: float | None) -> str:
    """A share as a bar of the whole; its number stands beside it in the table."""
    width = round(120 * min(max(rate or 0, 0), 1), 1)
    return (
        '<svg width="120" height="12" viewBox="0 0 120 12" aria-hidden="true">'
        f'<rect class="rest" width="120" height="12"/><rect class="bar" width="{width}" height="12"/></svg>'
    )


def interval_bar(found: Mapping[str, Any]) -> str:
    """A share as a mark, its interval as a line, on a scale from 0 to 1; the numbers stand beside it."""
    if found["rate"] is None:
        return ""
    low, mark, high = (round(4 + 152 * found[name], 1) for name in ("low", "rate", "high"))
    return (
        '<svg width="160" height="14" viewBox="0 0 160 14" aria-hidden="true">'
        '<line class="axis" x1="4" x2="156" y1="7" y2="7"/>'
        f'<line class="whisker" x1="{low}" x2="{high}" y1="7" y2="7"/>'
        f'<circle class="bar" cx="{mark}" cy="7" r="4"/></svg>'
    )


def month_bars(values: Mapping[str, int], *, label: str) -> str:
    """Columns by month, the years below them; the greatest value is written on top. `label` says what is drawn."""
    if not values:
        return ""
    months = _every_month(list(values))
    step, tall, most = 14, 90, max(values.values())
    width = step * len(months) + 64  # and room for the last year
    drawn = []
    for place, month in enumerate(months):
        height = round(tall * values.get(month, 0) / most, 1)
        left = 36 + step * place
        drawn.append(
            f'<rect class="bar" x="{left}" y="{18 + tall - height}" width="{step - 3}" height="{height}"/>'
        )
        if month.endswith("-01") or not place:
            drawn.append(f'<text x="{left}" y="{tall + 34}">{month[:4]}</text>')
    return (
        f'<div class="wide" tabindex="0"><svg width="{width}" height="{tall + 42}" '
        f'viewBox="0 0 {width} {tall + 42}" role="img" '
        f'aria-label="{escape(label)}"><line class="axis" x1="34" x2="{width}" y1="{tall + 18}" y2="{tall + 18}"/>'
        f'<text x="30" y="24" text-anchor="end">{most}</text>'
        f'<text x="30" y="{tall + 20}" text-anchor="end">0</text>{"".join(drawn)}</svg></div>\n'
    )


def _every_month(months: Sequence[str]) -> list[str]:
    """All months from the first to the last of some, written YYYY-MM."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(months), max(months)))
    return [f"{each // 12}-{each % 12 + 1:02}" for each in range(first, last + 1)]


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.0f}{_NARROW}%"


def number(value: float | None, *, comma: str = ".") -> str:
    return "–" if value is None else f"{value:g}".replace(".", comma)


def amount(value: float | None, digits: int, *, comma: str = ".") -> str:
    """A number with so many decimals, thousands apart by a narrow space."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace(",", _NARROW).replace(".", comma)
