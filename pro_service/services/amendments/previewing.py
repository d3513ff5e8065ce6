"""Shows what a change of version would change for each patient; nothing is stored, whatever the number of patients."""

from datetime import datetime

from pro_service.services.amendments.prospects import Decided, Prospect, decide
from pro_service.services.amendments.selection import Selection, require_sensible, selected
from pro_service.services.installation import Installation
from pro_service.store.db import reading
from pro_service.store.records import assessments, people, protocols


def preview(
    installation: Installation, *, study: str, version: str, selection: Selection, now: datetime
) -> tuple[Prospect, ...]:
    """Every patient meant, by code, with each assessment that is added, moved, removed or kept, and why.

    The same as `migrate` does at this moment. Six small statements, however many patients there are. Refused like
    migrating, but for missing wording: a preview is what one looks at before asking for it.
    """
    require_sensible(installation, selection=selection, study=study, version=version, now=now)
    with reading() as session:
        row, found = selected(session, selection, study=study)
        facts = protocols.standing_facts(session, row.id)
        expected = protocols.assessments_of_study(session, row.id)
        return tuple(
            _prospect(
                decide(
                    installation,
                    patient=patient,
                    site=site,
                    existing=tuple(assessments.as_existing(each) for each in expected.get(patient.id, ())),
                    events=people.as_events(facts.get(patient.id, ()), zone=patient.time_zone),
                    version=version,
                    consented_on=selection.consented_on,
                    now=now,
                )
            )
            for patient, site in found
        )


def _prospect(decided: Prospect | Decided) -> Prospect:
    return decided.prospect if isinstance(decided, Decided) else decided
