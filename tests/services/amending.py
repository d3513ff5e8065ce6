"""Short ways to move patients between versions in tests, and to look at what that did."""

from datetime import date

from pro_service.core.plan import ChangeKind
from pro_service.services import amendments
from pro_service.services.amendments import Prospect, Selection
from pro_service.store.models import Assessment, Message, Patient
from tests.trial import STUDY, Trial

EVERYBODY = Selection()


def run(heroes: Trial, use_case, version: str = "heroes-2", selection: Selection = EVERYBODY):
    given = {"study": STUDY, "version": version, "selection": selection, "now": heroes.now}
    if use_case in (amendments.migrate, amendments.undo):
        given["actor"] = "ada"
    return heroes.call(use_case, heroes.installation, **given)


def migrate(heroes: Trial, version: str = "heroes-2", selection: Selection = EVERYBODY):
    return run(heroes, amendments.migrate, version, selection)


def undo(heroes: Trial, version: str = "heroes-1", selection: Selection = EVERYBODY):
    return run(heroes, amendments.undo, version, selection)


def told(prospect: Prospect) -> dict[str, str]:
    """Key -> what changes, without what merely stays."""
    return {s.key: f"{s.change}" for s in prospect.slots if s.change is not ChangeKind.KEPT}


def rows(heroes: Trial) -> dict[str, dict[str, object]]:
    """Every column of every assessment, by key."""
    return {
        row.key: {c.name: getattr(row, c.name) for c in Assessment.__table__.columns}
        for row in heroes.rows(Assessment)
    }


def version_of(heroes: Trial, code: str = "03-001") -> str:
    return heroes.rows(Patient, code=code)[0].protocol_version


def calendar(heroes: Trial) -> dict[str, tuple[str, date]]:
    return {row.key: (row.state, row.close_on) for row in heroes.rows(Assessment)}


def texts_sent(heroes: Trial) -> list[tuple[int | None, str, int]]:
    return [(m.assessment_id, m.kind, m.ordinal) for m in heroes.rows(Message) if m.accepted_at]
