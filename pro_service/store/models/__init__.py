"""The tables. Entry points never see them; they read through store.queries."""

from pro_service.store.models.access import AccessGrant, EmergencyAccess
from pro_service.store.models.accounts import (
    ApiKey,
    LoginEvent,
    LoginThrottle,
    RecoveryCode,
    ServiceAccount,
    StaffIdentity,
    StaffInvitation,
    StaffSource,
)
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
from pro_service.store.models.audit import AuditEntry, AuditLink, AuditPending, ReadRecord
from pro_service.store.models.budgets import RequestBudget
from pro_service.store.models.entries import SiteEntry
from pro_service.store.models.evidence import DataLock, HeldDeposit, LockRelease, Signature
from pro_service.store.models.freshness import ImportedFact, StatusConfirmation
from pro_service.store.models.identity import Contact, MasterKey, OwnKey
from pro_service.store.models.messaging import Inbound, Message, MessageStatus, OptOut, SmsDialogue
from pro_service.store.models.notices import OperatorNotice
from pro_service.store.models.people import (
    CourseEvent,
    Patient,
    PatientZone,
    Site,
    Staff,
    StaffSession,
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
    "AccessGrant",
    "Alert",
    "AlertAction",
    "Answer",
    "AnswerPrompt",
    "ApiKey",
    "Assessment",
    "AssessmentChange",
    "AuditEntry",
    "AuditLink",
    "AuditPending",
    "CalendarFeed",
    "CallAttempt",
    "CallTask",
    "ConsentEntry",
    "ConsentText",
    "Contact",
    "CorrectedItem",
    "Correction",
    "CourseEvent",
    "DataLock",
    "DataQuery",
    "DataQueryStep",
    "EmergencyAccess",
    "FormerLink",
    "HeldDeposit",
    "ImportedFact",
    "ImportedWording",
    "Inbound",
    "LockRelease",
    "LoginEvent",
    "LoginThrottle",
    "MasterKey",
    "Message",
    "MessageStatus",
    "MissingReason",
    "OperatorNotice",
    "OptOut",
    "OwnKey",
    "Patient",
    "PatientZone",
    "ProtocolActivation",
    "ProtocolMigration",
    "ReadRecord",
    "RecoveryCode",
    "RequestBudget",
    "Response",
    "Score",
    "ServiceAccount",
    "Signature",
    "Site",
    "SiteEntry",
    "SmsDialogue",
    "Staff",
    "StaffIdentity",
    "StaffInvitation",
    "StaffSession",
    "StaffSource",
    "StatusConfirmation",
    "Study",
    "WordingChange",
]
