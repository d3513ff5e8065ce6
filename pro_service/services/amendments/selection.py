"""Whom a change of version is about: everybody, some sites, or some patients; and on whose consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.definition import Problem
from pro_service.core.protocol import Protocol
from pro_service.services.csv_table import InputError
from pro_service.services.installation import Installation
from pro_service.services.protocols.activation import UnknownStudyError, require_usable
from pro_service.store.db import Session
from pro_service.store.models import Patient, Study
from pro_service.store.records import people, protocols


class SelectionError(InputError):
    """The command names sites or patients that are not there, or a consent that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Codes of sites and patients; both empty: the whole study. `consented_on` is the day on which they agreed."""

    sites: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    consented_on: date | None = None


def require_sensible(
    installation: Installation, *, selection: Selection, study: str, version: str, now: datetime
) -> Protocol:
    """The version. SelectionError for a consent in the future or of a whole study; else refused as `require_usable`."""
    protocol = require_usable(installation, study=study, version=version)
    day = selection.consented_on
    if day is not None and day > now.date():
        cure = "name the day on which they signed"
        raise SelectionError([Problem(place="--consented-on", message=f"{day} is yet to come", cure=cure)])
    if day is not None and not selection.sites and not selection.patients:
        message = "would be the consent of every patient of the study"
        cure = "say whose with --site or --patient"
        raise SelectionError([Problem(place="--consented-on", message=message, cure=cure)])
    return protocol


def selected(
    session: Session, selection: Selection, *, study: str
) -> tuple[Study, Sequence[tuple[Patient, str]]]:
    """The study and the patients meant, each with their site's code; SelectionError naming each unknown code."""
    row = people.study(session, study)
    if row is None:
        raise UnknownStudyError(study)
    found = protocols.patients_of(session, study_id=row.id, sites=selection.sites, codes=selection.patients)
    known_sites = protocols.site_codes(session, row.id)
    problems = [
        Problem(
            place=f"--site {code}",
            message="is no site of the study",
            cure=f"use one of {', '.join(known_sites)}",
        )
        for code in selection.sites
        if code not in known_sites
    ]
    there = {patient.code for patient, _ in found}
    problems += [
        Problem(
            place=f"--patient {code}",
            message="is no patient of these sites",
            cure="name a patient's code as it is written there",
        )
        for code in selection.patients
        if code not in there
    ]
    if problems:
        raise SelectionError(problems)
    return row, found
