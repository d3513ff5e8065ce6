"""The tables. Entry points never see them; they read through store.queries."""

from pro_service.store.models.assessments import (
    Alert,
    AlertAction,
    Answer,
    Assessment,
    AssessmentChange,
    CallAttempt,
    CallTask,
    FormerLink,
    Response,
    Score,
)
from pro_service.store.models.entries import SiteEntry
from pro_service.store.models.freshness import ImportedFact, StatusConfirmation
from pro_service.store.models.identity import Contact
from pro_service.store.models.messaging import Inbound, Message, MessageStatus, OptOut, SmsDialogue
from pro_service.store.models.people import (
    CourseEvent,
    LoginThrottle,
    Patient,
    PatientZone,
    Site,
    Staff,
    StaffSession,
    StaffSite,
    Study,
)
from pro_service.store.models.protocols import ProtocolActivation, ProtocolMigration
from pro_service.store.models.provenance import CorrectedItem, Correction, MissingReason
from pro_service.store.models.questions import (
    AnswerPrompt,
    ConsentEntry,
    ConsentText,
    DataQuery,
    DataQueryStep,
)
from pro_service.store.models.visits import CalendarFeed
from pro_service.store.models.wording import ImportedWording, WordingChange

__all__ = [
    "Alert",
    "AlertAction",
    "Answer",
    "AnswerPrompt",
    "Assessment",
    "AssessmentChange",
    "CalendarFeed",
    "CallAttempt",
    "CallTask",
    "ConsentEntry",
    "ConsentText",
    "Contact",
    "CorrectedItem",
    "Correction",
    "CourseEvent",
    "DataQuery",
    "DataQueryStep",
    "FormerLink",
    "ImportedFact",
    "ImportedWording",
    "Inbound",
    "LoginThrottle",
    "Message",
    "MessageStatus",
    "MissingReason",
    "OptOut",
    "Patient",
    "PatientZone",
    "ProtocolActivation",
    "ProtocolMigration",
    "Response",
    "Score",
    "Site",
    "SiteEntry",
    "SmsDialogue",
    "Staff",
    "StaffSession",
    "StaffSite",
    "StatusConfirmation",
    "Study",
    "WordingChange",
]
