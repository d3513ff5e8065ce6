"""Sets up studies, sites and staff, and enrols patients."""

import re
from collections.abc import Sequence
from datetime import datetime

from pro_service.core.access import Role
from pro_service.core.course import Event
from pro_service.core.telephone import NotATelephoneNumberError, e164
from pro_service.services.accounts import passwords, second_factor
from pro_service.services.accounts.history import note
from pro_service.services.grants import Giving, give
from pro_service.services.installation import Installation
from pro_service.services.patients.course import append_event
from pro_service.services.patients.zones import require_zone
from pro_service.services.protocols.activation import put_in_force
from pro_service.services.provenance.consents import begin_register
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_storable
from pro_service.services.wordings import gate
from pro_service.store import vault
from pro_service.store.credentials import hash_password, is_totp_secret
from pro_service.store.db import DuplicateError, Session, transaction
from pro_service.store.models import Patient, Site, Staff, Study
from pro_service.store.records import people, zones

LANGUAGES = ("fr", "en")
#: It stands in addresses of the desk and the API, and in file names of an export.
_PATIENT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
ROLES = tuple(str(role) for role in Role)


def create_study(installation: Installation, *, code: str, protocol_version: str, now: datetime) -> None:
    """Create a study that follows a protocol version of the catalogue.

    Outside the demonstration it is refused (ConflictError) while an instrument lacks licensed wording that may be used
    today on the page behind the link, in any of the protocol's languages. From here on the version may not change:
    NotInForceError if another study has it in force in other words.
    """
    protocol = installation.catalogue.protocols.get(protocol_version)
    if protocol is None:
        raise NotFoundError(f"protocol {protocol_version}")
    gate.require_for_study(installation, protocol=protocol, now=now)
    with transaction() as session:
        row = Study(code=code, title=protocol.title, protocol_version=protocol_version, created_at=now)
        _add_new(
            session, row, code="study_exists", fr="Cette étude existe déjà.", en="This study exists already."
        )
        put_in_force(
            session,
            installation,
            row,
            version=protocol_version,
            purpose="study",
            actor="set-up",
            now=now,
        )


def create_site(_: Installation, *, study: str, code: str, name: str, time_zone: str, phone: str) -> None:
    """Create a centre; `phone` is what its patients are told to call. InvalidError for a zone that does not exist."""
    require_zone(time_zone)
    with transaction() as session:
        row = _study(session, study)
        centre = Site(study_id=row.id, code=code, name=name, time_zone=time_zone, phone=phone)
        _add_new(
            session, centre, code="site_exists", fr="Ce centre existe déjà.", en="This site exists already."
        )


def create_staff(
    installation: Installation,
    *,
    study: str,
    login: str,
    name: str,
    role: str,
    sites: Sequence[str],
    password: str | None,
    totp_secret: str | None,
    language: str = "fr",
    phone: str | None = None,
    actor: str = "set-up",
    now: datetime,
) -> None:
    """Create a person with a login and a role at `sites`; `phone` receives the notices of new alerts to nurses.

    A role whose work is the whole study's names no site; of the others only the sponsor's may name none.
    Without password and secret nobody can log in until an invitation was followed.
    """
    _check_staff(role, language, totp_secret)
    if password and not installation.demo:  # whose passwords everybody knows
        passwords.require_good(password, context=(login, name, study))
    with transaction() as session:
        row = _study(session, study)
        contact_id = None
        if phone is not None:
            number = _number(installation, phone, "Europe/Paris")
            contact_id = _keep(session, installation, number, purpose="staff", now=now)
        staff = Staff(
            study_id=row.id,
            login=login,
            name=name,
            language=language,
            password_hash=hash_password(password) if password else "",
            totp_sealed=second_factor.sealed(installation, login=login, secret=totp_secret),
            contact_id=contact_id,
            created_at=now,
        )
        _add_new(
            session,
            staff,
            code="login_exists",
            fr="Cet identifiant existe déjà.",
            en="This login exists already.",
        )
        given = Giving(role=Role(role), sites=tuple(sites), reason="account created", actor=actor, now=now)
        give(session, staff, given)
        told = {"created": "", "granted": f"{role}: {', '.join(sites)}"}
        for kind, reason in told.items():
            note(session, kind=kind, staff_id=staff.id, by=actor, reason=reason, now=now)


def invite_staff(
    installation: Installation,
    *,
    study: str,
    login: str,
    name: str,
    role: str,
    sites: Sequence[str],
    language: str,
    by: str,
    now: datetime,
) -> None:
    """Create an account whose owner will set password and second factor behind a one-time link."""
    if not _PATIENT_CODE.fullmatch(login):
        raise InvalidError(
            "bad_login",
            fr="Identifiant : lettres, chiffres, points et tirets, 32 au plus, comme c.martin.",
            en="Login: letters, digits, dots and hyphens, 32 at most, such as c.martin.",
        )
    if not name or not name.isprintable():
        raise InvalidError("bad_name", fr="Donnez un nom.", en="Give a name.")
    create_staff(
        installation,
        study=study,
        login=login,
        name=name,
        role=role,
        sites=sites,
        password=None,
        totp_secret=None,
        language=language,
        actor=by,
        now=now,
    )


def enrol_patient(
    installation: Installation,
    *,
    study: str,
    site: str,
    code: str,
    phone: str,
    language: str,
    sms_items: bool = False,
    time_zone: str | None = None,
    consent_text: int | None = None,
    facts: Sequence[Event] = (),
    actor: str,
    now: datetime,
) -> None:
    """Enrol a patient under a study code, together with `facts` known already (consents, inclusion), all or nothing.

    Nothing is expected of the patient before the inclusion is recorded. `time_zone` is where the patient lives, the
    site's zone unless given. `consent_text` is the version that the patient signed: the register of consents begins
    with it, and with `sms_items`, which is a consent of its own.

    The patient is pinned to the study's protocol version of today. Raises InvalidError for a number or language that
    cannot be, ConflictError for a code or number in use.
    """
    _check_language(language)
    require_storable([code, phone])
    if time_zone:
        require_zone(time_zone)
    if not _PATIENT_CODE.fullmatch(code):
        raise InvalidError(
            "bad_code",
            fr="Code patient : lettres, chiffres, points et tirets, 32 au plus, comme 03-007.",
            en="Patient code: letters, digits, dots and hyphens, 32 at most, such as 03-007.",
        )
    with transaction() as session:
        row = _study(session, study)
        centre = _site(session, row.id, site)
        number = _number(installation, phone, centre.time_zone)
        contact_id = _keep(session, installation, number, purpose="patient", now=now)
        patient = Patient(
            study_id=row.id,
            site_id=centre.id,
            code=code,
            language=language,
            time_zone=time_zone or centre.time_zone,
            protocol_version=row.protocol_version,
            contact_id=contact_id,
            enrolled_at=now,
            enrolled_by=actor,
        )
        _add_new(
            session,
            patient,
            code="patient_exists",
            fr="Ce code patient existe déjà.",
            en="This patient code exists already.",
        )
        zones.add(session, patient_id=patient.id, zone=patient.time_zone, from_at=now, actor=actor, now=now)
        begin_register(
            session,
            patient,
            sms_items=sms_items,
            consent_text=consent_text,
            actor=actor,
            facts=facts,
            now=now,
        )
        for event in facts:
            append_event(session, installation, patient, event, actor=actor, now=now)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidError(
            "unknown_language", fr="Langue inconnue : fr ou en.", en="Unknown language: use fr or en."
        )


def _check_staff(role: str, language: str, totp_secret: str | None) -> None:
    if role not in ROLES:
        raise InvalidError(
            "unknown_role",
            fr=f"Rôle inconnu : {', '.join(ROLES)}.",
            en=f"Unknown role: use one of {', '.join(ROLES)}.",
        )
    _check_language(language)
    if totp_secret is not None and not is_totp_secret(totp_secret):
        raise InvalidError(
            "bad_totp_secret",
            fr="Le secret du second facteur n'est pas en base32 (16 caractères au moins).",
            en="The second factor's secret is not base32 (16 characters at least).",
        )


def _add_new(session: Session, row: object, *, code: str, fr: str, en: str) -> None:
    """Add what must be unique; of two people who do so at the same moment, one is told."""
    try:
        people.add(session, row)
    except DuplicateError:
        raise ConflictError(code, fr=fr, en=en) from None


def _study(session: Session, code: str) -> Study:
    row = people.study(session, code)
    if row is None:
        raise NotFoundError(f"study {code}")
    return row


def _site(session: Session, study_id: int, code: str) -> Site:
    row = people.site(session, study_id=study_id, code=code)
    if row is None:
        raise NotFoundError(f"site {code}")
    return row


def _number(installation: Installation, phone: str, time_zone: str) -> str:
    try:
        return e164(phone, time_zone=time_zone, fictitious=installation.demo)
    except NotATelephoneNumberError:
        raise InvalidError(
            "bad_phone",
            fr="Ce numéro de téléphone n'existe pas : vérifiez-le.",
            en="There is no such telephone number: check it.",
        ) from None


def _keep(session: Session, installation: Installation, number: str, *, purpose: str, now: datetime) -> str:
    try:
        return vault.keep_phone(session, installation.keys, phone=number, purpose=purpose, now=now)
    except vault.NumberInUseError:
        raise ConflictError(
            "phone_in_use",
            fr="Ce numéro est déjà celui d'une autre personne : une réponse ne pourrait pas être attribuée.",
            en="This number is another person's already: a reply could not be attributed.",
        ) from None
