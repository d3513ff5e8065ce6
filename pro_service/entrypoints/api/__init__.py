"""The JSON API under /api/v1, with its OpenAPI document and an offline docs page."""

from flask import Flask

from pro_service.entrypoints.api import (
    alerts,
    consents,
    corrections,
    delivery,
    document,
    events,
    follow_up,
    fresh,
    imports,
    instruments,
    missing,
    patients,
    plan,
    problems,
    queries,
    responses,
    session,
    signatures,
    sites,
    telling,
    trail,
    visits,
)
from pro_service.entrypoints.wiring import EXTENSION

_TAGS = (
    *(session, sites, patients, events, telling, imports, fresh, visits, plan),
    *(follow_up, delivery, responses, corrections, missing, queries, consents, alerts, instruments),
    *(trail, signatures),
)


def register_api(app: Flask) -> None:
    """Hang the API into an application that is wired already."""
    api = document.new_document(app, secure=app.extensions[EXTENSION].secure)
    for tag in _TAGS:
        api.register_blueprint(tag.blueprint)
    app.register_blueprint(document.blueprint)
    app.after_request(problems.name_the_methods)
