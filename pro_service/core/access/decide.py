"""The one place that decides who may do what, where and when, from grants that are data.

A grant speaks for its own sites alone: two grants of one person never add up to a right that neither gives there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pro_service.core.access.roles import PERMISSIONS, Permission, Role

#: What opening a patient of another site in an emergency allows: reading.
EMERGENCY = frozenset({Permission.SEE_PATIENTS, Permission.SEE_IDENTITY})


class Decision(StrEnum):
    """`ABSENT`: whoever asks must not learn that it exists (404). `REFUSED`: known, but not theirs to do (403)."""

    ALLOWED = "allowed"
    ABSENT = "absent"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role (or a program's scopes) at a site, or at all of a study (`site_id` None), between two instants."""

    role: Role | None
    study_id: int
    site_id: int | None
    valid_from: datetime
    valid_to: datetime | None = None
    ended_at: datetime | None = None
    scopes: frozenset[Permission] = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it includes: that of the role, or of a program's key, which has none."""
        return self.scopes if self.role is None else PERMISSIONS[self.role]

    def in_force(self, now: datetime) -> bool:
        ends = [each for each in (self.valid_to, self.ended_at) if each is not None]
        return self.valid_from <= now and all(now < each for each in ends)

    def reaches(self, place: "Place") -> bool:
        return self.study_id == place.study_id and self.site_id in (None, place.site_id)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A patient of another site, opened in an emergency until an instant."""

    patient_id: int
    from_at: datetime
    until_at: datetime

    def in_force(self, now: datetime) -> bool:
        return self.from_at <= now < self.until_at


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an object is; `patient_id` if it is a patient or hangs on one."""

    study_id: int
    site_id: int | None
    patient_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Everything that one person was given."""

    grants: tuple[Grant, ...] = ()
    opened: tuple[Opened, ...] = ()


def held(rights: Rights, *, now: datetime) -> frozenset[Permission]:
    """What the person may do somewhere: for navigation, and for pages that show no object. One's own account always."""
    inside = [each.permissions for each in rights.grants if each.in_force(now)]
    return frozenset({Permission.OWN_ACCOUNT}).union(*inside)


def roles(rights: Rights, *, now: datetime) -> tuple[Role, ...]:
    """The roles in force, in the order in which roles are named."""
    there = {each.role for each in rights.grants if each.in_force(now)}
    return tuple(role for role in Role if role in there)


def sites_with(
    rights: Rights, permission: Permission, *, study_id: int, sites: Sequence[int], now: datetime
) -> tuple[int, ...]:
    """Of a study's `sites` those where the person holds `permission`: what lists may show."""
    reach = {
        each.site_id
        for each in rights.grants
        if each.in_force(now) and each.study_id == study_id and permission in each.permissions
    }
    return tuple(site for site in sites if None in reach or site in reach)


def decide(
    rights: Rights, permission: Permission, *, places: Sequence[Place | None] = (), now: datetime
) -> Decision:
    """May this person do it? `places` are those of the objects that were named, None for one that does not exist.

    Who holds the permission nowhere, and opened nobody, is refused before any object is looked at, so that nothing is
    learnt from the answer. Of several objects the strictest answer counts.
    """
    anywhere = permission in held(rights, now=now)
    opened = {each.patient_id for each in rights.opened if each.in_force(now)}
    if not anywhere and not (permission in EMERGENCY and opened):
        return Decision.REFUSED
    answers = [_at(rights, permission, place, opened, now=now) for place in places]
    if not answers:
        return Decision.ALLOWED if anywhere else Decision.REFUSED
    return max(answers, key=[Decision.ALLOWED, Decision.REFUSED, Decision.ABSENT].index)


def _at(
    rights: Rights, permission: Permission, place: Place | None, opened: set[int], *, now: datetime
) -> Decision:
    if place is None:
        return Decision.ABSENT
    here = [each for each in rights.grants if each.in_force(now) and each.reaches(place)]
    may = frozenset().union(*(each.permissions for each in here))
    if place.patient_id in opened:
        may |= EMERGENCY
    if permission in may:
        return Decision.ALLOWED
    return Decision.REFUSED if Permission.SEE_PATIENTS in may else Decision.ABSENT
