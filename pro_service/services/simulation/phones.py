"""What virtual patients do when a text reaches their phone: fill in the form behind the link, text back, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from pro_service.core.course import replay
from pro_service.core.dialogue import sms_eligible
from pro_service.core.lifecycle import ResponseState
from pro_service.gateways.simulated_carrier import NotReceived, PhoneMessage
from pro_service.services.answers import responses
from pro_service.services.answers.deposits import GivenAnswer
from pro_service.services.answers.responses import Linked
from pro_service.services.messages import inbox, stopping
from pro_service.services.refusals import ConflictError
from pro_service.services.simulation.cohort.answers import Given, give_answers
from pro_service.services.simulation.cohort.cohort import Life
from pro_service.services.simulation.cohort.draws import chance, pick, stream
from pro_service.services.simulation.cohort.habits import (
    ODD_TEXTS,
    Intent,
    Reaction,
    filling_time,
    react,
    react_at_visit,
    texting_time,
)
from pro_service.services.simulation.cohort.texts import (
    BEGIN,
    SKIP,
    BySms,
    Link,
    Question,
    Telling,
    phrases,
    understand,
)
from pro_service.services.simulation.cohort.trajectories import burden_on
from pro_service.services.simulation.world import Phone, World

ODD_REPLY = 0.03  # of the texts that should answer an item


def read_text(world: World, number: str, sid: str) -> None:
    """A text has reached a phone: its owner decides what to do about it, and when."""
    phone = world.phones.get(number)
    if phone is None or sid in world.seen_texts:
        return  # a nurse's phone, or the carrier told us twice
    world.seen_texts.add(sid)
    text = next(text for text in world.carrier.messages_of(number) if text.sid == sid)
    if not can_answer(phone.life, world.day_of(phone.life)) or _lets_be(world, phone, text):
        return
    match understand(text.body, asked=_asked(world, phone.life)):
        case Link(token=token):
            _react_to_link(world, phone, text, token)
        case BySms():
            _react_to_invitation(world, phone, text)
        case Question() as asked:
            _answer_later(world, phone, text, asked)
        case Telling():
            pass


def _lets_be(world: World, phone: Phone, text: PhoneMessage) -> bool:
    return world.resting and chance(
        stream(world.plan.seed, "resting", phone.life.patient.code, text.sid), 0.5
    )


def can_answer(life: Life, day: date) -> bool:
    """Is the patient alive, taking part and to be found on a day? By what happened, recorded or not."""
    away = False
    for event in life.lived:
        if event.on > day:
            continue
        if event.type in {"death", "consent_withdrawn", "questionnaires_withdrawn", "off_study"}:
            return False
        if event.type in {"lost_to_follow_up", "recontacted"}:
            away = event.type == "lost_to_follow_up"
    return not away


def _asked(world: World, life: Life) -> dict[str, Question]:
    """What may come by SMS to this patient, by its wording."""
    if not life.patient.sms_items:
        return {}
    most = max(
        protocol.answering.sms_items_max for protocol in world.installation.catalogue.protocols.values()
    )
    short = [instrument for instrument in world.instruments.values() if sms_eligible(instrument, most)]
    return dict(phrases(short, life.patient.language))


# --- by link ------------------------------------------------------------------------------------------------------


def _react_to_link(world: World, phone: Phone, text: PhoneMessage, token: str) -> None:
    phone.links[token] = phone.links.get(token, 0) + 1
    intent = _intent(world, phone, occasion=phone.occasion(token), ordinal=phone.links[token])
    match intent.reaction:
        case Reaction.ANSWERS | Reaction.BEGINS:
            world.agenda.add(intent.at, partial(_fill_in, world, phone, token, intent.share))
        case Reaction.ODD_TEXT:
            world.agenda.add(intent.at, partial(_send, world, phone, text.sender, intent.text))
        case Reaction.STOP_TEXT if (
            world.installation.way(sms_items=phone.life.patient.sms_items) != "one_way"
        ):
            world.agenda.add(intent.at, partial(_send, world, phone, text.sender, intent.text))
        case Reaction.STOP_TEXT:
            world.agenda.add(intent.at, partial(_stop_by_link, world, token))
        case Reaction.NOTHING:
            pass


def _intent(world: World, phone: Phone, *, occasion: str, ordinal: int) -> Intent:
    life, now, replies = phone.life, world.clock.now, world.plan.scenario.replies
    if any(event.type == "included" and event.on == world.day_of(life) for event in life.lived):
        return react_at_visit(
            replies, seed=world.plan.seed, patient=life.patient.code, occasion=occasion, at=now
        )
    return react(
        life.habits,
        replies,
        seed=world.plan.seed,
        patient=life.patient.code,
        occasion=occasion,
        ordinal=ordinal,
        at=now,
        time_zone=life.patient.site.time_zone,
        times=replies.times(age=life.patient.age, phase=_phase(world, life)),
    )


def _phase(world: World, life: Life) -> str:
    """The phase the patient is in today, recorded or not; asked only where the scenario makes a difference of it."""
    if not world.plan.scenario.replies.by_phase:
        return ""
    return replay(world.protocol.course, life.events, as_of=world.day_of(life)).phase


def _fill_in(world: World, phone: Phone, token: str, share: float, now: datetime) -> None:
    """Open the link and do what is left of the form, or the first `share` of it."""
    if phone.busy or not can_answer(phone.life, world.day_of(phone.life)):
        return
    linked = responses.open_link(world.installation, token=token, now=now)
    if not linked.open_now:
        world.counts["opened_too_late"] += 1
        return
    lots = _lots(world, phone, linked, phone.occasion(token), share)
    phone.busy = bool(lots)
    if lots:
        _hand_in_after(world, phone, token, lots, now=now)


Lot = tuple[str, tuple[GivenAnswer, ...], bool]


def _lots(world: World, phone: Phone, linked: Linked, occasion: str, share: float) -> list[Lot]:
    """(instrument, answers, whether it is sent off) for each instrument that is not completed."""
    left = [i for i in linked.instruments if linked.states.get(i.code) != ResponseState.COMPLETED]
    ticks = int(share * sum(len(instrument.items) for instrument in left)) if share < 1 else 10_000
    lots: list[Lot] = []
    for instrument in left:
        given = _given(world, phone.life, instrument.code, occasion)
        done = set(linked.answered.get(instrument.code, ()))
        fresh = [answer for answer in given if answer.item not in done][:ticks]
        finished = len(given) - len(done) <= ticks
        lots.append(
            (
                instrument.code,
                _as_sent(f"{phone.life.patient.code}:{occasion}:{instrument.code}", fresh),
                finished,
            )
        )
        ticks -= len(fresh)
        if not finished:
            break
    return lots


def _given(world: World, life: Life, instrument: str, occasion: str) -> tuple[Given, ...]:
    burden = burden_on(
        world.day_of(life), nature=life.nature, events=life.lived, enrolled_on=life.patient.enrolled_on
    )
    return give_answers(
        world.sheets[instrument],
        burden=burden,
        seed=world.plan.seed,
        patient=life.patient.code,
        occasion=occasion,
    )


def _as_sent(name: str, given: Sequence[Given]) -> tuple[GivenAnswer, ...]:
    """As the page sends them: each with an id of its own, made on the phone."""
    return tuple(
        GivenAnswer(
            client_id=f"{name}:{answer.item}",
            item=answer.item,
            value=answer.value,
            refused=answer.value is None,
        )
        for answer in given
    )


def _hand_in_after(world: World, phone: Phone, token: str, lots: list[Lot], *, now: datetime) -> None:
    instrument, answers, _ = lots[0]
    rng = stream(world.plan.seed, "filling", phone.life.patient.code, phone.occasion(token), instrument)
    then = now + filling_time(rng, len(answers)) + timedelta(seconds=5)
    world.agenda.add(then, partial(_hand_in, world, phone, token, lots))


def _hand_in(world: World, phone: Phone, token: str, lots: list[Lot], now: datetime) -> None:
    """Send one instrument's answers, as the page does, and go on with the next."""
    instrument, answers, finished = lots[0]
    try:
        stood = responses.answer(
            world.installation, token=token, instrument=instrument, answers=answers, finish=finished, now=now
        )
        _look_out(world, alerts=stood.alerts)
    except ConflictError as error:
        world.counts[f"form_{error.reason.code}"] += 1
        lots = lots[:1]
    if len(lots) > 1:
        _hand_in_after(world, phone, token, lots[1:], now=now)
    else:
        phone.busy = False


def _stop_by_link(world: World, token: str, now: datetime) -> None:
    stopping.stop_texts(world.installation, token=token, now=now)


def _look_out(world: World, *, alerts: int) -> None:
    """An alert calls for a message to the nurses now, and for what they will do later."""
    if alerts:
        world.outgoing = world.alerted = True


# --- by SMS -------------------------------------------------------------------------------------------------------


def _react_to_invitation(world: World, phone: Phone, text: PhoneMessage) -> None:
    phone.invitations_by_sms += 1
    intent = _intent(world, phone, occasion="sms", ordinal=phone.invitations_by_sms)
    match intent.reaction:
        case Reaction.ANSWERS | Reaction.BEGINS:
            world.agenda.add(intent.at, partial(_send, world, phone, text.sender, BEGIN))
        case Reaction.ODD_TEXT | Reaction.STOP_TEXT:
            world.agenda.add(intent.at, partial(_send, world, phone, text.sender, intent.text))
        case Reaction.NOTHING:
            pass


def _answer_later(world: World, phone: Phone, text: PhoneMessage, asked: Question) -> None:
    """An item came: text the value, seldom something else first; now and then leave it at that."""
    life = phone.life
    rng = stream(world.plan.seed, "texting", life.patient.code, text.sid)
    if chance(rng, life.habits.begins / 4):
        return
    at = world.clock.now + texting_time(rng)
    reply = pick(rng, ODD_TEXTS) if chance(rng, ODD_REPLY) else _reply(world, phone, asked)
    world.agenda.add(at, partial(_send, world, phone, text.sender, reply))


def _reply(world: World, phone: Phone, asked: Question) -> str:
    given = _given(world, phone.life, asked.instrument, f"sms-{phone.invitations_by_sms}")
    value = next((answer.value for answer in given if answer.item == asked.item), None)
    return str(value) if value is not None else SKIP[phone.life.patient.language]


def _send(world: World, phone: Phone, sender: str, body: str, now: datetime) -> None:
    """Text back to the sender. A sender that takes no replies says so on the phone, and that is the end of it."""
    sent = world.carrier.receive_from_phone(from_=phone.life.patient.phone, to=sender, body=body, now=now)
    world.counts["texts_not_possible" if isinstance(sent, NotReceived) else "texts_sent_by_patients"] += 1


def read_inbox(world: World, now: datetime) -> None:
    """The service reads what its webhook has kept."""
    inbox.read_texts(world.installation, now=now)
    world.outgoing = world.alerted = True
