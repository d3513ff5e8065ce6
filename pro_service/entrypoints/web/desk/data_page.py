"""Gathers the pages about a form's data: the form itself, the sheet that is filled in, and what waits."""

from collections.abc import Sequence
from datetime import datetime

from pro_service.core.access import Permission
from pro_service.core.instrument import Instrument, Item
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState, CorrectionState, ResponseState
from pro_service.core.provenance import SiteReason, last_day_to_enter
from pro_service.core.timing import local_day
from pro_service.core.wording import Mode, in_language
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_data import (
    AnswersForm,
    DataPage,
    FormPage,
    InstrumentPart,
    ItemRow,
)
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.services.wordings.showing import show_instrument
from pro_service.store.db import reading
from pro_service.store.queries import corrections, forms, missing
from pro_service.store.queries.forms import FormFacts, SittingFacts

_ROWS = 100
_FINISHED = frozenset({ResponseState.COMPLETED, ResponseState.CLOSED})
_MISSING = frozenset({AssessmentState.MISSED, AssessmentState.PARTIAL})


def facts_of(assessment_id: int, site_ids: Sequence[int]) -> FormFacts:
    """NotFoundError for an assessment of another site as for one that is not."""
    with reading() as session:
        found = forms.form(session, assessment_id, site_ids=site_ids)
    if found is None:
        raise NotFoundError("assessment")
    return found


def may(permission: Permission) -> bool:
    """Does whoever reads hold this here? What is offered follows it; the route decides."""
    return permission in require_person().may


def form_page(
    installation: Installation, chrome: Chrome, facts: FormFacts, language: Language, *, now: datetime
) -> FormPage:
    person = require_person()
    with reading() as session:
        asked = corrections.corrections(session, person.reach, assessment_id=facts.id, limit=_ROWS)
        why = missing.missing_form(session, facts.id) if facts.state in _MISSING else None
    return FormPage(
        chrome=chrome,
        patient_code=facts.patient_code,
        assessment_id=facts.id,
        timepoint=facts.key,
        state=facts.state,
        due_on=facts.due_on,
        open_on=facts.open_on,
        close_on=facts.close_on,
        parts=tuple(_part(installation, facts, code, language, now=now) for code in facts.instruments),
        missing=why,
        corrections=asked,
        can_decide=may(Permission.APPROVE_CORRECTIONS),
        can_ask=may(Permission.OPEN_QUERIES),
        own_login=person.login,
        reasons=tuple(SiteReason) if may(Permission.RECORD_FACTS) else (),
    )


def answers_form(
    installation: Installation,
    chrome: Chrome,
    facts: FormFacts,
    code: str,
    language: Language,
    *,
    now: datetime,
) -> AnswersForm:
    """An empty sheet of one instrument. InvalidError for one that is not part of the form."""
    if code not in facts.instruments:
        raise InvalidError(
            "unknown_instrument",
            fr="Ce questionnaire n'en fait pas partie.",
            en="This instrument is not part of it.",
        )
    definition = _worded(installation, code, now=now)
    return AnswersForm(
        chrome=chrome,
        patient_code=facts.patient_code,
        assessment_id=facts.id,
        timepoint=facts.key,
        instrument=code,
        title=in_language(definition.title, language),
        items=_rows(definition, _sitting(facts, code), language),
        today=local_day(now, facts.time_zone),
        open_on=facts.open_on,
        late=facts.state in _MISSING,
    )


def data_page(chrome: Chrome, site_ids: Sequence[int]) -> DataPage:
    with reading() as session:
        waiting = corrections.corrections(session, site_ids, state=CorrectionState.REQUESTED, limit=_ROWS + 1)
        unexplained = missing.missing_forms(session, site_ids, explained=False, limit=_ROWS + 1)
    return DataPage(
        chrome=chrome,
        corrections=Listing(rows=waiting[:_ROWS], more=max(0, len(waiting) - _ROWS)),
        missing=Listing(rows=unexplained[:_ROWS], more=max(0, len(unexplained) - _ROWS)),
        reasons=tuple(SiteReason),
        may_explain=may(Permission.RECORD_FACTS),
    )


def _part(
    installation: Installation, facts: FormFacts, code: str, language: Language, *, now: datetime
) -> InstrumentPart:
    sitting = _sitting(facts, code)
    definition = _worded(installation, code, now=now)
    state = sitting.state if sitting else ""
    return InstrumentPart(
        code=code,
        title=in_language(definition.title, language),
        state=state,
        mode=sitting.mode if sitting else "",
        late=sitting.late if sitting else False,
        items=_rows(definition, sitting, language),
        can_enter=may(Permission.ENTER_ANSWERS) and _can_enter(installation, facts, sitting, now=now),
        can_correct=may(Permission.ASK_CORRECTIONS) and state in _FINISHED,
    )


def _can_enter(
    installation: Installation, facts: FormFacts, sitting: SittingFacts | None, *, now: datetime
) -> bool:
    """Is it open and not begun otherwise, or closed without an answer and not too long ago?"""
    if facts.state in ANSWERABLE and now < facts.closes_at:
        return sitting is None or (sitting.state not in _FINISHED and sitting.mode not in ("link", "sms"))
    days = installation.catalogue.protocols[facts.protocol_version].answering.late_entry_days
    last = last_day_to_enter(facts.close_on, late_entry_days=days)
    return facts.state in _MISSING and sitting is None and local_day(now, facts.time_zone) <= last


def _worded(installation: Installation, code: str, *, now: datetime) -> Instrument:
    """The instrument with the words that may be read today; without any, its codes have to do."""
    try:
        return show_instrument(installation, code=code, mode=Mode.PAPER, now=now).instruments[0]
    except ConflictError:
        return installation.catalogue.instruments[code]


def _sitting(facts: FormFacts, code: str) -> SittingFacts | None:
    return next((one for one in facts.sittings if one.instrument == code), None)


def _rows(definition: Instrument, sitting: SittingFacts | None, language: Language) -> tuple[ItemRow, ...]:
    held = {one.item: one.versions for one in sitting.items} if sitting else {}
    return tuple(
        ItemRow(
            code=item.code,
            label=in_language(item.label, language) if item.label else "",
            options=_options(item, language),
            minimum=item.minimum,
            maximum=item.maximum,
            may_refuse=item.may_refuse,
            versions=held.get(item.code, ()),
        )
        for item in definition.items
    )


def _options(item: Item, language: Language) -> tuple[tuple[int, str], ...]:
    return tuple(
        (option.value, in_language(option.label, language) if option.label else "") for option in item.options
    )
