"""Turns a parsed protocol file into a Protocol, or into the list of everything that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pro_service.core.definition import DefinitionError, Section, open_definition
from pro_service.core.protocol.burden import read_burden
from pro_service.core.protocol.check import check
from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.model import Protocol
from pro_service.core.protocol.parse_course import read_course
from pro_service.core.protocol.parse_delivery import read_delivery
from pro_service.core.protocol.parse_policies import (
    read_alerts,
    read_answering,
    read_consent_event,
    read_corrections,
)
from pro_service.core.protocol.parse_schedule import (
    read_anchors,
    read_bundles,
    read_merge,
    read_minimum_gap,
    read_rules,
)
from pro_service.core.protocol.parse_visits import read_visits


def parse_protocol(
    document: Mapping[str, Any], *, source: str, suits: Callable[[Protocol], Iterator[Finding]] | None = None
) -> Protocol:
    """The protocol of a document without `extends` (see `read_protocol`); DefinitionError with every mistake.

    `suits` checks what it asks of its instruments (see `check`). A mistake of shape hides no mistake of sense but those
    that follow from it.
    """
    root = open_definition(document, source=source)
    protocol = _read(root)
    root.problems.extend(check(protocol, source=source, suits=suits, told=tuple(root.problems)))
    if root.problems:
        raise DefinitionError(root.problems)
    return protocol


def _read(root: Section) -> Protocol:
    course = read_course(root.section("course"))
    bundles, anchors = read_bundles(root.section("bundles")), read_anchors(root)
    protocol = Protocol(
        study=root.name("study"),
        version=root.name("version"),
        title=root.name("title", most=200),
        status=root.text("status", choices=("assumed", "approved")),
        time_zone=root.text("time_zone"),
        course=course,
        anchors=anchors,
        bundles=bundles,
        rules=read_rules(root, bundles, course, anchors),
        merge=read_merge(root.section("merge", required=False)),
        delivery=read_delivery(root.section("delivery")),
        answering=read_answering(root.section("answering")),
        alerts=read_alerts(root.section("alerts")),
        consent_event=read_consent_event(root.section("amendment", required=False), course),
        visits=read_visits(root.section("visits", required=False), course.active_phases),
        burden=read_burden(root.section("burden", required=False)),
        minimum_gap=read_minimum_gap(root),
        corrections=read_corrections(root.section("corrections", required=False)),
    )
    root.known.add("minimum_gap")
    root.finish()
    return protocol
