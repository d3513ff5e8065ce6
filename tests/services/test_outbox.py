"""Sending: once at most, only what still makes sense, only when people are awake; what is uncertain stays so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from pro_service.core.delivery import Accepted, FailureKind, Outcome, ProviderStatus, Refused
from pro_service.core.lifecycle import MessageState
from pro_service.gateways.simulated_carrier import Fault
from pro_service.services import outbox, receipts, stopping
from pro_service.services.refusals import GoneError
from pro_service.store.crypto import token_hash
from pro_service.store.db import db, transaction
from pro_service.store.models import Assessment, Message, OptOut, Patient
from pro_service.store.records import messages
from tests.services.given import M15_INVITED, M15_REMINDED, answer_all, invited_to_m15, off_treatment, send
from tests.trial import PHONE, Trial, trial

NIGHT = datetime(2026, 2, 17, 19, 0, tzinfo=UTC)  # 20:00 in Paris, when the quiet hours begin
SID = "SM" + "a" * 32


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def ready(heroes: Trial) -> Message:
    """A patient whose invitation to M1.5 has been put in and not been sent."""
    off_treatment(heroes)
    heroes.now = M15_INVITED
    heroes.tick()
    return message(heroes)


def message(heroes: Trial, **where: Any) -> Message:
    found: Message = heroes.rows(Message, **({"kind": "invitation"} | where))[-1]
    return found


def fail_with(heroes: Trial, fault: Fault | None) -> None:
    heroes.carrier.faults = (lambda _: fault) if fault else None


@dataclass
class Spy:
    """A way out that notes what it is given and does what it is told."""

    act: Callable[[], Outcome]
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send(self, *, to: str, body: str, callback_url: str, validity_s: int) -> Outcome:
        self.sent.append({"to": to, "body": body, "callback_url": callback_url, "validity_s": validity_s})
        return self.act()


def through(heroes: Trial, spy: Spy, *, now: datetime | None = None) -> Outcome | None:
    installation = replace(heroes.installation, sms=spy, sms_two_way=spy)
    return heroes.call(outbox.deliver_one, installation, now=now or heroes.now)


def accept() -> Outcome:
    return Accepted(sid=SID, status=ProviderStatus.QUEUED)


# --- Outcomes ---------------------------------------------------------------------------------------------------------


def test_an_accepted_message_has_the_providers_id(heroes: Trial) -> None:
    ready(heroes)
    done = heroes.deliver()
    assert (done.accepted, done.refused, done.uncertain, done.attempts) == (1, 0, 0, 1)
    row = message(heroes)
    assert row.state == "accepted"
    assert row.sid is not None
    assert row.accepted_at == heroes.now
    assert row.attempts == 1
    assert len(heroes.texts()) == 1


def test_a_message_is_handed_over_with_no_transaction_open(heroes: Trial) -> None:
    """Row 14: a provider that is slow holds no connection and no lock."""
    ready(heroes)
    seen: list[str] = []

    def look() -> Outcome:
        with transaction() as session:  # would be refused inside another one, and block on SQLite
            seen.append(session.query(Message).filter_by(kind="invitation").one().state)
        return accept()

    through(heroes, Spy(look))
    assert seen == ["sending"]


def test_the_link_is_in_the_text_that_goes_out_and_in_no_row(heroes: Trial) -> None:
    row = ready(heroes)
    spy = Spy(accept)
    through(heroes, spy)
    assert "/q#" in spy.sent[0]["body"]
    assert "/q#" not in row.body
    assert spy.sent[0]["to"] == PHONE
    secret = spy.sent[0]["callback_url"].rsplit("/", 1)[1]
    assert len(secret) == 32
    assert message(heroes).token_hash == token_hash(secret)


def test_the_provider_may_keep_a_message_only_as_long_as_it_makes_sense(heroes: Trial) -> None:
    """Row 37: put in at ten, the night begins at eight; the longest is what the provider allows."""
    ready(heroes)
    spy = Spy(accept)
    through(heroes, spy, now=NIGHT - timedelta(minutes=10))
    assert spy.sent[0]["validity_s"] == 600
    assert message(heroes).not_after == NIGHT


@pytest.mark.parametrize(
    ("number", "state", "cause"),
    [
        ("+15005550001", "failed", "permanent"),  # not valid
        ("+15005550009", "failed", "permanent"),  # not a mobile
        ("+15005550004", "suppressed", "opted_out_at_provider"),
    ],
)
def test_a_refusal_for_good_is_not_tried_again(heroes: Trial, number: str, state: str, cause: str) -> None:
    """P22, P29: numbers that opted out or do not exist are not tried again and again."""
    row = ready(heroes)
    refused = {21211: FailureKind.PERMANENT, 21610: FailureKind.OPT_OUT}
    kind = refused[21610 if number == "+15005550004" else 21211]
    through(heroes, Spy(lambda: Refused(code=21211, kind=kind)))
    row = message(heroes)
    assert (row.state, row.cause, row.error_code) == (state, cause, 21211)
    assert through(heroes, Spy(accept)) is None


def test_an_opt_out_at_the_provider_is_one_here(heroes: Trial) -> None:
    """P22, P24: opted out there, enrolled here, and both know it."""
    ready(heroes)
    heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="nothing", now=heroes.now)
    through(heroes, Spy(lambda: Refused(code=21610, kind=FailureKind.OPT_OUT)))
    assert [(row.source, row.ended_at) for row in heroes.rows(OptOut)] == [("provider", None)]
    heroes.at(M15_REMINDED)
    assert heroes.texts() == []


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.UNAUTHORISED])
def test_what_was_certainly_not_taken_is_tried_again_later(heroes: Trial, fault: Fault) -> None:
    """Rows 13, 15."""
    ready(heroes)
    fail_with(heroes, fault)
    assert heroes.deliver().refused == 1
    row = message(heroes)
    assert row.state == "ready"
    assert row.not_before == heroes.now + timedelta(minutes=1)
    fail_with(heroes, None)
    assert heroes.deliver().attempts == 0
    heroes.now += timedelta(minutes=1)
    assert heroes.deliver().accepted == 1
    assert len(heroes.texts()) == 1


def test_trying_again_backs_off_and_ends_with_the_messages_time(heroes: Trial) -> None:
    ready(heroes)
    fail_with(heroes, Fault.RATE_LIMITED)
    waits = []
    while heroes.now < NIGHT:
        if heroes.deliver().attempts:
            waits.append(int((message(heroes).not_before - heroes.now).total_seconds() // 60))
        heroes.now += timedelta(minutes=1)
    assert waits[:5] == [1, 5, 20, 60, 60]
    assert len(waits) < 15
    heroes.tick()
    assert message(heroes).state == "expired"
    fail_with(heroes, None)
    assert heroes.deliver().attempts == 0


@pytest.mark.parametrize(
    "fault",
    [Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.GARBLED, Fault.HTML, Fault.NO_SID],
)
def test_what_may_have_been_taken_is_never_sent_again(heroes: Trial, fault: Fault) -> None:
    """P8, rows 12 and 16: the carrier has it although its answer was lost."""
    ready(heroes)
    fail_with(heroes, fault)
    assert heroes.deliver().uncertain == 1
    assert message(heroes).state == "unknown"
    fail_with(heroes, None)
    for hours in range(48):
        heroes.now = M15_INVITED + timedelta(hours=hours)
        heroes.tick()
        heroes.deliver()
    bodies = [one for one in heroes.texts() if "rappel" not in one]
    assert len(bodies) == 1


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.NO_SID])
def test_the_report_with_our_token_proves_that_it_went_out(heroes: Trial, fault: Fault) -> None:
    ready(heroes)
    fail_with(heroes, fault)
    heroes.deliver()
    heroes.report()
    row = message(heroes)
    assert row.state == "delivered"
    assert row.sid is not None


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.RESET_BEFORE])
def test_what_was_not_taken_but_might_have_been_expires_as_uncertain(heroes: Trial, fault: Fault) -> None:
    """Row 11: when in doubt nothing is sent; a missing text is visible, a second one is not."""
    ready(heroes)
    fail_with(heroes, fault)
    heroes.deliver()
    assert message(heroes).state == "unknown"
    heroes.now = NIGHT
    heroes.tick()
    row = message(heroes)
    assert (row.state, row.cause) == ("expired", "uncertain")
    assert heroes.texts() == []


# --- Crashes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("taken", [True, False])
def test_a_crash_between_claim_and_settling_leaves_a_message_that_is_never_sent_again(
    heroes: Trial, fault: type[BaseException], taken: bool
) -> None:
    """Row 1: whether the provider had it or not, nobody sends it a second time."""
    ready(heroes)
    sender = heroes.installation.sms

    def crash() -> Outcome:
        if taken:
            sender.send(**spy.sent[-1])
        raise fault

    spy = Spy(crash)
    with pytest.raises(fault):
        through(heroes, spy)
    assert message(heroes).state == "sending"
    for minutes in (0, 1, 2, 30, 300, 700):
        heroes.now = M15_INVITED + timedelta(minutes=minutes)
        heroes.tick()
        heroes.deliver()
    assert len(spy.sent) == 1
    assert len(heroes.texts()) == int(taken)
    assert message(heroes).state == "expired"
    heroes.report()
    assert message(heroes).state == ("delivered" if taken else "expired")


def test_a_crash_before_the_claim_is_committed_leaves_the_message_ready(heroes: Trial) -> None:
    ready(heroes)
    with pytest.raises(KeyError), heroes.app.app_context(), transaction() as session:
        row = messages.claimable(session, now=heroes.now)
        assert row is not None
        row.state = MessageState.SENDING
        raise KeyError
    assert message(heroes).state == "ready"
    assert heroes.deliver().accepted == 1


def test_a_lease_that_is_over_makes_the_message_unknown_and_never_ready(heroes: Trial) -> None:
    ready(heroes)
    with pytest.raises(SystemExit):
        through(heroes, Spy(_exit))
    lease_until = message(heroes).lease_until
    assert lease_until == heroes.now + timedelta(seconds=30)
    heroes.now = lease_until - timedelta(seconds=1)
    heroes.tick()
    assert message(heroes).state == "sending"
    heroes.now = lease_until
    assert heroes.tick().tidied == 1
    row = message(heroes)
    assert (row.state, row.cause) == ("unknown", "lease_over")
    assert heroes.deliver().attempts == 0


def _exit() -> Outcome:
    raise SystemExit


def test_a_sender_that_comes_back_after_its_lease_settles_nothing(heroes: Trial) -> None:
    """Row 7, fencing: another process has given the message up meanwhile."""
    ready(heroes)

    def late() -> Outcome:
        heroes.call(outbox.tidy, now=heroes.now + timedelta(seconds=31))
        return accept()

    through(heroes, Spy(late))
    row = message(heroes)
    assert (row.state, row.cause, row.sid) == ("unknown", "lease_over", None)


def test_a_token_of_an_earlier_attempt_settles_nothing(heroes: Trial) -> None:
    """Fencing: the message has been claimed again since, by somebody with another token."""
    ready(heroes)

    def overtaken() -> Outcome:
        with heroes.app.app_context():
            db.session.execute(update(Message).values(token_hash="0" * 64))
            db.session.commit()
        return Refused(code=21211, kind=FailureKind.PERMANENT)

    through(heroes, Spy(overtaken))
    row = message(heroes)
    assert (row.state, row.error_code) == ("sending", None)


def test_a_process_that_was_held_up_after_its_claim_does_not_send(heroes: Trial) -> None:
    """Row 7: a pause between claim and hand-over; the lease is too short to be sure, so nothing is sent."""
    ready(heroes)
    spy = Spy(accept)
    hurried = replace(heroes.installation, sms=spy, sms_two_way=spy, lease_s=10)
    outcome = heroes.call(outbox.deliver_one, hurried, now=heroes.now)
    assert isinstance(outcome, Refused)
    assert spy.sent == []
    assert message(heroes).state == "ready"


# --- What changed between putting in and sending ----------------------------------------------------------------------


def _complete(heroes: Trial) -> None:
    answer_all(heroes, _token(heroes))


def _token(heroes: Trial) -> str:
    row = heroes.rows(Assessment, key="M1.5")[0]
    patient = heroes.rows(Patient)[0]
    return heroes.call(outbox.link_token, heroes.installation, patient=patient, assessment=row)


def _event(kind: str, **fields: Any) -> Callable[[Trial], None]:
    def record(heroes: Trial) -> None:
        heroes.record(kind, heroes.now.date(), **fields)

    return record


def _opt_out_by_link(heroes: Trial) -> None:
    heroes.call(stopping.stop_texts, heroes.installation, token=_token(heroes), now=heroes.now)


WAYS_TO_END: dict[str, Callable[[Trial], None]] = {
    "completed": _complete,
    "replaced": lambda heroes: _event("ctdna_resulted", result="positive", disclosed_on=heroes.now.date())(
        heroes
    ),
    "off study": _event("off_study"),
    "questionnaires withdrawn": _event("questionnaires_withdrawn"),
    "consent withdrawn": _event("consent_withdrawn"),
    "death": _event("death"),
    "opted out by link": _opt_out_by_link,
}


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_a_reminder_that_waits_is_not_sent_once_its_reason_is_gone(heroes: Trial, way: str) -> None:
    """P1, P4, P7, P41, rows 24 and 60: set up as ready, then the world changes, then it is delivered."""
    invited_to_m15(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    assert message(heroes, kind="reminder").state == "ready"
    before = heroes.texts()
    WAYS_TO_END[way](heroes)
    heroes.deliver()
    assert heroes.texts() == before
    assert message(heroes, kind="reminder").state in ("cancelled", "suppressed")


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_the_claim_itself_looks_again_at_what_made_the_message_right(heroes: Trial, way: str) -> None:
    """Row 24: even if whoever changed the world had not seen the message (it was put in at the same moment)."""
    invited_to_m15(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    before = heroes.texts()
    WAYS_TO_END[way](heroes)
    with heroes.app.app_context():
        db.session.execute(
            update(Message).where(Message.kind == "reminder").values(state="ready", cause=None)
        )
        db.session.commit()
    heroes.deliver()
    assert heroes.texts() == before
    assert message(heroes, kind="reminder").state in ("cancelled", "suppressed")


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_no_reminder_is_put_in_afterwards(heroes: Trial, way: str) -> None:
    invited_to_m15(heroes)
    WAYS_TO_END[way](heroes)
    before = [text for text in heroes.texts() if "M1.5" not in text]
    about = heroes.rows(Assessment, key="M1.5")[0].id
    for day in range(18, 28):
        heroes.on(date(2026, 2, day), hour=10)
    sent = [row for row in heroes.rows(Message, assessment_id=about) if row.accepted_at is not None]
    assert len(sent) == 1
    assert heroes.texts()[: len(before)] == before


def test_opening_the_link_or_beginning_does_not_stop_the_reminders(heroes: Trial) -> None:
    """P5: who merely began is reminded; who finished is not."""
    token = invited_to_m15(heroes)
    send(heroes, token, "qlq-c30", {"q1": 1})
    heroes.at(M15_REMINDED)
    assert "rappel" in heroes.texts()[-1]


def test_a_second_click_sends_nothing_twice(heroes: Trial) -> None:
    """P3, P4: ticking and delivering again, in any order, adds nothing."""
    ready(heroes)
    for _ in range(5):
        heroes.tick()
        heroes.deliver()
    assert len(heroes.texts()) == 1
    assert len(heroes.rows(Message)) == 1


# --- Hours and days ---------------------------------------------------------------------------------------------------


def test_what_is_due_on_a_sunday_goes_out_on_monday(heroes: Trial) -> None:
    """Included on 8 January: M1.5 is due on 23 February, its invitation would fall on Friday, its second reminder
    on Wednesday; of a patient included on 10 January, the invitation falls on Sunday 22 February.
    """
    heroes.now = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
    off_treatment(heroes)
    heroes.through(date(2026, 2, 22))
    assert heroes.texts() == []
    heroes.at(datetime(2026, 2, 23, 8, 59, tzinfo=UTC))
    assert heroes.texts() == []
    heroes.at(datetime(2026, 2, 23, 9, 0, tzinfo=UTC))
    assert len(heroes.texts()) == 1


@pytest.mark.parametrize(
    ("clock", "sent"),
    [
        ((6, 59), False),
        ((7, 0), True),
        ((18, 59), True),
        ((19, 0), False),
        ((23, 30), False),
        ((2, 0), False),
    ],
)
def test_nothing_is_sent_between_eight_in_the_evening_and_eight_in_the_morning(
    heroes: Trial, clock: tuple[int, int], sent: bool
) -> None:
    """P17, P18: the hours are the patient's (Paris, one hour ahead of UTC in winter)."""
    row = ready(heroes)
    at = datetime(2026, 2, 18, *clock, tzinfo=UTC)
    with heroes.app.app_context():
        db.session.execute(
            update(Message)
            .where(Message.id == row.id)
            .values(not_after=at + timedelta(days=1), not_before=at)
        )
        db.session.commit()
    heroes.now = at
    heroes.deliver()
    assert bool(heroes.texts()) is sent


@pytest.mark.parametrize(
    ("zone", "first_at"),
    [
        ("Europe/Paris", datetime(2026, 2, 17, 9, 0, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 2, 17, 6, 0, tzinfo=UTC)),
        ("America/Guadeloupe", datetime(2026, 2, 17, 14, 0, tzinfo=UTC)),
    ],
)
def test_ten_in_the_morning_is_ten_where_the_patient_lives(
    heroes: Trial, zone: str, first_at: datetime
) -> None:
    """P13, P16, P19, row 34."""
    off_treatment(heroes)
    with heroes.app.app_context():
        db.session.execute(update(Patient).values(time_zone=zone))
        db.session.commit()
    heroes.on(date(2026, 2, 14))
    heroes.at(first_at - timedelta(minutes=1))
    assert heroes.texts() == []
    heroes.at(first_at)
    assert len(heroes.texts()) == 1


@pytest.mark.parametrize(
    ("included", "invited_at"),
    [
        # due on 30 March and 26 October: invited on the Friday before the change, reminded on the Monday after
        (datetime(2026, 2, 15, 9, tzinfo=UTC), datetime(2026, 3, 27, 9, tzinfo=UTC)),
        (datetime(2026, 9, 11, 9, tzinfo=UTC), datetime(2026, 10, 23, 8, tzinfo=UTC)),
    ],
)
def test_the_change_of_the_clocks_moves_no_message_by_an_hour_and_doubles_none(
    heroes: Trial, included: datetime, invited_at: datetime
) -> None:
    """P11, P15, row 33: ten o'clock before and after, each message once."""
    heroes.now = included
    off_treatment(heroes)
    hours = []
    heroes.now = invited_at - timedelta(days=1)
    heroes.tick()
    heroes.now = invited_at - timedelta(hours=3)
    seen = 0
    while heroes.now < invited_at + timedelta(days=5):
        heroes.tick()
        heroes.deliver()
        if len(heroes.texts()) > seen:
            seen = len(heroes.texts())
            hours.append(heroes.now)
        heroes.now += timedelta(hours=1)
    assert hours[0] == invited_at
    local = {at.astimezone(ZoneInfo("Europe/Paris")).hour for at in hours}
    assert local == {10}
    assert len(hours) == 2


def test_nothing_is_sent_past_the_window(heroes: Trial) -> None:
    """P14: a message that nobody sent while the window was open is not sent afterwards."""
    row = ready(heroes)
    with heroes.app.app_context():
        far = M15_INVITED + timedelta(days=60)
        db.session.execute(update(Message).where(Message.id == row.id).values(not_after=far))
        db.session.commit()
    heroes.now = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    heroes.deliver()
    assert heroes.texts() == []
    assert message(heroes).state == "cancelled"


@pytest.mark.parametrize("days", [3, 5])
def test_after_an_outage_of_days_a_patient_gets_one_text_and_not_a_heap(heroes: Trial, days: int) -> None:
    """Row 36: neither clock nor sender ran; invitation and reminder fell due meanwhile."""
    off_treatment(heroes)
    heroes.on(date(2026, 2, 16))
    heroes.at(M15_INVITED + timedelta(days=days))
    assert len(heroes.texts()) == 1
    assert "rappel" not in heroes.texts()[0]


def test_after_an_outage_of_the_sender_what_is_out_of_time_is_marked_and_not_sent(heroes: Trial) -> None:
    ready(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    assert message(heroes).state == "expired"
    assert message(heroes).cause == "out_of_time"
    heroes.deliver()
    assert len(heroes.texts()) == 1


def test_alerts_go_out_before_reminders(heroes: Trial) -> None:
    """Row 68."""
    ready(heroes)
    with heroes.app.app_context(), transaction() as session:
        own = session.query(Message).one()
        messages.put(
            session,
            natural_key="alert:0:staff:1:1",
            study_id=own.study_id,
            staff_id=1,
            kind="alert",
            ordinal=1,
            priority=0,
            contact_id=own.contact_id,
            body="later but first",
            not_before=heroes.now,
            not_after=heroes.now + timedelta(days=1),
            created_at=heroes.now,
        )
    spy = Spy(accept)
    through(heroes, spy)
    assert spy.sent[0]["body"] == "later but first"


def test_one_message_cannot_be_meant_twice(heroes: Trial) -> None:
    """P43: whatever happens, a second planner meets the natural key."""
    ready(heroes)
    with heroes.app.app_context(), transaction() as session:
        own = session.query(Message).one()
        again = messages.put(
            session,
            natural_key=own.natural_key,
            study_id=own.study_id,
            kind="invitation",
            ordinal=1,
            contact_id=own.contact_id,
            body="again",
            not_before=heroes.now,
            not_after=heroes.now,
            created_at=heroes.now,
        )
    assert again is False
    assert len(heroes.rows(Message)) == 1


# --- Opting out by link -----------------------------------------------------------------------------------------------


def test_stopping_by_link_silences_the_number_and_leaves_the_assessment_open(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    for _ in range(2):
        heroes.call(stopping.stop_texts, heroes.installation, token=token, now=heroes.now)
    assert [row.source for row in heroes.rows(OptOut)] == ["link"]
    assert heroes.rows(Assessment, key="M1.5")[0].state == "open"
    before = heroes.texts()
    heroes.at(M15_REMINDED)
    assert heroes.texts() == before


def test_stopping_with_a_made_up_link_stores_nothing(heroes: Trial) -> None:
    invited_to_m15(heroes)
    before = heroes.counts()
    with pytest.raises(GoneError):
        heroes.call(stopping.stop_texts, heroes.installation, token="A" * 26, now=heroes.now)
    assert heroes.counts() == before


def test_a_report_about_nothing_of_ours_is_kept_and_changes_nothing(heroes: Trial) -> None:
    ready(heroes)
    heroes.call(
        receipts.record_status, token="nonsense", sid=SID, status="delivered", error_code=None, now=heroes.now
    )
    assert message(heroes).state == "ready"
    assert heroes.counts()["message_status"] == 1
