"""What is expected of a patient, what came back, what it scored, and the alerts it raised."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.lifecycle import AlertState, AssessmentState, CallOutcome, ResponseState
from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, ZONE, one_of


class Assessment(Base):
    """A slot as it lives. `key` is eternal: a patient has at most one assessment under it."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("patient_id", "key"),
        one_of("state", AssessmentState),
        Index("ix_assessment_state_opens_at", "state", "opens_at"),
        Index("ix_assessment_state_closes_at", "state", "closes_at"),
        Index("ix_assessment_next_contact_at", "next_contact_at"),
        Index("ix_assessment_call_at", "call_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    key: Mapped[str] = mapped_column(CODE)
    rule: Mapped[str] = mapped_column(CODE)
    due_on: Mapped[date]
    open_on: Mapped[date]
    close_on: Mapped[date]
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)  # local midnight at the start of open_on
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)  # local midnight at the end of close_on
    instruments: Mapped[list[str]] = mapped_column(JsonValue)
    visit: Mapped[str | None] = mapped_column(CODE)  # the key of the monitoring visit it follows, and its day
    visit_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(WORD)
    reason: Mapped[dict[str, Any] | None] = mapped_column(
        JsonValue
    )  # of the last change: {"code": ..., **parameters}
    expected_now: Mapped[bool] = mapped_column(default=True)  # does the plan as known now still want it?
    provisional: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # it rests on a planned day, not yet on a fact
    expected_at_close: Mapped[bool | None]  # written when expected_now first changes after the close
    stands_for: Mapped[list[str]] = mapped_column(
        JsonValue, default=list, server_default="[]"
    )  # the timepoints merged into this one
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when this service first knew of it
    contact_from: Mapped[datetime] = mapped_column(UtcDateTime)  # messages are counted from here
    next_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withheld_until: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # it lacks wording that may be used: when this is looked at again
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    status_age_days: Mapped[
        int | None
    ]  # since the status was last confirmed, when it opened or a message went out
    status_stale: Mapped[bool | None]  # was that longer than its protocol allows? None before it opened
    link_number: Mapped[int] = mapped_column(default=1)  # counts the links it has had
    link_key_id: Mapped[int | None]  # the master key the link's secret is derived from; None: the oldest
    link_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: good until the close
    close_zone: Mapped[str | None] = mapped_column(
        ZONE
    )  # in which its window ends, if not the patient's: never earlier than they were told
    call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the site is asked to call


class FormerLink(Base):
    """A link that was replaced by another after its end, so that its page can say so."""

    __tablename__ = "former_link"

    link_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallTask(Base):
    """The site is asked to call a patient about one assessment, once. It waits while that can be answered and no call
    has settled it.
    """

    __tablename__ = "call_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), unique=True)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by a call's outcome


class CallAttempt(Base):
    """One call, or attempt at one, and what came of it."""

    __tablename__ = "call_attempt"
    __table_args__ = (one_of("outcome", CallOutcome),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_task_id: Mapped[int] = mapped_column(ForeignKey("call_task.id"), index=True)
    outcome: Mapped[str] = mapped_column(WORD)
    note: Mapped[str] = mapped_column(String(2000), default="")
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_by: Mapped[str] = mapped_column(CODE)


class AssessmentChange(Base):
    """One change of an assessment and its reason: the history shown in words."""

    __tablename__ = "assessment_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    change: Mapped[str] = mapped_column(WORD)
    reason: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(CODE)


class Response(Base):
    """What came back for one instrument of an assessment in one sitting."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("assessment_id", "instrument", "sitting"),
        one_of("state", ResponseState),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    instrument: Mapped[str] = mapped_column(CODE)
    instrument_version: Mapped[str] = mapped_column(CODE)
    sitting: Mapped[int]
    state: Mapped[str] = mapped_column(WORD)
    mode: Mapped[str] = mapped_column(WORD)  # link | sms | paper | phone | interview | tablet | form
    language: Mapped[str] = mapped_column(String(8))
    wording_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # of the imported wording that was asked first; none for our placeholder labels
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Answer(Base):
    """One value of one item. A correction is a further version; none is ever overwritten."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("response_id", "item", "version"),
        UniqueConstraint("response_id", "client_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    item: Mapped[str] = mapped_column(WORD)
    version: Mapped[int]
    value: Mapped[int | None]
    refused: Mapped[bool] = mapped_column(default=False)
    client_id: Mapped[str | None] = mapped_column(
        CODE
    )  # made by the sender: the same answer sent twice is one
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    answered_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by the patient's device, not corrected
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entry_key: Mapped[str | None] = mapped_column(
        CODE
    )  # the `client_id` of the form in which a site entered it
    correction_id: Mapped[int | None]  # of the correction that made it; no foreign key, as of `discloses_id`


class Score(Base):
    """One scale's value by one version of the scoring rules, with the count of items it rests on."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("response_id", "scale", "rule_version", "answers_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    scale: Mapped[str] = mapped_column(WORD)
    value: Mapped[float | None]
    items_used: Mapped[int]
    items_missing: Mapped[int]
    absent: Mapped[str | None] = mapped_column(WORD)  # why there is no value
    instrument_version: Mapped[str] = mapped_column(CODE)
    rule_version: Mapped[str] = mapped_column(CODE)
    answers_version: Mapped[int] = mapped_column(
        default=1, server_default="1"
    )  # one more with each correction
    scored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alert(Base):
    """One time a rule fired, with the values that fired it."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("response_id", "rule", "scale"),
        one_of("state", AlertState),
        one_of("severity", ("red", "amber", "info")),
        Index("ix_alert_site_id_state", "site_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    rule: Mapped[str] = mapped_column(CODE)
    scale: Mapped[str] = mapped_column(WORD)
    protocol_version: Mapped[str] = mapped_column(CODE)
    severity: Mapped[str] = mapped_column(WORD)
    state: Mapped[str] = mapped_column(WORD)
    evidence: Mapped[dict[str, Any]] = mapped_column(
        JsonValue
    )  # baseline, previous, now, change, steps, threshold
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(CODE)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(CODE)


class AlertAction(Base):
    """What somebody did about an alert."""

    __tablename__ = "alert_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    action: Mapped[str] = mapped_column(WORD)
    note: Mapped[str] = mapped_column(String(2000), default="")
    state: Mapped[str] = mapped_column(WORD)  # the alert's state afterwards
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acted_by: Mapped[str] = mapped_column(TEXT)
