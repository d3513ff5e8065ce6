"""Wires everything together. With config.py, the only place that knows the environment."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from twilio.http import HttpClient

from pro_service.config import Settings, SettingsError, settings_from
from pro_service.core.definition import DefinitionError
from pro_service.entrypoints import carrier as carrier_api
from pro_service.entrypoints import cli, clock, form_fields, headers, limits, sms_webhook
from pro_service.entrypoints.acts import begin_as_nobody
from pro_service.entrypoints.api import register_api
from pro_service.entrypoints.definitions_guard import mistakes_now, stand_guard
from pro_service.entrypoints.demo_secrets import DemoSecrets
from pro_service.entrypoints.log_lines import Application
from pro_service.entrypoints.reads import note_reads
from pro_service.entrypoints.web import register_pages
from pro_service.entrypoints.wiring import Wiring, wired
from pro_service.gateways.oidc import OidcProvider
from pro_service.gateways.simulated_carrier import CarrierSettings, InProcessHttpClient, SimulatedCarrier
from pro_service.gateways.sms import TwilioSms
from pro_service.services.installation import Installation
from pro_service.services.keyring.checking import check_keys
from pro_service.store.acting import acting_for, system
from pro_service.store.catalogue import Catalogue, load_catalogue
from pro_service.store.db import MIGRATIONS, db, engine_options
from pro_service.store.schema import judged_settings, schema_problem

log = logging.getLogger(__name__)

WEB = Path(__file__).parent / "entrypoints" / "web"
_CARRIER_PATH = "/simulated-carrier"


def from_environment() -> Flask:
    """The application as the environment describes it; without any variable, the demonstration."""
    environ = dict(os.environ)
    try:
        own = _demo_secrets(environ)
        settings = settings_from(environ, demo_secrets=own.values if own else {})
        app = create_app(settings, before_use=own.keep if own else None)
        if environ.get("FLASK_RUN_FROM_CLI") != "true":  # a server: commands look for themselves
            refuse_foreign_keys(app)
            refuse_changed_definitions(app)
            refuse_unsafe_database(app)
    except (SettingsError, DefinitionError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - one line a problem, before there is a log
        sys.exit(2)
    return app


def refuse_changed_definitions(app: Flask) -> None:
    """DefinitionError in production if a protocol in force has other words here than when it was activated."""
    with app.app_context():
        wiring = wired()
        if not wiring.demo and (mistakes := mistakes_now(wiring)):
            raise DefinitionError(mistakes)


def refuse_foreign_keys(app: Flask) -> None:
    """DefinitionError if a master key is missing, or another than the one the database was used with."""
    with app.app_context():
        if schema_problem() is None:
            with acting_for(system("boot")):
                check_keys(wired().installation, now=wired().clock())


def refuse_unsafe_database(app: Flask) -> None:
    """SettingsError in production if PostgreSQL is set so that data may be lost or seen; the demonstration warns."""
    with app.app_context():
        if schema_problem() is not None:  # what uses the database says so itself
            return
        unsafe = [one.sentence for one in judged_settings(app.config["PRO_DATABASE_TOLERATED"]) if one.fails]
        if unsafe and not wired().demo:
            raise SettingsError("\n".join(unsafe))
        for sentence in unsafe:
            log.warning(sentence)


def create_app(
    settings: Settings,
    *,
    catalogue: Catalogue | None = None,
    now: Callable[[], datetime] = clock.now,
    carrier: SimulatedCarrier | None = None,
    in_process: bool = False,
    before_use: Callable[[], None] | None = None,
) -> Flask:
    """An application on `settings`. A rehearsal gives its own clock and carrier and talks to it in process.

    `before_use` is called whenever a route or command asks what it is wired to; those that need no database do not.
    """
    app = Application(
        "pro_service", static_folder=str(WEB / "static"), template_folder=str(WEB / "templates")
    )
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    app.config["PRO_DATABASE_OWNER_URL"] = settings.database_owner_url
    app.config["PRO_DATABASE_TOLERATED"] = settings.database_tolerated
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    headers.protect(app, base_url=settings.base_url, demo=settings.demo)
    if carrier is None and settings.simulated_carrier:
        carrier = simulated_carrier(settings)
    catalogue = catalogue or load_catalogue(settings.questionnaires)
    wiring = _wire(settings, catalogue, now, carrier, in_process=in_process)
    wiring.attach(app, before_use=before_use)
    begin_as_nobody(app)
    form_fields.refuse_odd_names(app)
    limits.limit_requests(app)
    stand_guard(app)
    app.register_blueprint(sms_webhook.blueprint)
    if carrier is not None:
        app.register_blueprint(carrier_api.blueprint(carrier, now))
    register_pages(app, with_demo=settings.demo)
    register_api(app)
    note_reads(app)
    cli.register(app)
    return app


def simulated_carrier(settings: Settings, *, path: str | None = None, seed: int = 0) -> SimulatedCarrier:
    """The stand-in for the SMS provider, with the account and senders of `settings`."""
    senders = (settings.sender, settings.two_way_sender)
    return SimulatedCarrier(
        CarrierSettings(
            account_sid=settings.account_sid,
            auth_token=settings.auth_tokens[0],
            senders=tuple(sender for sender in senders if sender),
            inbound_url=f"{settings.base_url}/webhooks/sms/inbound",
            seed=seed,
        ),
        path=path or settings.carrier_file,
    )


def _wire(
    settings: Settings,
    catalogue: Catalogue,
    now: Callable[[], datetime],
    carrier: SimulatedCarrier | None,
    *,
    in_process: bool,
) -> Wiring:
    http_client = InProcessHttpClient(carrier, now) if carrier is not None and in_process else None
    two_way = settings.two_way_sender
    installation = Installation(
        catalogue=catalogue,
        keys=settings.keys,
        signer=settings.signer,
        copies=settings.copies_folder,
        base_url=settings.base_url,
        sms=_sms(settings, settings.sender, http_client),
        sms_is_two_way=settings.sender_is_two_way,
        sms_two_way=_sms(settings, two_way, http_client) if two_way else None,
        demo=settings.demo,
        retention=settings.retention,
        emergency_lasts=timedelta(minutes=settings.emergency_min),
        anchors=settings.anchors,
    )
    return Wiring(
        installation=installation,
        clock=now,
        account_sid=settings.account_sid,
        auth_tokens=settings.auth_tokens,
        sender=settings.sender,
        two_way_sender=two_way,
        secure=settings.secure,
        trusted_proxies=settings.trusted_proxies,
        demo=settings.demo,
        tick_s=settings.tick_s,
        carrier=carrier,
        rehearse=partial(rehearsal, settings, catalogue),
        database_url=settings.database_url,
        carrier_file=settings.carrier_file,
        questionnaires=settings.questionnaires,
        oidc=OidcProvider(settings.oidc) if settings.oidc else None,
    )


def rehearsal(
    settings: Settings,
    catalogue: Catalogue,
    *,
    database_url: str,
    carrier_file: str,
    now: Callable[[], datetime],
    seed: int,
) -> Flask:
    """An application like the real one but for its database, its clock and a carrier in the same process."""
    own = replace(
        settings,
        database_url=database_url,
        carrier_file=carrier_file,
        simulated_carrier=True,
        anchors=None,  # those of the real trail are not mixed with a rehearsal's
    )
    carrier = simulated_carrier(own, seed=seed)
    return create_app(own, catalogue=catalogue, now=now, carrier=carrier, in_process=True)


def _sms(settings: Settings, sender: str, http_client: HttpClient | None) -> TwilioSms:
    own = settings.base_url + _CARRIER_PATH if settings.simulated_carrier else None
    return TwilioSms(
        account_sid=settings.account_sid,
        auth_token=settings.auth_tokens[0],
        sender=sender,
        api_base_url=settings.api_base_url or own,
        http_client=http_client,
    )


def _demo_secrets(environ: Mapping[str, str]) -> DemoSecrets | None:
    """Those of the demonstration; in production there are none."""
    if environ.get("PRO_ENVIRONMENT", "demo") != "demo":
        return None
    folder = Path(environ.get("PRO_DATA_FOLDER", str(Path(__file__).parents[1] / "var")))
    return DemoSecrets(folder / "demo-secrets.json")
