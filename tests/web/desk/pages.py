"""One of every page of the desk, rendered from invented facts without an application."""

from datetime import timedelta
from pathlib import Path

import jinja2
import pytest

from pro_service.core.manual import sheet
from pro_service.entrypoints import web
from pro_service.entrypoints.web.charts.axis import reading_span
from pro_service.entrypoints.web.charts.timeline import ChartSlot, Phase
from pro_service.entrypoints.web.charts.trajectory import ChartPoint, Threshold
from pro_service.entrypoints.web.desk.context import desk_context
from pro_service.entrypoints.web.desk.event_choices import coded_of, fields_of
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
    SoonRow,
    WorkListPage,
)
from pro_service.entrypoints.web.desk.views_forms import (
    EnrolPage,
    EventChoice,
    EventFormPage,
    PlanChange,
)
from pro_service.entrypoints.web.desk.views_instruments import InstrumentPage, InstrumentsPage
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
from pro_service.entrypoints.web.desk.views_visits import PatientVisits
from pro_service.entrypoints.web.words.phrases import (
    Say,
)
from pro_service.store.catalogue import load_instruments
from tests.web.desk.account_pages import account_pages
from tests.web.desk.another_day import AHEAD, another_day, history
from tests.web.desk.check_pages import check_pages
from tests.web.desk.frame import NOW, STOP, TODAY, chrome
from tests.web.desk.heroes import COURSE, named, phase
from tests.web.desk.visits import full_visits_page, visit_row, visits_page

WEB = Path(web.__file__).parent
SHIPPED = load_instruments()
NBSP = "\N{NO-BREAK SPACE}"
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
DEMO = DemoLogin(login="nurse.03", password="demo", role="nurse", site="03", totp_code="482913")
ANONYMOUS = Chrome(study="HEROES", here="/login", demo=True)


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
        "phase": COURSE.title("OFF_TREATMENT", "fr"),
        "since_on": STOP,
        "next_timepoint": "M7.5",
        "next_due_on": TODAY + timedelta(days=2),
        "mode": "link",
        "contact": "ok",
        "span": reading_span(first=STOP, last=TODAY, today=TODAY),
        "alerts": (alert,),
        "phases": (Phase(**phase("OFF_TREATMENT"), start_on=STOP),),
        "slots": (ChartSlot(key="M4.5", **slot),),
        "series": (InstrumentSeries(code="qlq-c30", title="QLQ-C30", scales=(series,)),),
        "plan": (PlanRow(timepoint="M4.5", instruments=("qlq-c30",), **slot),),
        "events": (
            EventRow(
                event_id=3, **named("treatment_stopped"), on=STOP, recorded_by="C. Martin", recorded_at=NOW
            ),
            EventRow(
                event_id=2,
                **named("ctdna_resulted"),
                waits=True,
                on=TODAY,
                result="positive",
                recorded_by="x",
                recorded_at=NOW,
            ),
            EventRow(
                event_id=1,
                **named("treatment_stopped"),
                on=STOP,
                recorded_by="x",
                recorded_at=NOW,
                voided_by="y",
                voided_at=NOW,
                void_reason="erreur",
            ),
        ),
        "messages": (MessageRow(kind="invitation", at=NOW, status="unknown", timepoint="M4.5"),),
        "visits": PatientVisits(rows=(visit_row(),), cancelled=2, extra_keys=("ctdna-X1",), today=TODAY),
        "rail": (RailItem(patient_code="03-012", severity="amber", line="Moral 75→50"),),
    }
    return PatientPage(**(facts | changed))


def event_form(**changed):
    facts = {
        "chrome": chrome("/staff/patients/03-007/event"),
        "patient_code": "03-007",
        "phase": COURSE.title("OFF_TREATMENT", "fr"),
        "since_on": STOP,
        "choices": (
            EventChoice(type="death", title="Décès"),
            EventChoice(type="recontacted", title="De nouveau joint", refusal="phase"),
            EventChoice(type="treatment_resumed", title="Reprise du traitement"),
        ),
        "fields": fields_of(str(changed.get("type", "")), COURSE),
        "choices_of": coded_of(str(changed.get("type", "")), COURSE),
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
    "instruments": (
        "instruments",
        InstrumentsPage(chrome=chrome(), sheets=tuple(sheet(each, "fr") for each in SHIPPED.values())),
    ),
    **{
        f"instrument {code}": ("instrument", InstrumentPage(chrome=chrome(), sheet=sheet(each, "fr")))
        for code, each in SHIPPED.items()
    },
    **check_pages(chrome),
    **account_pages(chrome),
    "patient": ("patient", patient()),
    "everything that changed": ("history", history()),
    "nothing changed yet": ("history", history(rows=())),
    "patient on another day": ("as_of", another_day()),
    "patient on a day to come": ("as_of", another_day(tense="future", expected=AHEAD, sent=())),
    "patient on no day": (
        "as_of",
        another_day(tense="present", slots=(), left_out=(), facts=(), error="Quelle date ?"),
    ),
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
    "event about a visit": (
        "event",
        event_form(
            type="visit_moved", visit_choices=(("ctDNA-M4.5", "ctDNA-M4.5"),), values={"visit": "ctDNA-M4.5"}
        ),
    ),
    "visits": ("visits", full_visits_page(chrome=chrome("/staff/visits"))),
    "no visits": ("visits", visits_page(chrome=chrome("/staff/visits"))),
    "new calendar": (
        "visits",
        full_visits_page(chrome=chrome("/staff/visits"), new_address="/calendar/t0ken.ics"),
    ),
    "enrol": ("enrol", EnrolPage(chrome=chrome("/staff/enrol"))),
    "enrol refused": (
        "enrol",
        EnrolPage(chrome=chrome("/staff/enrol"), values={"site": "03"}, errors=REFUSED),
    ),
} | {
    fault: ("error", ErrorPage(chrome=chrome(), status=status, fault=fault, reference="7f3a"))
    for fault, status in (("403", 403), ("404", 404), ("409", 409), ("refused", 422), ("500", 500))
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


every_page = pytest.mark.parametrize("name", PAGES)
both_languages = pytest.mark.parametrize("language", ["fr", "en"])
