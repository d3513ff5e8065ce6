"""[delivery] of a protocol file: what it may say, and how each mistake is explained."""

from datetime import date, time
from pathlib import Path

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import notices, parse_protocol
from tests.core.course_factory import DOCUMENTS

HEROES = DOCUMENTS["heroes-1"]


def delivery(**over):
    """heroes-1 with these keys of [delivery]; None takes one away."""
    merged = {**HEROES["delivery"], **over}
    document = {**HEROES, "delivery": {key: value for key, value in merged.items() if value is not None}}
    return parse_protocol(document, source="heroes-1.toml").delivery


def problems(**over):
    with pytest.raises(DefinitionError) as error:
        delivery(**over)
    return [str(problem).removeprefix("heroes-1.toml: ") for problem in error.value.problems]


def test_heroes_sends_nothing_on_holidays_and_asks_for_a_call_after_a_week():
    policy = delivery()
    assert policy.holidays == ("france", "guadeloupe", "guyane", "martinique", "mayotte", "reunion")
    assert (policy.call_after_days, policy.link_days, policy.channels, policy.shift) == (
        7,
        None,
        ("sms",),
        "later",
    )


def test_every_key_of_the_reference_is_read():
    policy = delivery(
        send_from="09:00", send_until="19:00", hours={"saturday": {"send_from": "10:00", "send_until": "12:30"}},
        silent_days=[date(2026, 12, 24)], shift="earlier", channels=["sms"], close="window_end", link_days=10,
        call_after_days=9,
    )  # fmt: skip
    assert (policy.send_from, policy.send_until) == (time(9), time(19))
    assert policy.hours == {5: (time(10), time(12, 30))}
    assert policy.silent_days == (date(2026, 12, 24),)
    assert (policy.shift, policy.link_days, policy.call_after_days) == ("earlier", 10, 9)


SATURDAY = {"send_from": "10:00", "send_until": "12:30"}


@pytest.mark.parametrize(
    ("over", "place", "words"),
    [
        ({"send_from": "9h"}, "delivery.send_from", "is no clock time"),
        ({"send_from": "11:00"}, "delivery.send_at", "lies outside the sending hours"),
        ({"send_until": "09:00"}, "delivery.send_at", "lies outside the sending hours"),
        ({"send_from": "09:50", "send_until": "10:20"}, "delivery.send_from", "leave 30 minutes a day"),
        ({"send_from": "10:00", "send_until": "10:00"}, "delivery.send_until", "does not lie after send_from"),
        ({"hours": {"samedi": SATURDAY}}, "delivery.hours.samedi", "is no weekday"),
        ({"hours": {"sunday": SATURDAY}}, "delivery.hours.sunday", "is a silent weekday"),
        ({"hours": {"saturday": {"send_from": "10:00"}}}, "delivery.hours.saturday.send_until", "is missing"),
        ({"hours": {"saturday": {**SATURDAY, "until": "x"}}}, "delivery.hours.saturday.until", "unknown key"),
        ({"hours": {"saturday": {"send_from": "20:30", "send_until": "23:00"}}}, "delivery.hours.saturday",
         "leave 0 minutes a day"),
        ({"hours": {"saturday": {"send_from": "12:00", "send_until": "11:00"}}},
         "delivery.hours.saturday.send_until", "does not lie after send_from"),
        ({"holidays": ["frence"]}, "delivery.holidays", "did you mean 'france'?"),
        ({"holidays": ["italy"]}, "delivery.holidays", "known: france, alsace-moselle, guadeloupe"),
        ({"holidays": [date(2026, 5, 1)]}, "delivery.holidays", "a list of texts"),
        ({"holidays": ["france", "france"]}, "delivery.holidays", "2 times"),
        ({"silent_days": ["2026-05-01"]}, "delivery.silent_days", "a list of dates"),
        ({"silent_days": [date(2026, 5, 1)] * 2}, "delivery.silent_days", "names a date twice"),
        ({"shift": "sideways"}, "delivery.shift", "later, earlier"),
        ({"channels": ["sms", "email"]}, "delivery.channels", "no way to send by 'email'"),
        ({"channels": []}, "delivery.channels", "names no channel"),
        ({"close": "never"}, "delivery.close", "window_end"),
        ({"call_after_days": 0}, "delivery.call_after_days", "from 1 to 366"),
        ({"call_after_days": 2}, "delivery.call_after_days", "no later than the first reminder"),
        ({"call_after_days": 30}, "delivery.call_after_days", "after every window closes"),
        ({"link_days": 0}, "delivery.link_days", "from 1 to 366"),
        ({"quiet_hours": "x"}, "delivery.quiet_hours", "did you mean 'quiet_from'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_cure(over, place, words):
    (problem,) = problems(**over)
    assert problem.startswith(f"{place}: ")
    assert words in problem


def test_a_timepoint_that_sees_no_call_is_told_and_not_refused():
    """M1.5 closes ten days after its invitation: a call after twelve is too late."""
    document = {**HEROES, "delivery": {**HEROES["delivery"], "call_after_days": 12}}
    told = [line for line in notices(parse_protocol(document, source="x")) if "call" in line]
    assert any(
        line.startswith("M1.5: the call 12 days after the invitation falls after the window") for line in told
    )
    assert not any(line.startswith("M4.5") for line in told)


def test_the_reference_names_every_key_of_the_delivery_policy():
    """docs/protocol-language.md, section [delivery]."""
    text = Path("docs/protocol-language.md").read_text(encoding="utf-8")
    keys = (
        *(
            "send_at",
            "send_from",
            "send_until",
            "hours",
            "quiet_from",
            "quiet_until",
            "silent_weekdays",
            "holidays",
        ),
        *("silent_days", "shift", "channels", "invite_days_before_due", "reminder_days", "max_messages"),
        *("call_after_days", "link_days", "close", "languages", "fallback_languages"),
    )
    assert [key for key in keys if f"`{key}`" not in text and f"`[delivery.{key}" not in text] == []
