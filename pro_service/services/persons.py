"""Who is asking, a person or a program, with what they may do where as it is at this request."""

from dataclasses import dataclass, replace
from datetime import datetime

from pro_service.core.access import (
    PATIENT_WRITES,
    SPONSOR_ROLES,
    Decision,
    Grant,
    Permission,
    Place,
    Rights,
    Role,
    decide,
    held,
    roles,
    sites_with,
)
from pro_service.services.accounts.keys import Program


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is asking, as a live session or a program's key says, with everything they were given as it is now.

    `stepped_up_at` is when the second factor was given last; `program` if it is a program, which has none.
    """

    staff_id: int
    study_id: int
    login: str
    name: str
    language: str
    csrf_token: str
    rights: Rights
    study_sites: tuple[int, ...]
    asked_at: datetime
    asks: Permission = Permission.OWN_ACCOUNT
    places: tuple[Place, ...] = ()
    session: str = ""
    stepped_up_at: datetime | None = None
    program: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        return roles(self.rights, now=self.asked_at)

    @property
    def role(self) -> str:
        """The first of the roles in force; empty if none is."""
        return next(iter(self.roles), "")

    @property
    def acts_as(self) -> str:
        """The role a request acts in: one that sees identity only if it is held wherever the request reaches."""
        known = self._sites(Permission.SEE_IDENTITY)
        opened = {each.patient_id for each in self.rights.opened if each.in_force(self.asked_at)}
        known += tuple(each.site_id for each in self.places if each.site_id and each.patient_id in opened)
        everywhere = set(self.reach) <= set(known)
        return next((each for each in self.roles if everywhere or each in SPONSOR_ROLES), self.role)

    @property
    def may(self) -> frozenset[Permission]:
        """What the person holds: at the objects that the request names, or somewhere."""
        everything = held(self.rights, now=self.asked_at)
        if not self.places:
            return everything
        here = {
            each
            for each in Permission
            if decide(self.rights, each, places=self.places, now=self.asked_at) is Decision.ALLOWED
        }
        # What hangs on no patient is shown on every page to whoever holds it.
        of_patients = PATIENT_WRITES | {Permission.SEE_IDENTITY}
        return frozenset(here) | (everything - of_patients) | (everything & {Permission.ENROL})

    @property
    def site_ids(self) -> tuple[int, ...]:
        """The sites where the person holds what the request asks for: lists show these."""
        if self.asks is Permission.OWN_ACCOUNT:
            reached = {site for each in Permission for site in self._sites(each)}
            return tuple(site for site in self.study_sites if site in reached)
        return self._sites(self.asks)

    @property
    def reach(self) -> tuple[int, ...]:
        """As `site_ids`, and the site of a patient opened in an emergency if the request names that patient."""
        named = {each.site_id for each in self.places}
        return tuple(site for site in self.study_sites if site in self.site_ids or site in named)

    def asking(self, permission: Permission, places: tuple[Place, ...] = ()) -> "Person":
        """The same person in a request that needs `permission` and may reach what is at `places`."""
        return replace(self, asks=permission, places=places)

    def _sites(self, permission: Permission) -> tuple[int, ...]:
        return sites_with(
            self.rights, permission, study_id=self.study_id, sites=self.study_sites, now=self.asked_at
        )


def as_person(program: Program, *, now: datetime) -> Person:
    """A program that calls with a key, as routes know who asks: no role, no session, the rights of its key."""
    grants = tuple(
        Grant(
            role=None,
            study_id=program.study_id,
            site_id=site_id,
            valid_from=program.valid_from,
            scopes=frozenset(map(Permission, program.scopes)),
        )
        for site_id in program.site_ids
    )
    return Person(
        staff_id=0,
        study_id=program.study_id,
        login=f"key:{program.name}",
        name=program.name,
        language="en",
        csrf_token="",
        rights=Rights(grants=grants),
        study_sites=program.site_ids,
        asked_at=now,
        program=True,
    )
