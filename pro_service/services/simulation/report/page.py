"""Makes the report of a virtual trial: one self-contained page of tables and bars that reads and prints alike."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from pro_service.services.simulation.report.page_texts import word

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --paper: #fbfaf7; --accent: #0f5c63; --line: #d9d6cf;
  --soft: #eef3f2; --red: #a4161a; --amber: #8a5a00; --green: #1e6b3a; --quiet: #55606e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e6df; --paper: #15191f; --accent: #7cc4c9; --line: #39404a;
  --soft: #1e252c; --red: #ff8a8d; --amber: #e0b050; --green: #7fd39c; --quiet: #a6afba; } }
body { font: 17px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 24px; max-width: 1080px; }
h1 { font-size: 1.7em; margin: 0 0 4px; } h2 { font-size: 1.2em; margin: 40px 0 8px; }
p { max-width: 70ch; margin: 4px 0; } .quiet { color: var(--quiet); }
dl { display: flex; flex-wrap: wrap; gap: 12px; margin: 24px 0; }
dl div { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; min-width: 130px; }
dt { color: var(--quiet); font-size: .83em; } dd { margin: 0; } dd b { font-size: 1.44em; font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
th, td { text-align: right; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: bottom; }
th:first-child, td:first-child, td.text, th.text { text-align: left; } th { font-size: .83em; color: var(--quiet); }
tr.sum td { font-weight: 600; } svg { display: block; margin-bottom: 6px; }
.bar { fill: var(--accent); } .rest { fill: var(--soft); }
.good { color: var(--green); } .bad { color: var(--red); }
.columns { display: flex; flex-wrap: wrap; gap: 0 56px; }
@media print { body { font-size: 11px; max-width: none; padding: 0; } h2, tr, dl div { break-inside: avoid; }
  h2 { break-after: avoid; } .wide { overflow: visible; } }
"""

_NARROW = "\u202f"  # a space at which no line breaks

_COUNTS = (
    "expected_at_close",
    "received",
    "late",
    "partial",
    "missed",
    "expected_now",
    "cancelled",
    "not_over_yet",
)


def report(figures: Mapping[str, Any], *, title: str, language: str) -> str:
    """The page of figures.summary's figures, in French ("fr") or English ("en")."""
    say = partial(word, language=language)
    parts = (
        _head(figures, title, say),
        _tiles(figures, say),
        _timepoints(figures, say),
        _columns(_phases(figures, say), _alerts(figures, say)),
        _columns(_messages(figures, say), _texts(figures, say)),
        _ledger(figures, say),
    )
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(say('heading'))} · {escape(figures['protocol'])}</title>\n<style>{_STYLE}</style>\n"
        f"</head>\n<body>\n{''.join(parts)}</body>\n</html>\n"
    )


def _head(figures: Mapping[str, Any], title: str, say: Any) -> str:
    facts = (
        f"{say('protocol')} {figures['protocol']}",
        f"{say('period')} {figures['from']} {say('to')} {figures['until']}",
        f"{say('seed')} {figures['seed']}",
    )
    return (
        f"<h1>{escape(say('heading'))}</h1>\n<p>{escape(title)}</p>\n"
        f'<p class="quiet">{escape(" · ".join(facts))}</p>\n<p class="quiet">{escape(say("invented"))}</p>\n'
    )


def _tiles(figures: Mapping[str, Any], say: Any) -> str:
    people, alerts = figures["patients"], figures["alerts"]
    whole, sent = figures["assessments"]["all"], figures["messages"]
    tiles = (
        (say("patients"), people["enrolled"], f"{say('included')} {people['included']}"),
        (say("sites"), figures["sites"], ""),
        (say("received"), whole["received"], f"{percent(whole['rate_at_close'])} {say('of_expected')}"),
        (say("reply"), f"{number(figures['median_reply_hours'], comma=say('comma'))} {say('hours')}", ""),
        (say("messages"), sent["count"], f"{sent['segments']} {say('segments')}"),
        (
            say("alerts"),
            alerts["count"],
            f"{percent(alerts['share_of_forms_alerting'])} {say('forms_alerting')}",
        ),
    )
    cells = (
        f"<div><dt>{escape(name)}</dt><dd><b>{escape(str(value))}</b></dd><dd class='quiet'>{escape(note)}</dd></div>\n"
        for name, value, note in tiles
    )
    return f"<dl>\n{''.join(cells)}</dl>\n"


def _timepoints(figures: Mapping[str, Any], say: Any) -> str:
    heads = [say("timepoint"), *(say(name) for name in _COUNTS), say("rate_at_close"), say("rate_now"), ""]
    rows = [_timepoint(each["key"], each, "") for each in figures["assessments"]["by_timepoint"]]
    rows.append(_timepoint(say("all"), figures["assessments"]["all"], "sum"))
    return f"<h2>{escape(say('by_timepoint'))}</h2>\n<div class='wide'>{_html_table(heads, rows)}</div>\n"


def _timepoint(name: str, each: Mapping[str, Any], css: str) -> str:
    cells = [escape(name), *(str(each[count]) for count in _COUNTS)]
    cells += [percent(each["rate_at_close"]), percent(each["rate_now"]), _bar(each["rate_at_close"])]
    return f'<tr class="{css}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def _bar(rate: float | None) -> str:
    """A share as a bar of the whole; its number stands beside it in the table."""
    width = round(120 * (rate or 0), 1)
    return (
        '<svg width="120" height="12" viewBox="0 0 120 12" aria-hidden="true">'
        f'<rect class="rest" width="120" height="12"/><rect class="bar" width="{width}" height="12"/></svg>'
    )


def _phases(figures: Mapping[str, Any], say: Any) -> str:
    return _counted(say("by_phase"), (say("phase"), say("count")), figures["patients"]["by_phase"])


def _alerts(figures: Mapping[str, Any], say: Any) -> str:
    alerts = figures["alerts"]
    hours = number(alerts["median_hours_to_acknowledge"], comma=say("comma"))
    taken = f"{say('acknowledged')} : {hours} {say('hours')}"
    tables = (
        _counted("", (say(name), say("count")), alerts[f"by_{name}"])
        for name in ("severity", "scale", "state")
    )
    return f"<h2>{escape(say('alerts'))}</h2>\n<p class='quiet'>{escape(taken)}</p>\n{''.join(tables)}"


def _messages(figures: Mapping[str, Any], say: Any) -> str:
    rows = [
        f'<tr><td>{escape(kind)}</td><td class="text">{escape(state)}</td><td>{count}</td></tr>\n'
        for kind, each in figures["messages"]["by_kind"].items()
        for state, count in each["states"].items()
    ]
    heads = (say("kind"), say("state"), say("count"))
    return f"<h2>{escape(say('messages'))}</h2>\n{_html_table(heads, rows)}"


def _texts(figures: Mapping[str, Any], say: Any) -> str:
    return _counted(say("texts"), (say("read_as"), say("count")), figures["texts_from_patients"])


def _ledger(figures: Mapping[str, Any], say: Any) -> str:
    ledger = figures["ledger"]
    verdict = ("good", "✓", say("agrees")) if ledger["agrees"] else ("bad", "✗", say("disagrees"))
    css, mark, sentence = verdict
    return (
        f"<h2>{escape(say('ledger'))}</h2>\n"
        f'<p class="{css}">{mark} {escape(sentence)} ({ledger["patients"]} / {ledger["assessments"]})</p>\n'
        + _discrepancies(say("differences"), ledger["differences"], say)
        + _discrepancies(say("frozen"), ledger["frozen_rows"], say)
        + f"<p>{escape(say('refused'))} : {len(figures['refused_facts'])}</p>\n"
    )


def _discrepancies(title: str, found: Sequence[Mapping[str, str]], say: Any) -> str:
    if not found:
        return f"<p>{escape(title)} : {escape(say('none'))}</p>\n"
    rows = [
        f"<tr><td>{escape(each['patient'])}</td><td class='text'>{escape(each['key'])}</td>"
        f"<td class='text'>{escape(each['why'])}</td></tr>\n"
        for each in found
    ]
    heads = (say("patient"), say("timepoint"), say("why"))
    return f"<p>{escape(title)} : {len(found)}</p>\n{_html_table(heads, rows)}"


def _counted(title: str, heads: Sequence[str], counts: Mapping[str, int]) -> str:
    rows = [f"<tr><td>{escape(name)}</td><td>{count}</td></tr>\n" for name, count in counts.items()]
    heading = f"<h2>{escape(title)}</h2>\n" if title else ""
    return heading + _html_table(heads, rows)


def _html_table(heads: Sequence[str], rows: Iterable[str]) -> str:
    cells = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n"


def _columns(*parts: str) -> str:
    return "<div class='columns'>" + "".join(f"<section>{part}</section>" for part in parts) + "</div>\n"


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.0f}{_NARROW}%"


def number(value: float | None, *, comma: str = ".") -> str:
    return "–" if value is None else f"{value:g}".replace(".", comma)
