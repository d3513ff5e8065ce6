"""Notes each read of a patient's record: every page and API answer under that patient's code."""

from functools import partial

from flask import Flask, Response, request

from pro_service.entrypoints.login import current_person
from pro_service.entrypoints.wiring import wired
from pro_service.services.audit.reads import Noted, note_read

_OF_A_PATIENT = "/patients/<code>"
_LONGEST = 64


def note_reads(app: Flask) -> None:
    """After each answer that showed something of one patient to a member of staff."""
    noted = Noted()
    app.after_request(partial(_note, noted))


def _note(noted: Noted, response: Response) -> Response:
    rule = str(request.url_rule or "")
    if request.method == "GET" and response.status_code < 300 and _OF_A_PATIENT in rule:
        person = current_person()
        if person is not None:
            note_read(
                noted,
                study_id=person.study_id,
                code=str((request.view_args or {})["code"]),
                site_ids=person.site_ids,
                actor=f"staff:{person.staff_id}",
                role=person.role,
                page=str(request.endpoint)[:_LONGEST],
                now=wired().clock(),
            )
    return response
