"""Everything held about one patient, for the patient: JSON, a CSV a table, and a page to read (GDPR art. 15 and 20).

It holds the telephone number and the words of incoming texts, so it leaves the service for the site alone. Who recorded
or answered is told as a role, not as a person.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from pro_service.core.dataset import guarded
from pro_service.services.installation import Installation
from pro_service.services.privacy.access_words import TITLES, WORDS
from pro_service.services.refusals import NotFoundError
from pro_service.store import vault
from pro_service.store.crypto import DecryptionError
from pro_service.store.db import Session, reading
from pro_service.store.models import Patient
from pro_service.store.queries import held
from pro_service.store.records import inbound, people

Row = Mapping[str, Any]
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's first moment: the same data give the same bytes


def access_export(installation: Installation, *, study: str, patient: str, now: datetime) -> bytes:
    """A zip of everything held about a patient. NotFoundError if there is no such patient."""
    with reading() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None:
            raise NotFoundError(f"patient {patient}")
        tables = {"contact": _contact(session, installation, row), **held.of_patient(session, row.id)}
        tables["inbound"] = [_with_words(session, installation, each) for each in tables["inbound"]]
        roles = held.roles(session)
        language = row.language
    plain = {name: [_plain(each, roles) for each in rows] for name, rows in tables.items()}
    return _zipped(_files(plain, study=study, patient=patient, language=language, now=now))


def _contact(session: Session, installation: Installation, patient: Patient) -> list[Row]:
    try:
        number = vault.reveal_phone(session, installation.keys, contact_id=patient.contact_id)
    except (DecryptionError, LookupError):
        number = None  # destroyed, or damaged: it is not held in any form that could be told
    return [{"phone": number}]


def _with_words(session: Session, installation: Installation, row: Row) -> Row:
    found = held.incoming(session, row["id"])
    try:
        words = inbound.text_of(session, installation.keys, found)
    except (DecryptionError, LookupError):
        words = None
    return {**row, "text": words}


def _plain(row: Row, roles: Mapping[str, str]) -> Row:
    """Values as JSON has them; persons of the staff by their role."""

    def plain(name: str, value: Any) -> Any:
        if name in held.PERSONS:
            return roles.get(value, value)
        return value.isoformat() if isinstance(value, date) else value

    return {name: plain(name, value) for name, value in row.items()}


def _files(
    tables: Mapping[str, Sequence[Row]], *, study: str, patient: str, language: str, now: datetime
) -> Mapping[str, str]:
    head = {"study": study, "patient": patient, "made_at": now.isoformat()}
    document = json.dumps({**head, "held": tables}, ensure_ascii=False, indent=1, sort_keys=True)
    return {
        "data.json": document + "\n",
        **{f"{name}.csv": _csv(rows) for name, rows in sorted(tables.items()) if rows},
        WORDS["file"][_side(language)]: _page(tables, head, language),
    }


def _csv(rows: Sequence[Row]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(rows[0])
    lines.writerows([guarded(_cell(value)) for value in row.values()] for row in rows)
    return "\ufeff" + written.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value)


def _page(tables: Mapping[str, Sequence[Row]], head: Mapping[str, str], language: str) -> str:
    side = _side(language)
    title = escape(WORDS["title"][side].format(**head))
    sections = "".join(
        f"<h2>{escape(TITLES[name][side] if name in TITLES else name)}</h2>{_table(rows)}"
        for name, rows in tables.items()
        if rows
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>'
        f"{title}</title><style>{_STYLE}</style><h1>{title}</h1><p>{escape(WORDS['about'][side])}</p>{sections}</html>"
    )


_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:1.5rem auto;max-width:75rem;padding:0 1rem}"
    "div{overflow-x:auto}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}"
)


def _table(rows: Sequence[Row]) -> str:
    head = _line("th", rows[0])
    body = "".join(_line("td", (_cell(value) for value in row.values())) for row in rows)
    return f"<div><table>{head}{body}</table></div>"


def _line(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _side(language: str) -> int:
    return 0 if language == "fr" else 1


def _zipped(files: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content.encode(), zipfile.ZIP_DEFLATED)
    return written.getvalue()
