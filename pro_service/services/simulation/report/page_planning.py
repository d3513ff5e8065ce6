"""The part of the report that looks ahead: what the trial will ask of sites, patients and budget."""

from collections.abc import Mapping
from html import escape
from typing import Any

from pro_service.services.simulation.report.page_parts import (
    amount,
    columns,
    html_table,
    interval_bar,
    month_bars,
    percent,
    row,
)
from pro_service.services.simulation.report.page_texts import Speaker
from pro_service.services.simulation.scenario.notices import Notice

Figures = Mapping[str, Any]


def planning_part(figures: Figures, say: Speaker) -> str:
    """Everything of `planning`, in the order in which a planner asks."""
    plan = figures["planning"]
    about = f"{say('scenario')} « {plan['scenario']} ». {say('assumed')}"
    parts = (
        f"<h2 class='part'>{escape(say('planning'))}</h2>\n<p class='quiet'>{escape(about)}</p>\n",
        _notices(plan, say.language),
        _sending(plan, say),
        _compliance(plan, say),
        _workload(plan, say),
        _lag(plan, say),
        columns(_collisions(plan, say), _contradictions(plan, say)),
        _comparison(plan, say),
    )
    return "".join(parts)


def _notices(plan: Figures, language: str) -> str:
    said = (
        Notice(code=each["code"], name=each["name"], rules=tuple(each["rules"])).sentence(language)
        for each in plan["notices"]
    )
    items = "".join(f"<li>{escape(sentence)}</li>\n" for sentence in said)
    return f"<ul class='notice'>\n{items}</ul>\n" if items else ""


def _sentence(say: Speaker, key: str, **facts: object) -> str:
    return f"<p>{escape(say(key).format(**facts))}</p>\n"


def _sending(plan: Figures, say: Speaker) -> str:
    sent, comma = plan["sending"], say("comma")
    by_kind = [
        row(escape(say.kind(kind)), amount(each["messages"], 0), amount(each["segments"], 0))
        for kind, each in sent["by_kind"].items()
    ]
    cost = [
        row(
            f"{amount(each['price'], 3, comma=comma)} {escape(sent['currency'])}",
            amount(each["total"], 2, comma=comma),
            amount(each["per_patient"], 2, comma=comma),
        )
        for each in sent["cost"]
    ]
    months = {month: each["segments"] for month, each in sent["by_month"].items()}
    label = say("by_month").format(most=max(months.values(), default=0))
    return (
        f"<h2>{escape(say('cost'))}</h2>\n"
        + _sentence(say, "handed", messages=amount(sent["messages"], 0), segments=amount(sent["segments"], 0))
        + _each_patient(sent, say)
        + _encodings(sent, say)
        + (
            _sentence(say, "numbers_changed", count=plan["numbers_changed"])
            if plan["numbers_changed"]
            else ""
        )
        + columns(
            html_table((say("price"), say("total"), say("per_patient")), cost),
            html_table((say("kind"), say("messages"), say("segments")), by_kind),
        )
        + f"<h3>{escape(label)}</h3>\n{month_bars(months, label=label)}"
    )


def _each_patient(sent: Figures, say: Speaker) -> str:
    each = {name: amount(value, 1, comma=say("comma")) for name, value in sent["per_patient"].items()}
    return _sentence(say, "each_patient", **each)


def _encodings(sent: Figures, say: Speaker) -> str:
    listed = ", ".join(f"{name} {count}" for name, count in sent["encodings"].items())
    return _sentence(say, "encodings", list=listed) if listed else ""


def _compliance(plan: Figures, say: Speaker) -> str:
    rows = [
        row(
            escape(say(name)),
            f"{found['part']} / {found['whole']}",
            percent(found["rate"]),
            f"{percent(found['low'])} – {percent(found['high'])}",
            interval_bar(found),
        )
        for name, found in plan["compliance"]["all"].items()
    ]
    heads = (say("denominator"), say("counts"), say("rate"), say("interval"), "")
    return (
        f"<h2>{escape(say('compliance'))}</h2>\n{html_table(heads, rows)}"
        f"<p class='quiet'>{escape(say('wilson'))}</p>\n"
    )


def _workload(plan: Figures, say: Speaker) -> str:
    work, comma = plan["workload"], say("comma")
    weeks = [
        row(
            say("or_more").format(count=each["alerts"]) if each["or_more"] else str(each["alerts"]),
            amount(each["site_weeks"], 0),
        )
        for each in work["site_weeks_by_alerts"]
    ]
    kinds = [row(escape(say(kind)), amount(count, 0)) for kind, count in work["minutes_by_kind"].items()]
    kinds.append(row(escape(say("all")), amount(work["minutes"], 0), css="sum"))
    return (
        f"<h2>{escape(say('workload'))}</h2>\n"
        + _sentence(
            say,
            "per_week",
            alerts=amount(work["alerts"], 0),
            weeks=amount(work["site_weeks"], 0),
            rate=amount(work["alerts_per_site_week"], 3, comma=comma),
            minutes=amount(work["minutes_per_site_week"], 1, comma=comma),
            hours=amount(work["minutes"] / 60, 0),
        )
        + columns(
            html_table((say("alerts_in_week"), say("site_weeks")), weeks),
            html_table((say("work"), say("minutes")), kinds),
        )
        + html_table(_site_heads(say), [_site(each, comma) for each in work["by_site"]])
    )


def _site_heads(say: Speaker) -> tuple[str, ...]:
    names = ("site", "patients", "weeks", "alerts", "alerts_per_week", "most_alerts", "minutes_per_week")
    return tuple(say(name) for name in (*names, "most_minutes"))


def _site(each: Figures, comma: str) -> str:
    return row(
        escape(each["site"]),
        str(each["patients"]),
        str(each["weeks"]),
        str(each["alerts"]),
        amount(each["alerts_per_week"], 2, comma=comma),
        str(each["most_alerts_in_a_week"]),
        amount(each["minutes_per_week"], 1, comma=comma),
        str(each["most_minutes_in_a_week"]),
    )


def _lag(plan: Figures, say: Speaker) -> str:
    names = ("born_missed", "born_late", "window_days_lost", "wrongly_sent")
    rows = [
        row(
            str(each["days_late"]),
            *(amount(each[name], 0) for name in names),
            escape(", ".join(f"{rule} {count}" for rule, count in each["rules"].items()) or "–"),
        )
        for each in plan["lag"]["by_delay"]
    ]
    heads = (say("days_late"), *(say(name) for name in names), say("rules_hit"))
    return (
        f"<h2>{escape(say('lag'))}</h2>\n"
        + _sentence(say, "lag_about", expected=amount(plan["lag"]["expected"], 0))
        + html_table(heads, rows)
    )


def _collisions(plan: Figures, say: Speaker) -> str:
    found = plan["collisions"]
    rows = [
        row(escape(say("same_day_forms") if days == "0" else say("two_forms").format(days=days)), str(count))
        for days, count in found["forms_due_within_days"].items()
    ]
    rows.append(row(escape(say("overlapping")), str(found["windows_of_one_instrument_overlapping"])))
    rows.append(row(escape(say("two_texts")), str(found["days_with_two_texts"])))
    return f"<h2>{escape(say('collisions'))}</h2>\n{html_table(('', say('count')), rows)}"


def _contradictions(plan: Figures, say: Speaker) -> str:
    found = plan["contradictions"]
    rows = []
    for name, what in found.items():
        listed = _listed(name, what, say)
        rows.append(
            row(escape(say(name)), f"<span class='text'>{escape(', '.join(listed) or say('none'))}</span>")
        )
    return (
        f"<h2>{escape(say('contradictions'))}</h2>\n{html_table(('', ''), rows)}"
        f"<p class='quiet'>{escape(say('seldom'))}</p>\n"
    )


def _listed(name: str, what: Any, say: Speaker) -> list[str]:
    if name == "phases_never_reached":
        return [say.word(phase) for phase in what]
    if name == "texts_without_a_place":
        return [_text_without_place(each, say, count=count) for each, count in what.items()]
    return [f"{each} ({count})" for each, count in what.items()] if isinstance(what, Mapping) else list(what)


def _text_without_place(each: str, say: Speaker, *, count: int) -> str:
    """Of "reminder 2: window_over", in words."""
    text, reason = each.split(": ")
    kind, ordinal = text.split(" ")
    return f"{say.known('one_' + kind)} {ordinal}, {say.known(reason)} : {count}"


def _comparison(plan: Figures, say: Speaker) -> str:
    found = plan["comparison"]
    if found is None:
        return ""
    title = say("comparison").format(before=found["from"], after=found["to"])
    head = f"<h2>{escape(title)}</h2>\n<p class='quiet'>{escape(say('comparison_about'))}</p>\n"
    if not found["by_timepoint"]:
        return f"{head}<p>{escape(say('no_change'))}</p>\n"
    return head + columns(_totals(found, plan["sending"]["currency"], say), _changed(found, say))


def _totals(found: Figures, currency: str, say: Speaker) -> str:
    rows = [row(escape(say("patients_changed")), "", "", str(found["patients_changed"]))]
    for name, (before, after) in (("forms", found["forms"]), ("patient_minutes", found["minutes"])):
        cells = (amount(before, 0), amount(after, 0), _signed(after - before, 0, say))
        rows.append(row(escape(say(name)), *cells))
    rows += [
        row(escape(say(name)), "", "", _signed(found[name], 0, say)) for name in ("messages", "segments")
    ]
    for each in found["cost"]:
        price = f"{say('total')}, {amount(each['price'], 3, comma=say('comma'))} {currency}"
        rows.append(row(escape(price), "", "", _signed(each["total"], 2, say)))
    return html_table(("", say("before"), say("after"), say("difference")), rows)


def _signed(value: float, digits: int, say: Speaker) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + amount(abs(value), digits, comma=say("comma"))


def _changed(found: Figures, say: Speaker) -> str:
    names = ("added", "moved", "removed", "kept")
    rows = [row(escape(each["key"]), *(str(each[name]) for name in names)) for each in found["by_timepoint"]]
    rows.append(row(escape(say("all")), *(str(found["slots"][name]) for name in names), css="sum"))
    return html_table((say("timepoint"), *(say(name) for name in names)), rows)
