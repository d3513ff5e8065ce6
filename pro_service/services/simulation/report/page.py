"""Makes the report of a virtual trial: one self-contained page of tables and bars that reads and prints alike."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from pro_service.services.simulation.report.compliance import interval_of
from pro_service.services.simulation.report.page_parts import (
    bar,
    columns,
    counted,
    html_table,
    number,
    percent,
    row,
)
from pro_service.services.simulation.report.page_planning import planning_part
from pro_service.services.simulation.report.page_texts import Speaker

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --paper: #fbfaf7; --accent: #0f5c63; --line: #d9d6cf;
  --soft: #eef3f2; --red: #a4161a; --amber: #8a5a00; --green: #1e6b3a; --quiet: #55606e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e6df; --paper: #15191f; --accent: #7cc4c9; --line: #39404a;
  --soft: #1e252c; --red: #ff8a8d; --amber: #e0b050; --green: #7fd39c; --quiet: #a6afba; } }
body { font: 17px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 24px 16px; max-width: 1080px; }
h1 { font-size: 1.7em; margin: 0 0 4px; } h2 { font-size: 1.2em; margin: 40px 0 8px; }
h2.part { font-size: 1.44em; margin-top: 64px; padding-top: 12px; border-top: 2px solid var(--accent); }
h3 { font-size: 1em; margin: 24px 0 4px; }
p, ul { max-width: 70ch; margin: 4px 0; } .quiet { color: var(--quiet); }
dl { display: flex; flex-wrap: wrap; gap: 12px; margin: 24px 0; }
dl div { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; min-width: 130px; }
dt { color: var(--quiet); font-size: .83em; } dd { margin: 0; } dd b { font-size: 1.44em; font-weight: 600; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 3px solid var(--accent); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
caption { text-align: left; font-size: .83em; color: var(--quiet); }
th, td { text-align: right; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; } td { white-space: nowrap; }
.text { display: block; text-align: left; white-space: normal; min-width: 10em; }
thead th { font-size: .83em; color: var(--quiet); } tbody th { font-weight: 400; }
tbody th:first-child { min-width: 6em; }
tr.sum th, tr.sum td { font-weight: 600; } svg { display: block; margin-bottom: 6px; }
.bar { fill: var(--accent); } .rest { fill: var(--soft); } .axis { stroke: var(--line); }
.whisker { stroke: var(--accent); stroke-width: 3; } svg text { font-size: 12px; fill: var(--quiet); }
.good { color: var(--green); } .bad { color: var(--red); } .notice { color: var(--amber); }
.columns { display: flex; flex-wrap: wrap; gap: 0 56px; } .columns section { max-width: 100%; }
@media (max-width: 480px) { body { font-size: 16px; } th, td { padding-right: 10px; } dl div { flex: 1 1 40%; } }
@media print { body { font-size: 11px; max-width: none; padding: 0; } h2, h3, tr, dl div { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .wide { overflow: visible; } }
"""

_NO_WORDS: Mapping[str, str] = {}
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


def report(
    figures: Mapping[str, Any], *, title: str, language: str, words: Mapping[str, str] = _NO_WORDS
) -> str:
    """The page of figures.summary's figures, in French ("fr") or English ("en").

    `words` are the protocol's own for its phases and events.
    """
    say = Speaker(language=language, words=words)
    parts = (
        _head(figures, title, say),
        _tiles(figures, say),
        planning_part(figures, say),
        f"<h2 class='part'>{escape(say('rehearsed'))}</h2>\n",
        _timepoints(figures, say),
        columns(_phases(figures, say), _alerts(figures, say)),
        columns(_messages(figures, say), _texts(figures, say)),
        _ledger(figures, say),
    )
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(say('heading'))} · {escape(figures['protocol'])}</title>\n<style>{_STYLE}</style>\n"
        f"</head>\n<body>\n{''.join(parts)}</body>\n</html>\n"
    )


def _head(figures: Mapping[str, Any], title: str, say: Speaker) -> str:
    facts = (
        f"{say('protocol')} {figures['protocol']}",
        f"{say('period')} {figures['from']} {say('to')} {figures['until']}",
        f"{say('seed')} {figures['seed']}",
    )
    return (
        f"<h1>{escape(say('heading'))}</h1>\n<p>{escape(title)}</p>\n"
        f'<p class="quiet">{escape(" · ".join(facts))}</p>\n<p class="quiet">{escape(say("invented"))}</p>\n'
    )


def _tiles(figures: Mapping[str, Any], say: Speaker) -> str:
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


def _timepoints(figures: Mapping[str, Any], say: Speaker) -> str:
    names = ("timepoint", *_COUNTS, "rate_at_close", "interval", "rate_now")
    heads = [*(say(name) for name in names), ""]
    known = figures["planning"]["compliance"]
    rows = [
        _timepoint(each["key"], each, interval_of(known, each["key"]), "")
        for each in figures["assessments"]["by_timepoint"]
    ]
    rows.append(
        _timepoint(say("all"), figures["assessments"]["all"], known["all"]["of_expected_at_close"], "sum")
    )
    return f"<h2>{escape(say('by_timepoint'))}</h2>\n{html_table(heads, rows)}\n"


def _timepoint(name: str, each: Mapping[str, Any], interval: Mapping[str, Any], css: str) -> str:
    cells = [escape(name), *(str(each[count]) for count in _COUNTS)]
    between = f"{percent(interval['low'])} – {percent(interval['high'])}" if interval["whole"] else "–"
    cells += [percent(each["rate_at_close"]), between, percent(each["rate_now"]), bar(each["rate_at_close"])]
    return row(*cells, css=css)


def _phases(figures: Mapping[str, Any], say: Speaker) -> str:
    return counted(
        say("by_phase"), (say("phase"), say("count")), _named(figures["patients"]["by_phase"], say.word)
    )


def _named(counts: Mapping[str, int], name: Callable[[str], str]) -> dict[str, int]:
    return {name(each): count for each, count in counts.items()}


def _alerts(figures: Mapping[str, Any], say: Speaker) -> str:
    alerts = figures["alerts"]
    hours = number(alerts["median_hours_to_acknowledge"], comma=say("comma"))
    taken = f"{say('acknowledged')} : {hours} {say('hours')}"
    tables = (
        counted("", (say(name), say("count")), _named(alerts[f"by_{name}"], say.known))
        for name in ("severity", "scale", "state")
    )
    return f"<h2>{escape(say('alerts'))}</h2>\n<p class='quiet'>{escape(taken)}</p>\n{''.join(tables)}"


def _messages(figures: Mapping[str, Any], say: Speaker) -> str:
    rows = [
        row(escape(say.kind(kind)), f"<span class='text'>{escape(state)}</span>", str(count))
        for kind, each in figures["messages"]["by_kind"].items()
        for state, count in each["states"].items()
    ]
    heads = (say("kind"), say("state"), say("count"))
    return f"<h2>{escape(say('messages'))}</h2>\n{html_table(heads, rows)}"


def _texts(figures: Mapping[str, Any], say: Speaker) -> str:
    return counted(say("texts"), (say("read_as"), say("count")), figures["texts_from_patients"])


def _ledger(figures: Mapping[str, Any], say: Speaker) -> str:
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


def _discrepancies(title: str, found: Sequence[Mapping[str, str]], say: Speaker) -> str:
    if not found:
        return f"<p>{escape(title)} : {escape(say('none'))}</p>\n"
    rows = [
        row(escape(each["patient"]), escape(each["key"]), f"<span class='text'>{escape(each['why'])}</span>")
        for each in found
    ]
    heads = (say("patient"), say("timepoint"), say("why"))
    return f"<p>{escape(title)} : {len(found)}</p>\n{html_table(heads, rows)}"
