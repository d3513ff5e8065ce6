"""A small HEROES trial for tests: the real application, its carrier in the same process, and a clock that is turned."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode, urlsplit

import pyotp
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pro_service.app import create_app, simulated_carrier
from pro_service.config import Settings
from pro_service.core.course import Event
from pro_service.entrypoints import metronome
from pro_service.entrypoints.wiring import wired
from pro_service.gateways.simulated_carrier import SimulatedCarrier, Webhook, deliver_due
from pro_service.services import clockwork
from pro_service.services.installation import Installation
from pro_service.services.messages import outbox
from pro_service.services.patients import course, enrolment
from pro_service.store.catalogue import Catalogue, load_catalogue
from pro_service.store.crypto import Keyring
from pro_service.store.db import Base, db
from pro_service.store.signing import Signer
from tests.canaries import look_at_texts
from tests.databases import owner_url

Result = TypeVar("Result")

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STUDY = "heroes"
PHONE = "+33639980001"
SECRET = "TESTSECRET234567TESTSECRET234567"
PASSWORD = "test-password"
_LINK = re.compile(r"/q#([A-Z2-7]{26})")
_CATALOGUE = load_catalogue()


def settings_for(
    database_url: str,
    *,
    sender: str = "HEROES",
    base_url: str = "http://localhost:8000",
    environment: Literal["demo", "production"] = "demo",
) -> Settings:
    """Settings of a throw-away installation."""
    return Settings(
        environment=environment,
        database_url=database_url,
        base_url=base_url,
        keys=Keyring(masters={1: b"k" * 32}, current=1),
        signer=Signer(seed=b"s" * 32),
        account_sid="AC" + "0" * 32,
        auth_tokens=("test-token",),
        sender=sender,
        two_way_sender="+33199009999",
        api_base_url=None,
        simulated_carrier=True,
        carrier_file=":memory:",
        questionnaires=Path("questionnaires"),
        data_folder=Path("var"),
        tick_s=1.0,
        database_owner_url="" if database_url.startswith("sqlite") else owner_url(database_url),
    )


@dataclass(kw_only=True)
class Trial:
    """One running installation and its virtual now."""

    app: Flask
    carrier: SimulatedCarrier
    now: datetime = START
    log_ins: int = field(default=0)
    base_url: str = ""  # where it listens, if it does: then webhooks come over HTTP too

    @property
    def installation(self) -> Installation:
        with self.app.app_context():
            return wired().installation

    def at(self, moment: datetime) -> None:
        """Turn the clock, and let the service do what is due; the carrier reports what it has to report."""
        self.now = moment
        self.beat()

    def on(self, day: date, hour: int = 12) -> None:
        self.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    def through(self, last: date) -> None:
        """Live from today to a day, noon by noon."""
        while self.now.date() < last:
            self.on(self.now.date() + timedelta(days=1))

    def beat(self, *, rounds: int = 3) -> None:
        for _ in range(rounds):
            metronome.beat(self.app)
            deliver_due(self.carrier, now=self.now + timedelta(minutes=5), post=self._post)

    def call(self, use_case: Callable[..., Result], *given: Any, **values: Any) -> Result:
        """Run a use case (or a reading) as an entry point does: in an application context of its own."""
        with self.app.app_context():
            return use_case(*given, **values)

    def tick(self) -> clockwork.Ticked:
        return self.call(clockwork.tick, self.installation, now=self.now)

    def deliver(self) -> outbox.Delivered:
        return self.call(outbox.deliver, self.installation, now=self.now)

    def report(self) -> None:
        """The carrier tells what became of what it has."""
        deliver_due(self.carrier, now=self.now + timedelta(minutes=5), post=self._post)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.app.app_context():
            tables = Base.metadata.sorted_tables
            found = {
                table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
                for table in tables
            }
            db.session.rollback()
            return found

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def enrol(self, code: str = "03-001", **over: Any) -> None:
        values = {"phone": PHONE, "language": "fr", "sms_items": False, "site": "03"} | over
        with self.app.app_context():
            enrolment.enrol_patient(
                _with_fiction(self.installation), study=STUDY, code=code, actor="test", now=self.now, **values
            )

    def record(self, kind: str, on: date, code: str = "03-001", **fields: Any) -> course.Recorded:
        with self.app.app_context():
            return course.record_event(
                self.installation,
                study=STUDY,
                patient=code,
                event=Event(type=kind, on=on, **fields),
                actor="test",
                now=self.now,
            )

    def include(self, code: str = "03-001", **over: Any) -> None:
        """Enrol and include a patient today."""
        self.enrol(code, **over)
        self.record("consent2_signed", self.now.date(), code)
        self.record("included", self.now.date(), code)

    def texts(self, number: str = PHONE) -> list[str]:
        """What the phone received, oldest first."""
        return [one.body for one in self.carrier.messages_of(number) if not one.from_phone]

    def link(self, number: str = PHONE) -> str:
        """The secret of the newest link the phone received."""
        return next(found[1] for body in reversed(self.texts(number)) if (found := _LINK.search(body)))

    def reply(self, body: str, number: str = PHONE, sender: str = "+33199009999") -> None:
        self.carrier.receive_from_phone(from_=number, to=sender, body=body, now=self.now)
        self.beat()

    def rows(self, model: Any, **where: Any) -> list[Any]:
        """Rows of a table, oldest first."""
        with self.app.app_context():
            rows = db.session.query(model).filter_by(**where).order_by(model.id).all()
            db.session.expunge_all()
            return rows

    def _post(self, webhook: Webhook) -> int:
        path, data, headers = urlsplit(webhook.url).path, urlencode(webhook.params), dict(webhook.headers)
        kind = "application/x-www-form-urlencoded"
        if self.base_url:
            headers["Content-Type"] = kind
            return requests.post(self.base_url + path, data=data, headers=headers, timeout=30).status_code
        return self.client().post(path, data=data, headers=headers, content_type=kind).status_code

    def logged_in(self, login: str = "nurse") -> FlaskClient:
        """A browser with a nurse's session; each log-in needs a code of a later half minute."""
        self.log_ins += 1
        self.now += timedelta(seconds=30)
        client = self.client()
        code = pyotp.TOTP(SECRET).at(self.now)
        response = client.post("/login", data={"login": login, "password": PASSWORD, "code": code})
        assert response.status_code == 303, response.get_data(as_text=True)
        return client


def nothing_more(_: Installation) -> None:
    """What a trial of the demonstration needs before its study."""


@contextmanager
def bare(
    database_url: str,
    *,
    sender: str = "HEROES",
    catalogue: Catalogue = _CATALOGUE,
    environment: Literal["demo", "production"] = "demo",
) -> Iterator[Trial]:
    """An installation on a migrated database, with nothing in it yet."""
    settings = settings_for(database_url, sender=sender, environment=environment)
    carrier = simulated_carrier(settings)
    world: list[Trial] = []
    app = create_app(
        settings, catalogue=catalogue, now=lambda: world[0].now, carrier=carrier, in_process=True
    )
    world.append(Trial(app=app, carrier=carrier))
    try:
        yield world[0]
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        look_at_texts(carrier)
        carrier.close()


@contextmanager
def trial(
    database_url: str,
    *,
    prepare: Callable[[Installation], None] = nothing_more,
    protocol: str = "heroes-1",
    **how: Any,
) -> Iterator[Trial]:
    """An installation (`how` is that of `bare`) with study heroes, sites 03 and 04, one nurse each.

    `prepare` is called before the study is created: outside the demonstration it has to import wording.
    """
    with bare(database_url, **how) as made:
        with made.app.app_context():
            prepare(wired().installation)
            set_up(wired().installation, protocol=protocol)
        yield made


def _with_fiction(installation: Installation) -> Installation:
    """For telephone numbers of fiction, which production refuses and tests cannot do without."""
    return replace(installation, demo=True)


def set_up(installation: Installation, *, protocol: str = "heroes-1") -> None:
    enrolment.create_study(installation, code=STUDY, protocol_version=protocol, now=START)
    for code, name in (("03", "Centre fictif de Rennes"), ("04", "Centre fictif de Lille")):
        enrolment.create_site(
            installation, study=STUDY, code=code, name=name, time_zone="Europe/Paris", phone="+33199000003"
        )
    for login, sites, phone in (("nurse", ("03",), "+33639989901"), ("other", ("04",), None)):
        enrolment.create_staff(
            _with_fiction(installation),
            study=STUDY,
            login=login,
            name=login.title(),
            role="nurse",
            sites=sites,
            password=PASSWORD,
            totp_secret=SECRET,
            phone=phone,
            now=START,
        )
