"""Scores a study again by the rules of today, beside what older rules made of the same answers, and tells what differs.

It writes scores and nothing else: no answer changes, and no alert is raised, changed or withdrawn. Whether an alert
should follow from a new rule is a decision of people. Nothing is locked for long: a few responses are one transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pro_service.core.definition import Problem
from pro_service.core.scoring import AnswersError, Difference, Scoring, differences, newest, rule_order
from pro_service.services.csv_table import InputError
from pro_service.services.installation import Installation
from pro_service.services.scores.evaluation import scores_of
from pro_service.store.db import Session, reading, transaction
from pro_service.store.records import people, responses, scorings
from pro_service.store.records.scorings import Finished

_BATCH = 20

#: Told how many responses of how many known are done.
Progress = Callable[[int, int], None]


class RescoringError(InputError):
    """Nothing was scored again; `problems` says why."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A score that differs, and whose it is."""

    patient: str
    timepoint: str
    instrument: str
    instrument_version: str
    sitting: int
    difference: Difference


@dataclass(frozen=True, kw_only=True)
class Rescored:
    """What scoring a study again came to.

    `changed` compares each response's scores by `rule_version` with those by the version before it, whenever either was
    made: a run that was broken off and started again tells everything. `scored` counts the responses that got scores
    now. `left` names what could not be scored, and why.
    """

    rule_version: str
    responses: int
    scored: int
    changed: tuple[Changed, ...]
    left: tuple[Problem, ...]

    @property
    def untrue(self) -> int:
        """Scores stored under this very version that are no longer what it gives: they stand as they are."""
        return sum(one.difference.old_version == self.rule_version for one in self.changed)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What became of some responses."""

    scored: int
    changed: tuple[Changed, ...]
    left: tuple[Problem, ...]


def rescore(
    installation: Installation,
    *,
    study: str,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Rescored:
    """Score every finished response of a study by the installation's rule version, keeping what is there.

    Doing it again changes nothing; two may run at once; a response finished meanwhile is scored as well. With `dry_run`
    nothing is written. Raises RescoringError for an unknown study, or one that newer rules have scored already.
    """
    with reading() as session:
        study_id = _study_id(session, installation, study)
    parts: list[_Part] = []
    done: set[int] = set()
    while ids := _ahead(study_id, done):
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            parts.append(_batch(installation, batch, dry_run=dry_run, now=now))
            done.update(batch)
            if progress:
                progress(len(done), len(ids))
    whole = _together(parts)
    return Rescored(
        rule_version=installation.rule_version,
        responses=len(done),
        scored=whole.scored,
        changed=tuple(sorted(whole.changed, key=_place)),
        left=whole.left,
    )


def _study_id(session: Session, installation: Installation, code: str) -> int:
    found = people.study(session, code)
    if found is None:
        raise RescoringError(
            [Problem(place=code, message="is no study here", cure="name a study of this database")]
        )
    latest = newest(scorings.rule_versions(session, study_id=found.id))
    if latest is not None and rule_order(latest) > rule_order(installation.rule_version):
        message = f"was scored by rules {latest}, and this program has {installation.rule_version}"
        raise RescoringError([Problem(place=code, message=message, cure="use the newer program")])
    return found.id


def _ahead(study_id: int, done: set[int]) -> Sequence[int]:
    """The responses that are finished by now and were not looked at."""
    with reading() as session:
        return [one for one in scorings.finished_ids(session, study_id=study_id) if one not in done]


def _batch(installation: Installation, ids: Sequence[int], *, dry_run: bool, now: datetime) -> _Part:
    with reading() if dry_run else transaction() as session:
        known = scorings.scorings(session, ids)
        answers = scorings.answers_versions(session, ids)
        parts = [
            _one(
                session,
                installation,
                found,
                known.get(found.response.id, ()),
                answers_version=answers[found.response.id],
                dry_run=dry_run,
                now=now,
            )
            for found in scorings.finished(session, ids)
        ]
    return _together(parts)


def _together(parts: Sequence[_Part]) -> _Part:
    return _Part(
        scored=sum(part.scored for part in parts),
        changed=tuple(one for part in parts for one in part.changed),
        left=tuple(problem for part in parts for problem in part.left),
    )


def _one(
    session: Session,
    installation: Installation,
    found: Finished,
    known: Sequence[Scoring],
    *,
    answers_version: int,
    dry_run: bool,
    now: datetime,
) -> _Part:
    made = _scoring(session, installation, found)
    if isinstance(made, Problem):
        return _Part(scored=0, changed=(), left=(made,))
    stored = next((each for each in known if each.rule_version == made.rule_version), None)
    scored = stored is None
    if scored and not dry_run:
        added = responses.add_scores(
            session,
            found.response,
            made.scores,
            rule_version=made.rule_version,
            answers_version=answers_version,
            now=now,
        )
        scored = added > 0
    changed = tuple(_changed(found, each) for each in _compared(made, stored, known))
    return _Part(scored=int(scored), changed=changed, left=())


def _compared(made: Scoring, stored: Scoring | None, known: Sequence[Scoring]) -> Iterator[Difference]:
    """Against the version before; and against what is stored under this one, which ought to be the same."""
    before = newest(each.rule_version for each in known if each.rule_version != made.rule_version)
    for each in known:
        if each.rule_version == before:
            yield from differences(each, stored or made)
    if stored is not None:
        yield from differences(stored, made)


def _scoring(session: Session, installation: Installation, found: Finished) -> Scoring | Problem:
    """What the rules of today make of a response; the problem, if its definitions are not here."""
    response, assessment, patient = found
    place = f"{patient.code} {assessment.key} {response.instrument}"
    instrument = installation.catalogue.instruments.get(response.instrument)
    protocol = installation.catalogue.protocols.get(patient.protocol_version)
    if instrument is None or instrument.version != response.instrument_version:
        message = f"was answered in version {response.instrument_version}, which is not defined here"
        return Problem(
            place=place, message=message, cure="put that definition into the questionnaires folder"
        )
    if protocol is None:
        message = f"follows protocol {patient.protocol_version}, which is not defined here"
        return Problem(place=place, message=message, cure="put that protocol into the questionnaires folder")
    try:
        scores = scores_of(session, instrument, protocol, response)
    except AnswersError:
        # The error quotes the answer, which is nobody's business here.
        message = "holds an answer that its definition does not allow"
        return Problem(
            place=place, message=message, cure="compare the definition with the one that was answered"
        )
    return Scoring(rule_version=installation.rule_version, scores=scores)


def _changed(found: Finished, difference: Difference) -> Changed:
    return Changed(
        patient=found.patient.code,
        timepoint=found.assessment.key,
        instrument=found.response.instrument,
        instrument_version=found.response.instrument_version,
        sitting=found.response.sitting,
        difference=difference,
    )


def _place(one: Changed) -> tuple[str, str, str, int]:
    return one.patient, one.timepoint, one.instrument, one.sitting
