"""What the desk's pages promise: words in two languages, a token in every form, labels, and nothing left unsaid."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.lifecycle import ActionCode, AlertState, AssessmentState, MessageState
from pro_service.entrypoints import web
from pro_service.entrypoints.web.charts.axis import reading_span
from pro_service.entrypoints.web.charts.timeline import ChartSlot, Phase
from pro_service.entrypoints.web.charts.trajectory import ChartPoint, Threshold
from pro_service.entrypoints.web.desk.context import desk_context
from pro_service.entrypoints.web.desk.views import (
    AlertRow,
    Chrome,
    ContactRow,
    DemoLogin,
    ErrorPage,
    LandingPage,
    Listing,
    LoginPage,
    OverdueRow,
    ScaleChange,
    SiteChoice,
    SoonRow,
    User,
    WorkListPage,
)
from pro_service.entrypoints.web.desk.views_forms import (
    EVENT_FIELDS,
    EnrolPage,
    EventChoice,
    EventFormPage,
    PlanChange,
)
from pro_service.entrypoints.web.desk.views_patient import (
    AlertAction,
    AlertView,
    EventRow,
    InstrumentSeries,
    MessageRow,
    PatientPage,
    PlanRow,
    RailItem,
    ScaleSeries,
)
from pro_service.entrypoints.web.words import TEXTS, counted, text, word
from pro_service.entrypoints.web.words.phrases import (
    Say,
    ago_words,
    change_line,
    change_words,
    day_words,
    phase_sentence,
    score_words,
    since_words,
    until_words,
)

WEB = Path(web.__file__).parent
NBSP = "\N{NO-BREAK SPACE}"
NOW = datetime(2026, 5, 14, 9, 42, tzinfo=UTC)
TODAY = NOW.date()
STOP = date(2025, 12, 22)

FATIGUE = ScaleChange(
    scale="FA",
    name="Fatigue",
    direction="worse",
    baseline=44.44,
    previous=55.6,
    now=88.89,
    steps=4,
    threshold=39,
)
PAIN = ScaleChange(scale="PA", name="Douleur", direction="worse", baseline=33.3, previous=None, now=66.7)
MOOD = ScaleChange(scale="EF", name="Moral", direction="better", baseline=75, previous=75, now=50)
SITES = (SiteChoice(code="03", name="Saint-Cloud"), SiteChoice(code="07", name="Brest"))
DEMO = DemoLogin(login="nurse.03", password="demo", role="nurse", site="03", totp_code="482913")
ANONYMOUS = Chrome(study="HEROES", here="/login", demo=True)


def chrome(here="/staff", **more):
    return Chrome(study="HEROES", here=here, user=User(name="C. Martin", role="nurse"), sites=SITES, **more)


def work_list(**changed):
    nothing = {name: Listing() for name in ("alerts", "overdue", "soon", "contacts")}
    return WorkListPage(**({"chrome": chrome(), "horizon_days": 7} | nothing | changed))


def full_work_list():
    alert = AlertRow(
        alert_id=12,
        severity="red",
        patient_code="03-007",
        changes=(FATIGUE, PAIN),
        raised_at=NOW - timedelta(hours=50),
        state="new",
        target_at=NOW - timedelta(hours=2),
    )
    late = OverdueRow(
        patient_code="03-004",
        timepoint="M4.5",
        due_on=TODAY - timedelta(days=8),
        close_on=TODAY + timedelta(days=6),
        messages_sent=3,
    )
    soon = SoonRow(patient_code="03-015", timepoint="M1.5", open_on=TODAY, due_on=TODAY, mode="link")
    contact = ContactRow(patient_code="07-009", trouble="undelivered", since_at=NOW)
    return work_list(
        chrome=chrome(notice="alert_closed", site="03"),
        alerts=Listing(rows=(alert,), hidden=3, more=2),
        overdue=Listing(rows=(late,), hidden=1),
        soon=Listing(rows=(soon,)),
        contacts=Listing(rows=(contact,)),
    )


def patient(**changed):
    points = (ChartPoint(on=STOP, value=44.4, key="BASE"), ChartPoint(on=TODAY, value=88.9, key="M4.5"))
    series = ScaleSeries(
        scale="FA",
        name="Fatigue",
        direction="worse",
        points=points,
        threshold=Threshold(value=39, side="above"),
    )
    alert = AlertView(
        alert_id=12,
        severity="red",
        state="acknowledged",
        raised_at=NOW,
        timepoint="M4.5",
        rule_id="c30-two-worse",
        protocol_version="heroes-1",
        sentence="Deux échelles pires de 20 points.",
        changes=(FATIGUE, PAIN),
        actions=(AlertAction(by="C. Martin", at=NOW, action="called", note="Repos."),),
    )
    slot = {"due_on": TODAY, "open_on": TODAY, "close_on": TODAY, "state": "open"}
    facts = {
        "chrome": chrome("/staff/patients/03-007", demo=True),
        "code": "03-007",
        "site_code": "03",
        "site_name": "Saint-Cloud",
        "language": "fr",
        "phase": "OFF_TREATMENT",
        "since_on": STOP,
        "next_timepoint": "M7.5",
        "next_due_on": TODAY + timedelta(days=2),
        "mode": "link",
        "contact": "ok",
        "span": reading_span(first=STOP, last=TODAY, today=TODAY),
        "alerts": (alert,),
        "phases": (Phase(name="OFF_TREATMENT", start_on=STOP),),
        "slots": (ChartSlot(key="M4.5", **slot),),
        "series": (InstrumentSeries(code="qlq-c30", title="QLQ-C30", scales=(series,)),),
        "plan": (PlanRow(timepoint="M4.5", instruments=("qlq-c30",), **slot),),
        "events": (
            EventRow(event_id=3, type="treatment_stopped", on=STOP, recorded_by="C. Martin", recorded_at=NOW),
            EventRow(
                event_id=2,
                type="ctdna_resulted",
                on=TODAY,
                result="positive",
                recorded_by="x",
                recorded_at=NOW,
            ),
            EventRow(
                event_id=1,
                type="treatment_stopped",
                on=STOP,
                recorded_by="x",
                recorded_at=NOW,
                voided_by="y",
                voided_at=NOW,
                void_reason="erreur",
            ),
        ),
        "messages": (MessageRow(kind="invitation", at=NOW, status="unknown", timepoint="M4.5"),),
        "rail": (RailItem(patient_code="03-012", severity="amber", line="Moral 75→50"),),
    }
    return PatientPage(**(facts | changed))


def event_form(**changed):
    facts = {
        "chrome": chrome("/staff/patients/03-007/event"),
        "patient_code": "03-007",
        "phase": "OFF_TREATMENT",
        "since_on": STOP,
        "choices": (EventChoice(type="death"), EventChoice(type="recontacted", refusal="phase")),
    }
    return EventFormPage(**(facts | changed))


RESUMED = {"on": "2026-05-03", "relation": "same", "reason": "ctdna_pos"}
CHANGES = tuple(
    PlanChange(sign=sign, key=f"K{number}", due_on=TODAY, sentence="remplacé par R1")
    for number, sign in enumerate(("+", "–", "~", "="))
)
REFUSED = {"patient_code": "bad_code", "": "Une phrase toute faite."}
PAGES = {
    "landing": (
        "landing",
        LandingPage(chrome=ANONYMOUS, patients=9, sites=2, phone_patients=("03-007",), demo_logins=(DEMO,)),
    ),
    "login": ("login", LoginPage(chrome=ANONYMOUS, demo_logins=(DEMO,))),
    "login locked": (
        "login",
        LoginPage(chrome=ANONYMOUS, error="locked", locked_until=NOW, login="nurse.03"),
    ),
    "login refused": ("login", LoginPage(chrome=ANONYMOUS, error="refused")),
    "work list": ("work_list", full_work_list()),
    "empty work list": ("work_list", work_list()),
    "search": ("work_list", work_list(chrome=chrome(query="<b>"), found=())),
    "patient": ("patient", patient()),
    "new patient": (
        "patient",
        patient(
            alerts=(),
            slots=(),
            series=(),
            plan=(),
            events=(),
            messages=(),
            since_on=None,
            phase="NOT_INCLUDED",
        ),
    ),
    "event choices": ("event", event_form()),
    "event fields": ("event", event_form(type="ctdna_resulted", errors={"result": "required"})),
    "event preview": ("event", event_form(type="treatment_resumed", values=RESUMED, changes=CHANGES)),
    "event without effect": ("event", event_form(type="death", values={"on": "2026-05-03"}, changes=())),
    "enrol": ("enrol", EnrolPage(chrome=chrome("/staff/enrol"))),
    "enrol refused": (
        "enrol",
        EnrolPage(chrome=chrome("/staff/enrol"), values={"site": "03"}, errors=REFUSED),
    ),
} | {
    str(status): ("error", ErrorPage(chrome=chrome(), status=status, reference="7f3a"))
    for status in (403, 404, 409, 500)
}

JINJA = jinja2.Environment(
    loader=jinja2.FileSystemLoader(WEB / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)
JINJA.globals["url_for"] = lambda _endpoint, filename: f"/static/{filename}"


def rendered(name, language="fr"):
    template, page = PAGES[name]
    say = Say(language=language, now=NOW, zone="Europe/Paris")
    context = desk_context(page=page, say=say, csrf_token="t0ken")
    return JINJA.get_template(f"desk/{template}.html").render(**context)


class Outline(HTMLParser):
    """The elements of a page in order, as (tag, attributes)."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, *tags):
        return [attributes for tag, attributes in self.found if tag in tags]


every_page = pytest.mark.parametrize("name", PAGES)
both_languages = pytest.mark.parametrize("language", ["fr", "en"])


@every_page
@both_languages
def test_a_page_says_its_language_and_has_one_first_heading(name, language):
    outline = Outline(rendered(name, language))
    assert outline.all("html")[0]["lang"] == language
    assert len(outline.all("h1")) == 1


@every_page
def test_headings_skip_no_level(name):
    levels = [int(tag[1]) for tag, _ in Outline(rendered(name)).found if re.fullmatch(r"h[1-6]", tag)]
    page_levels = levels[levels.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(page_levels))


@every_page
def test_every_form_that_writes_carries_the_token(name):
    page = rendered(name)
    posts = re.findall(r'<form[^>]*method="post".*?</form>', page, flags=re.DOTALL)
    assert posts  # at least the change of language
    assert all('<input type="hidden" name="csrf_token" value="t0ken">' in form for form in posts)


@every_page
def test_every_field_has_a_label(name):
    page = rendered(name)
    outline = Outline(page)
    labelled = {attributes.get("for") for attributes in outline.all("label")}
    wrapped = " ".join(re.findall(r"<label[^>]*>.*?</label>", page, flags=re.DOTALL))
    fields = [one for one in outline.all("input", "select", "textarea") if one.get("type") != "hidden"]
    assert all(
        one.get("id") in labelled or f'name="{one.get("name")}"' in wrapped or "data-keys-on" in one
        for one in fields
    )


@every_page
def test_ids_are_unique_and_whatever_describes_exists(name):
    outline = Outline(rendered(name))
    ids = [attributes["id"] for _, attributes in outline.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {"aria-describedby", "aria-labelledby", "for"}
    asked = {
        one
        for _, attributes in outline.found
        for key in named & set(attributes)
        for one in attributes[key].split()
    }
    assert asked <= set(ids)


@every_page
def test_no_page_styles_or_scripts_inline_or_asks_another_host(name):
    page = rendered(name)
    assert not re.search(r'\sstyle=|<style|\son[a-z]+="|<script(?![^>]* src=)', page)
    hosts = set(re.findall(r'https?://[^"\s]+', page)) - {"http://www.w3.org/2000/svg"}
    assert not hosts


@every_page
def test_every_list_of_the_desk_says_what_it_leaves_out(name):
    page = rendered(name)
    if name in ("work list", "empty work list"):
        assert page.count('class="left-out"') == 4
    if name == "patient":
        assert page.count('class="left-out"') >= 2


@given(st.sampled_from(sorted(TEXTS)))
def test_every_text_exists_in_both_languages_with_the_same_blanks(key):
    french, english = TEXTS[key]
    assert french.strip()
    assert english.strip()
    assert set(re.findall(r"{(\w+)}", french)) == set(re.findall(r"{(\w+)}", english))


def test_no_text_lets_a_french_sign_begin_a_line():
    assert not [key for key, (french, _) in TEXTS.items() if re.search(r" [:;?!»]|« ", french)]


def test_every_text_a_template_asks_for_exists():
    pages = "".join(path.read_text() for path in (WEB / "templates" / "desk").glob("*.html"))
    plain = set(re.findall(r'say\("([\w.]+)"[,)]', pages))
    numbered = set(re.findall(r'say\.count\("([\w.]+)"', pages))
    assert plain | {f"{key}.one" for key in numbered} | {f"{key}.many" for key in numbered} <= set(TEXTS)


@pytest.mark.parametrize(
    "group, codes",
    [
        ("assessment", AssessmentState),
        ("alert", AlertState),
        ("message", MessageState),
        ("action", ActionCode),
    ],
)
def test_every_state_and_action_of_the_core_has_words(group, codes):
    assert all(f"{group}.{code}" in TEXTS for code in codes)


def test_an_unknown_code_is_shown_as_plain_words_not_as_a_fault():
    assert word("event", "biopsy_done", "fr") == "biopsy done"


def test_an_unknown_text_is_a_fault():
    with pytest.raises(KeyError):
        text("no.such.text", "fr")


@pytest.mark.parametrize(
    "number, french, english",
    [(0, "0 envoyé", "0 sent"), (1, "1 envoyé", "1 sent"), (2, "2 envoyés", "2 sent")],
)
def test_nought_is_singular_in_french(number, french, english):
    assert (counted("sent", number, "fr"), counted("sent", number, "en")) == (french, english)


@pytest.mark.parametrize(
    "days, french, english",
    [
        (143, "depuis 143 jours", "143 days ago"),
        (1, "depuis 1 jour", "1 day ago"),
        (0, "depuis aujourd'hui", "today"),
        (-3, "à partir du 17 mai 2026", "from 17 May 2026"),
    ],
)
def test_how_long_a_state_has_lasted(days, french, english):
    since = TODAY - timedelta(days=days)
    assert (since_words(since, TODAY, "fr"), since_words(since, TODAY, "en")) == (french, english)


@pytest.mark.parametrize(
    "days, words", [(0, "aujourd'hui"), (1, "dans 1 jour"), (3, "dans 3 jours"), (-6, "depuis 6 jours")]
)
def test_how_far_off_a_day_is(days, words):
    assert until_words(TODAY + timedelta(days=days), TODAY, "fr") == words


@pytest.mark.parametrize(
    "age, words",
    [
        (timedelta(seconds=59), "à l'instant"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=6), "6 j"),
        (-timedelta(hours=1), "à l'instant"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age, words):
    assert ago_words(NOW - age, NOW, "fr") == words


@pytest.mark.parametrize(
    "phase, french",
    [
        ("OFF_TREATMENT", "Traitement arrêté depuis 143 jours"),
        ("INCLUDED", "Inclus depuis 143 jours, sous traitement"),
        ("DEATH", "Décès le 22 déc. 2025"),
        ("NOT_INCLUDED", "Pas encore inclus"),
    ],
)
def test_the_phase_is_a_sentence(phase, french):
    assert phase_sentence(phase, STOP, TODAY, "fr") == french


def test_a_phase_without_a_date_is_still_a_sentence():
    assert phase_sentence("OFF_TREATMENT", None, TODAY, "fr") == "Traitement arrêté"
    assert phase_sentence("NOT_INCLUDED", None, TODAY, "en") == "Not yet included"


def test_dates_are_written_as_they_are_read():
    assert day_words(date(2026, 5, 1), "fr") == "1er mai 2026"
    assert day_words(date(2026, 5, 1), "en") == "1 May 2026"


def test_an_alert_in_one_line_says_by_how_much_and_since_when():
    assert change_line((FATIGUE,), "fr") == "Fatigue 44→89, aggravation de 45 depuis l'inclusion"
    assert change_line((FATIGUE, PAIN), "fr").endswith(f"{NBSP}; douleur 33→67")
    assert change_line((MOOD,), "en") == "Moral 75→50, worse by 25 since inclusion"


@given(st.floats(0, 100), st.floats(0, 100), st.sampled_from(["better", "worse"]))
def test_the_difference_told_is_the_difference_of_the_numbers_shown(before, now, direction):
    change = ScaleChange(scale="X", name="X", direction=direction, baseline=before, previous=None, now=now)
    shown = int(score_words(now, "en")) - int(score_words(before, "en"))
    said = change_words(change, "en")
    assert said == "unchanged" if shown == 0 else said.split()[-1] == str(abs(shown))


def test_a_scale_without_baseline_is_not_said_to_have_changed():
    change = ScaleChange(scale="X", name="X", direction="worse", baseline=None, previous=None, now=50)
    assert change_words(change, "fr") == "–"
    assert change_line((change,), "fr") == "X –→50"


@pytest.mark.parametrize("value, words", [(2.5, "3"), (44.44, "44"), (None, "–"), (0, "0")])
def test_scores_are_rounded_half_up(value, words):
    assert score_words(value, "fr") == words


def test_instants_are_shown_in_the_sites_own_zone():
    assert Say(language="fr", now=NOW, zone="Europe/Paris").exact(NOW) == "14 mai 2026 11:42"


def test_today_is_the_sites_day_not_greenwichs():
    late = datetime(2026, 5, 14, 22, 30, tzinfo=UTC)
    assert Say(language="fr", now=late, zone="Europe/Paris").today == date(2026, 5, 15)


def test_the_work_list_tells_severity_in_words_and_that_a_target_is_past():
    page = rendered("work list")
    assert "rouge" in page
    assert "délai dépassé" in page
    assert "2 lignes de plus" in page
    assert "3 alertes closes depuis 30 jours" in page
    assert "les autres centres" in page


def test_an_empty_work_list_says_when_the_next_questionnaire_is_due():
    PAGES["next"] = ("work_list", work_list(next_due_on=date(2026, 6, 2)))
    assert "Rien à traiter. Prochain questionnaire attendu le mar. 2 juin." in rendered("next")
    del PAGES["next"]


def test_what_was_searched_is_shown_as_text():
    assert "« <b>" not in rendered("search")
    assert "&lt;b&gt;" in rendered("search")


def test_an_alert_tells_its_why_and_offers_every_action():
    page = rendered("patient")
    assert "seuil à vérifier" in page
    assert "4 crans de réponse" in page
    assert "pire de 45" in page
    offered = re.findall(r'name="action" value="(\w+)"', page)
    assert offered == [str(code) for code in ActionCode]


def test_a_voided_event_stays_visible_and_is_not_drawn():
    page = patient()
    assert "erreur" in rendered("patient")
    assert len(page.marks) == 2


def test_a_ctdna_result_is_drawn_when_it_was_told_and_marked_until_then():
    told = EventRow(
        event_id=1,
        type="ctdna_resulted",
        on=STOP,
        disclosed_on=TODAY,
        result="positive",
        recorded_by="x",
        recorded_at=NOW,
    )
    assert told.mark.on == TODAY
    assert told.mark.disclosed
    assert not patient().events[1].mark.disclosed


def test_a_preview_is_saved_exactly_as_it_was_previewed():
    page = rendered("event preview")
    saved = re.search(
        r'<form method="post" action="/staff/patients/03-007/events">.*?</form>', page, flags=re.DOTALL
    )[0]
    assert dict(re.findall(r'name="(\w+)" value="([^"]*)"', saved)) == {
        "csrf_token": "t0ken",
        "type": "treatment_resumed",
        **RESUMED,
    }


def test_nothing_can_be_saved_before_its_effect_was_shown():
    assert "/staff/patients/03-007/events" not in rendered("event fields") + rendered("event choices")


def test_a_type_the_phase_refuses_is_named_with_its_reason_and_has_no_link():
    page = rendered("event choices")
    assert "?type=death" in page
    assert "?type=recontacted" not in page
    assert "Impossible dans la phase actuelle" in page


def test_every_field_of_every_event_has_words():
    assert all(f"field.{name}" in TEXTS for fields in EVENT_FIELDS.values() for name in fields)
    assert all(f"event.{type_}" in TEXTS for type_ in EVENT_FIELDS)


def test_refusals_name_their_field_and_sentences_pass_as_they_are():
    page = rendered("enrol refused")
    assert f"Code patient</a>{NBSP}: Un code s&#39;écrit comme 03-007." in page
    assert "Une phrase toute faite." in page
