"""The calendar a site subscribes to: lines folded by octets, texts escaped, the same bytes for the same visits."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from pro_service.core.visits.icalendar import CalendarEntry, calendar_text

AT = datetime(2026, 5, 14, 9, 42, tzinfo=UTC)


def entry(**changed):
    facts = {
        "uid": "abc@pro-service",
        "on": date(2026, 2, 28),
        "summary": "03-007 · Visite d'étude",
        "description": "",
        "status": "TENTATIVE",
        "sequence": 2,
        "changed_at": AT,
    }
    return CalendarEntry(**(facts | changed))


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_visit_is_an_event_of_a_whole_day():
    assert unfolded(calendar_text("HEROES 03", [entry()])) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//pro_service//visits//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:HEROES 03",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "UID:abc@pro-service",
        "DTSTAMP:20260514T094200Z",
        "LAST-MODIFIED:20260514T094200Z",
        "DTSTART;VALUE=DATE:20260228",
        "DTEND;VALUE=DATE:20260301",
        "SUMMARY:03-007 · Visite d'étude",
        "STATUS:TENTATIVE",
        "SEQUENCE:2",
        "TRANSP:TRANSPARENT",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_what_would_end_a_value_is_escaped():
    lines = unfolded(calendar_text("a,b;c", [entry(description="one\\two\nthree, four; five\r")]))
    assert "X-WR-CALNAME:a\\,b\\;c" in lines
    assert "DESCRIPTION:one\\\\two\\nthree\\, four\\; five" in lines


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200))
def test_no_line_is_longer_than_75_octets_and_none_is_cut_inside_a_character(summary):
    text = calendar_text("HEROES", [entry(summary=summary)])
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75


def test_a_calendar_without_visits_is_one_all_the_same():
    assert unfolded(calendar_text("HEROES", []))[-1] == "END:VCALENDAR"


_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=120
)


@given(
    st.lists(
        st.builds(
            entry, uid=st.uuids().map(str), summary=_words, description=_words, sequence=st.integers(0, 99)
        ),
        max_size=4,
    )
)
def test_an_independent_reader_finds_in_it_what_was_written(entries):
    read = Calendar.from_ical(calendar_text("HEROES 03", entries))
    found = [
        (str(e["UID"]), str(e["SUMMARY"]), str(e["DESCRIPTION"]), e.decoded("DTSTART"), e["SEQUENCE"])
        for e in read.walk("VEVENT")
    ]
    assert found == [(e.uid, e.summary, e.description, e.on, e.sequence) for e in entries]
    assert all(not event.errors for event in read.walk("VEVENT"))
