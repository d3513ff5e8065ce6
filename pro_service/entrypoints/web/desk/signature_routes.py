"""The desk's pages of electronic signatures: which records are signed, what is signed, and signing."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, may, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_signatures import (
    RecordPage,
    RecordRow,
    SignaturesPage,
    part_shown,
)
from pro_service.entrypoints.wiring import wired
from pro_service.services import signatures
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import signatures as queries
from pro_service.store.queries import studies
from pro_service.store.queries.record import record_of
from pro_service.store.queries.signatures import RecordFacts

blueprint = Blueprint("signatures", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

#: Which field of the form a refusal is about.
_FIELD_OF = {"meaning_missing": "meaning", "factors_wrong": "password", "too_many_tries": "password"}


@blueprint.get("/signatures")
@needs(Permission.SEE_PATIENTS)
def index() -> Response:
    return _list({})


@blueprint.get("/patients/<code>/signatures")
@needs(Permission.SEE_PATIENTS)
def record(code: str) -> Response:
    return _record(code, {})


@blueprint.post("/signatures")
@needs(Permission.SIGN)
def sign() -> Response:
    """Of one patient's page or of the list; a refusal comes back to where the form stood."""
    form, wiring = request.form, wired()
    chosen = {code: form.get(f"sha.{code}", "") for code in form.getlist("patient")}
    alone = form.get("page") == "record" and len(chosen) == 1
    try:
        signatures.sign(
            wiring.installation,
            person=require_person(),
            shown=chosen,
            meaning=form.get("meaning", ""),
            password=form.get("password", "")[:256],
            code=form.get("code", "").replace(" ", "")[:8],
            origin=origin(),
            now=wiring.clock(),
        )
    except RefusedError as error:
        errors = {_FIELD_OF.get(error.reason.code, ""): error.reason.sentence(language())}
        return _record(next(iter(chosen)), errors) if alone else _list(errors, chosen)
    back = f"/staff/patients/{next(iter(chosen))}/signatures" if alone else "/staff/signatures"
    return redirect(f"{back}?notice=signed", 303)


def _list(errors: Mapping[str, str], chosen: Mapping[str, str] | None = None) -> Response:
    page = SignaturesPage(
        chrome=chrome(here="/staff/signatures"),
        rows=tuple(
            RecordRow(record=one, chosen=one.patient_code in (chosen or {})) for one in _records(code=None)
        ),
        may_sign=may(Permission.SIGN),
        meaning=request.form.get("meaning", ""),
        errors=errors,
    )
    return render("signatures", page, status=422 if errors else 200)


def _record(code: str, errors: Mapping[str, str]) -> Response:
    found = next(iter(_records(code=code)), None)
    if found is None:
        raise NotFoundError(f"patient {code}")
    with reading() as session:
        rows = record_of(session, found.patient_id)
    page = RecordPage(
        chrome=chrome(here=f"/staff/patients/{code}/signatures"),
        record=found,
        parts=tuple(part_shown(name, own, sha256=found.parts[name].sha256) for name, own in rows.items()),
        may_sign=may(Permission.SIGN),
        meaning=request.form.get("meaning", ""),
        errors=errors,
    )
    return render("signature", page, status=422 if errors else 200)


def _records(*, code: str | None) -> tuple[RecordFacts, ...]:
    person = require_person()
    with reading() as session:
        return queries.records(
            session,
            study=studies.code_of(session, person.study_id),
            site_ids=person.site_ids if code is None else person.reach,
            verifier=wired().installation.signer.verifier,
            code=code,
        )
