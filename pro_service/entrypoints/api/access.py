"""What the person who asks may reach: their sites, patients and study."""

from pro_service.core.protocol import Protocol
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import listings, patients, studies
from pro_service.store.queries.facts import SiteFacts


def sites() -> tuple[SiteFacts, ...]:
    with reading() as session:
        return studies.sites(session, require_person().site_ids)


def site_ids(code: str) -> tuple[int, ...]:
    """The person's sites, or the one of this code ("" for all). InvalidError for a site that is none of theirs."""
    if not code:
        return require_person().site_ids
    found = tuple(site.id for site in sites() if site.code == code)
    if not found:
        raise InvalidError(
            "unknown_site",
            fr="Ce centre n'existe pas ou n'est pas l'un des vôtres.",
            en="There is no such site, or it is not one of yours.",
        )
    return found


def patient(code: str) -> patients.PatientFacts:
    """NotFoundError for a patient of another site as for one that is not."""
    person = require_person()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    return facts


def protocol_of(facts: patients.PatientFacts) -> Protocol:
    return wired().installation.catalogue.protocols[facts.protocol_version]


def study() -> listings.StudyFacts:
    with reading() as session:
        return listings.study(session, require_person().study_id)


def study_protocol() -> Protocol:
    """The protocol that the study's next patient follows."""
    return wired().installation.catalogue.protocols[study().protocol_version]
