"""The roles of a trial's people and what each includes. Sponsor roles read research data and write none of a patient's.

Site staff write (21 CFR 11.10(d), ICH E6(R3) 3.16.1(i)); identity is for the site alone (CNIL MR-001, art. 2.2).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """One role of one person at some sites of one study."""

    NURSE = "nurse"
    INVESTIGATOR = "investigator"
    SITE_COORDINATOR = "site_coordinator"
    MONITOR = "monitor"
    DATA_MANAGER = "data_manager"
    STATISTICIAN = "statistician"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a route, command or job needs. Named by the act, not by the page."""

    SEE_PATIENTS = "see_patients"  # pseudonymised: code, course, assessments, scores, alerts
    SEE_IDENTITY = "see_identity"  # telephone numbers
    ENROL = "enrol"
    RECORD_FACTS = "record_facts"  # events, visits, calls, zones, links, settling of imports
    ENTER_ANSWERS = "enter_answers"  # on a patient's behalf
    WORK_ALERTS = "work_alerts"
    OPEN_QUERIES = "open_queries"
    ANSWER_QUERIES = "answer_queries"
    ASK_CORRECTIONS = "ask_corrections"
    APPROVE_CORRECTIONS = "approve_corrections"
    SIGN = "sign"
    TAKE_SITE_COPY = "take_site_copy"
    EXPORT = "export"
    SEE_DEFINITIONS = "see_definitions"  # protocols, instruments, phases
    MANAGE_STUDY = "manage_study"  # sites, protocol versions, wording
    MANAGE_STAFF = "manage_staff"  # accounts, roles, service keys
    LOCK = "lock"
    UNLOCK = "unlock"
    SEE_AUDIT = "see_audit"
    SEE_LOGINS = "see_logins"  # the history of everybody's log-ins and accounts
    BREAK_GLASS = "break_glass"
    OPERATE = "operate"  # keys, anchors, retention, health
    OWN_ACCOUNT = "own_account"  # one's own sessions, second factors, language


#: Roles of people who work at a hospital or visit it: their grants name sites.
SITE_ROLES = frozenset({Role.NURSE, Role.INVESTIGATOR, Role.SITE_COORDINATOR, Role.MONITOR})
#: Roles whose work is the study's or the service's as a whole: their grants name none.
STUDY_ROLES = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})
#: Roles of the sponsor, or on its behalf: never identity, never a change of a patient's data.
SPONSOR_ROLES = frozenset(
    {Role.MONITOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR}
)

#: What changes a patient's data or decides about it.
PATIENT_WRITES = frozenset(
    {
        *(Permission.ENROL, Permission.RECORD_FACTS, Permission.ENTER_ANSWERS, Permission.WORK_ALERTS),
        *(Permission.ANSWER_QUERIES, Permission.ASK_CORRECTIONS, Permission.APPROVE_CORRECTIONS),
        Permission.SIGN,
    }
)

_P = Permission
_READ = frozenset({_P.SEE_PATIENTS, _P.SEE_DEFINITIONS, _P.SEE_AUDIT, _P.OWN_ACCOUNT})
_CARE = _READ | {
    *(_P.SEE_IDENTITY, _P.ENROL, _P.RECORD_FACTS, _P.ENTER_ANSWERS, _P.WORK_ALERTS),
    *(_P.ANSWER_QUERIES, _P.ASK_CORRECTIONS, _P.TAKE_SITE_COPY),
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.NURSE: _CARE,
        Role.SITE_COORDINATOR: _CARE,
        Role.INVESTIGATOR: _CARE | {_P.APPROVE_CORRECTIONS, _P.SIGN, _P.BREAK_GLASS},
        Role.MONITOR: _READ | {_P.OPEN_QUERIES},
        Role.DATA_MANAGER: _READ | {_P.OPEN_QUERIES, _P.EXPORT, _P.LOCK, _P.UNLOCK},
        Role.STATISTICIAN: frozenset({_P.SEE_PATIENTS, _P.SEE_DEFINITIONS, _P.EXPORT, _P.OWN_ACCOUNT}),
        Role.ADMINISTRATOR: frozenset(
            {
                _P.SEE_DEFINITIONS,
                _P.MANAGE_STUDY,
                _P.MANAGE_STAFF,
                _P.SEE_LOGINS,
                _P.LOCK,
                _P.UNLOCK,
                _P.OWN_ACCOUNT,
            }
        ),
        Role.OPERATOR: frozenset({_P.OPERATE, _P.SEE_DEFINITIONS, _P.OWN_ACCOUNT}),
        Role.AUDITOR: _READ | {_P.SEE_LOGINS},
    }
)
