"""The copy of everything held about a patient, which the site hands to the patient who asks for it."""

from flask import Blueprint
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.wiring import wired
from pro_service.services.privacy.access_export import access_export
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = Blueprint("own_copy", __name__, url_prefix="/staff/patients")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.post("/<code>/own-copy")
@needs(Permission.SEE_IDENTITY)
def own_copy(code: str) -> Response:
    person, wiring = require_person(), wired()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    made = access_export(wiring.installation, study=facts.study, patient=code, now=wiring.clock())
    # A fixed name: a file name is seen by more people than its content.
    kept = {"Content-Disposition": 'attachment; filename="own-data.zip"', "Cache-Control": "no-store"}
    return Response(made, mimetype="application/zip", headers=kept)
