"""The rows of every table of an export, read from one view of the database as they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import TypeVar

from pro_service.core.course import Course, Event, live_course
from pro_service.core.dataset import (
    PROBLEMS,
    TABLES,
    Definition,
    Oddity,
    Row,
    Table,
    alert_row,
    correction_rows,
    course_rows,
    in_order_of_items,
    in_order_of_scales,
    item_rows,
    ledger,
    numbered_rows,
    odd_answers,
    odd_responses,
    odd_scores,
    patient_row,
    prompt_rows,
    reason_rows,
    response_rows,
    score_rows,
    standing_events,
    version_rows,
    visit_rows,
)
from pro_service.core.dataset.stored import (
    StoredAction,
    StoredFact,
    StoredForm,
    StoredMove,
    StoredPatient,
    StoredWording,
)
from pro_service.core.plan import Plan, Unplanned, live_plan, unplanned
from pro_service.core.protocol import Protocol
from pro_service.store.catalogue import Catalogue
from pro_service.store.db import Session
from pro_service.store.queries import dataset

Seen = TypeVar("Seen")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A patient as known at the cut-off; without protocol and course if the version has no definition here."""

    patient: StoredPatient
    facts: tuple[StoredFact, ...]
    as_of: date
    protocol: Protocol | None
    course: Course | None

    @property
    def plan(self) -> Plan | None:
        if self.protocol is None:
            return None
        return live_plan(self.protocol, self.events, as_of=self.as_of)

    @property
    def events(self) -> tuple[Event, ...]:
        """The facts that stand."""
        return standing_events(self.patient, self.facts)

    @property
    def unplanned(self) -> Unplanned | None:
        """Why nothing can be planned, if nothing can."""
        if self.protocol is None:
            return None
        return unplanned(self.protocol, self.events, as_of=self.as_of)


@dataclass(kw_only=True)
class Contents:
    """What is exported of one study. Reading the tables gathers what is odd in them, for the last one."""

    session: Session
    catalogue: Catalogue
    rule_version: str
    study: dataset.StudyFound
    cut_off: datetime
    oddities: list[Oddity] = field(default_factory=list)
    instruments_seen: set[str] = field(default_factory=set)

    def tables(self) -> Iterator[tuple[Table, Iterator[Row]]]:
        """Each table with its rows, to be read before the next is asked for."""
        readers: Mapping[str, Callable[[], Iterator[Row]]] = {
            "patients": self._patients,
            "expected_forms": self._forms,
            "responses": self._responses,
            "items": self._items,
            "scores": self._scores,
            "alerts": self._alerts,
            "events": self._events,
            "visits": self._visits,
            "protocol_versions": self._versions,
            "missing_reasons": self._missing,
            "corrections": self._corrections,
            "queries": self._queries,
            "consents": self._consents,
            "edit_checks": self._edit_checks,
        }
        for table in TABLES:
            yield table, readers[table.name]()
        yield PROBLEMS, self._problems()

    def definition(self) -> Definition:
        """What the rows mean; complete once they were read. The study's current protocol version comes first."""
        had = {
            *(person.patient.protocol_version for person in self.people),
            *(move.from_version for move in dataset.moves(self.session, self.study.id)),
        }
        pinned = had - {self.study.protocol_version}
        versions = (self.study.protocol_version, *sorted(pinned & self.catalogue.protocols.keys()))
        protocols = tuple(self.catalogue.protocols[version] for version in versions)
        planned = {code for protocol in protocols for rule in protocol.rules for code in rule.instruments}
        codes = sorted((planned | self.instruments_seen) & self.catalogue.instruments.keys())
        instruments = tuple(self.catalogue.instruments[code] for code in codes)
        return Definition(study=self.study.code, protocols=protocols, instruments=instruments)

    def wordings(self) -> tuple[StoredWording, ...]:
        return dataset.wordings(self.session, self.study.id)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        lived_in = dataset.zones(self.session, self.study.id)
        patients = tuple(
            one._replace(zones=lived_in.get(one.code, ()))
            for one in dataset.patients(self.session, self.study.id)
        )
        facts = _grouped(patients, dataset.facts(self.session, self.study.id))
        return tuple(self._person(patient, own) for patient, own in facts)

    def _person(self, patient: StoredPatient, facts: tuple[StoredFact, ...]) -> Person:
        as_of = patient.day_of(self.cut_off)
        protocol = self.catalogue.protocols.get(patient.protocol_version)
        course = None
        if protocol is not None:
            events = standing_events(patient, facts)
            course = live_course(protocol.course, events, as_of=as_of)
        return Person(patient=patient, facts=facts, as_of=as_of, protocol=protocol, course=course)

    def _patients(self) -> Iterator[Row]:
        return (patient_row(person.patient, person.course, person.unplanned) for person in self.people)

    def _forms(self) -> Iterator[Row]:
        forms = dataset.forms(self.session, self.study.id)
        patients = tuple(person.patient for person in self.people)
        own: tuple[StoredForm, ...]
        for person, (_, own) in zip(self.people, _grouped(patients, forms), strict=True):
            part = ledger(
                person.patient,
                own,
                plan=person.plan,
                protocol=person.protocol,
                cut_off=self.cut_off,
                events=person.events,
            )
            self.oddities += part.oddities
            yield from part.rows

    def _responses(self) -> Iterator[Row]:
        return response_rows(dataset.sittings(self.session, self.study.id))

    def _items(self) -> Iterator[Row]:
        known = self.catalogue.instruments
        answers = in_order_of_items(dataset.answers(self.session, self.study.id), known)
        return item_rows(self._watched(answers, lambda answer: odd_answers((answer,), known)))

    def _scores(self) -> Iterator[Row]:
        known = self.catalogue.instruments
        scores = in_order_of_scales(dataset.scores(self.session, self.study.id), known)
        watched = self._watched(scores, lambda score: odd_scores((score,), rule_version=self.rule_version))
        return score_rows(watched, known)

    def _alerts(self) -> Iterator[Row]:
        actions: dict[int, list[StoredAction]] = {}
        for action in dataset.actions(self.session, self.study.id):
            actions.setdefault(action.alert_id, []).append(action)
        for alert in dataset.alerts(self.session, self.study.id):
            yield alert_row(alert, actions.get(alert.id, ()))

    def _events(self) -> Iterator[Row]:
        for person in self.people:
            part = course_rows(
                person.patient,
                person.facts,
                course=person.course,
                protocol=person.protocol,
                as_of=person.as_of,
            )
            self.oddities += part.oddities
            yield from part.rows

    def _versions(self) -> Iterator[Row]:
        patients = tuple(person.patient for person in self.people)
        moves: tuple[StoredMove, ...]
        for patient, moves in _grouped(patients, dataset.moves(self.session, self.study.id)):
            yield from version_rows(patient, moves)

    def _missing(self) -> Iterator[Row]:
        return reason_rows(dataset.missing_reasons(self.session, self.study.id))

    def _corrections(self) -> Iterator[Row]:
        return correction_rows(dataset.corrections(self.session, self.study.id))

    def _queries(self) -> Iterator[Row]:
        return numbered_rows(dataset.queries(self.session, self.study.id))

    def _consents(self) -> Iterator[Row]:
        return numbered_rows(dataset.consents(self.session, self.study.id))

    def _edit_checks(self) -> Iterator[Row]:
        return prompt_rows(dataset.prompts(self.session, self.study.id))

    def _visits(self) -> Iterator[Row]:
        for person in self.people:
            yield from visit_rows(person.patient, person.facts, protocol=person.protocol, as_of=person.as_of)

    def _problems(self) -> Iterator[Row]:
        for response in dataset.responses(self.session, self.study.id):
            self.instruments_seen.add(response.instrument)
            self.oddities += odd_responses((response,), self.catalogue.instruments)
        yield from sorted(oddity.as_row() for oddity in self.oddities)

    def _watched(self, rows: Iterable[Seen], odd: Callable[[Seen], Iterable[Oddity]]) -> Iterator[Seen]:
        for row in rows:
            self.oddities += odd(row)
            yield row


Owned = TypeVar("Owned", StoredFact, StoredForm, StoredMove)


def _grouped(
    patients: Iterable[StoredPatient], rows: Iterable[Owned]
) -> Iterator[tuple[StoredPatient, tuple[Owned, ...]]]:
    """Each patient's rows, of which there may be none. Both come in the order of patients' codes."""
    groups = groupby(rows, key=lambda row: row.patient)
    code, group = next(groups, ("", iter(())))
    for patient in patients:
        if code == patient.code:
            yield patient, tuple(group)
            code, group = next(groups, ("", iter(())))
        else:
            yield patient, ()
