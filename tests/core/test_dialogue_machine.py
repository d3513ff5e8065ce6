"""Any texts in any order: never an answer on the wrong item, never one lost, each instrument completed once."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pro_service.core.dialogue import (
    CompleteInstrument,
    Correction,
    Late,
    Mute,
    NotUnderstood,
    Record,
    Say,
    Stage,
    Turn,
    Withdraw,
    begin,
    completed_by_link,
    from_document,
    invite,
    step,
    taken_by_link,
    to_document,
)
from tests.core.small_instruments import instrument, item

SHORT = instrument("short", item("s1"), item("s2", may_refuse=False), item("s3"))
TREE = instrument(
    "tree",
    item("t1"),
    item("t2", shown_if=("t1", 2)),
    item("t3", shown_if=("t2", 1), may_refuse=False),
    item("t4", shown_if=("t1", 3)),
    item("t5"),
)
SCALE = instrument("scale", item("v1", span=(0, 10)))
LONG = instrument("long", *(item(f"l{n}") for n in range(11)))
ALL = {each.code: each for each in (SHORT, TREE, SCALE, LONG)}

BUNDLES = (
    "tree",
    "tree",
    "short",
    "tree short",
    "long tree scale",
    "short tree long",
    "scale short tree long",
)
UNREADABLE = ("deux", "3 4", "02", "-1", "2,5", "", "bonjour", "\x00", "99", "oui", "2️⃣", "\ud800")
WORDS = ("GO", "RETOUR", "PLUS TARD", "AIDE", "urgence", "REPRENDRE")


class Conversation(RuleBasedStateMachine):
    """The model: what was asked last, what was said to be stored, and the conditions worked out anew."""

    @initialize(bundle=st.sampled_from(BUNDLES), waits=st.booleans())
    def begins(self, bundle: str, *, waits: bool) -> None:
        self.now = datetime(2026, 3, 2, 10, tzinfo=UTC)
        self._open(bundle, waits=waits)

    @precondition(lambda self: self.state.stage is Stage.FINISHED)
    @rule(bundle=st.sampled_from(BUNDLES))
    def is_asked_again_months_later(self, bundle: str) -> None:
        self.now += timedelta(days=90)
        self._open(bundle, waits=False)

    def _open(self, bundle: str, *, waits: bool) -> None:
        chosen = [ALL[code] for code in bundle.split()]
        self.codes = [each.code for each in chosen]
        self.asked: str | None = None  # the item whose question the patient saw last and can answer
        self.answers: dict[str, dict[str, int | None]] = {code: {} for code in self.codes}
        self.completed: Counter[str] = Counter()
        turn = invite(
            assessment_id=1, bundle=chosen, sms_items_max=10, closes_at=self.now + timedelta(days=30)
        )
        self.state = turn.state
        if not waits:
            self._take(begin(self.state, instruments=ALL, language="fr", now=self.now))

    # --- what a patient does

    @rule(choice=st.integers(0, 10), minutes=st.integers(1, 600))
    def answers_the_question(self, choice: int, minutes: int) -> None:
        place = self.state.open
        if place is None:
            return
        opened = ALL[place.instrument].item(place.item)
        values = [option.value for option in opened.options] or range(opened.minimum, opened.maximum + 1)
        value = values[choice % len(values)]
        turn = self._hears(str(value), minutes=minutes)
        # Never lost, never elsewhere: the value is recorded on the item whose question was seen last.
        recorded = [effect for effect in turn.effects if isinstance(effect, Record | Late | Correction)]
        assert recorded == [Record(instrument=place.instrument, item=place.item, value=value, refused=False)]

    @rule(text=st.sampled_from(UNREADABLE))
    def says_something_unreadable(self, text: str) -> None:
        before = self.state
        turn = self._hears(text)
        assert NotUnderstood() in turn.effects
        assert (self.state.open, self.state.answers) == (before.open, before.answers)

    @rule(text=st.sampled_from(WORDS))
    def uses_a_word(self, text: str) -> None:
        before = self.state
        self._hears(text)
        assert self.state.answers == before.answers

    @rule(word=st.sampled_from(("STOP", "ERREUR")), text=st.sampled_from(("1", "PASSER", "GO", "bonjour")))
    def is_silent_for_a_while(self, word: str, text: str) -> None:
        """A silenced number is only listened to; afterwards everything is as it was."""
        before = self.state
        self._hears(word)
        assert self._hears(text).effects == (NotUnderstood(),)
        if word == "STOP":
            self._hears("REPRENDRE")
        else:
            self._hears("REPRENDRE")
            assert self.state.mute is Mute.WRONG_PERSON
            self.state = replace(self.state, mute=None)
        assert self.state == before

    @precondition(lambda self: self.state.last is not None)
    @rule()
    def asks_for_the_link(self) -> None:
        self.uses_a_word("LIEN")

    @rule()
    def skips(self) -> None:
        place = self.state.open
        turn = self._hears("PASSER")
        refusals = [effect for effect in turn.effects if isinstance(effect, Record)]
        allowed = place and ALL[place.instrument].item(place.item).may_refuse
        if place and allowed:
            expected = Record(instrument=place.instrument, item=place.item, value=None, refused=True)
            assert refusals == [expected]
        else:
            assert refusals == []

    @precondition(lambda self: self.state.asked_at is not None)
    @rule(text=st.sampled_from(("1", "2", "PASSER")), seconds=st.sampled_from((-60.0, 0.0, 0.05, 1.9)))
    def sends_twice(self, text: str, seconds: float) -> None:
        """A reply received before anybody can have read the question changes nothing."""
        before = self.state
        assert before.asked_at
        received = before.asked_at + timedelta(seconds=seconds)
        self.now = max(self.now, received)
        turn = step(before, text, instruments=ALL, language="fr", now=self.now, received_at=received)
        self._take(turn)
        assert (self.state.open, self.state.answers) == (before.open, before.answers)
        assert not any(isinstance(effect, Record) for effect in turn.effects)

    @rule(code=st.sampled_from(("long", "scale", "short")), finishes=st.booleans())
    def opens_the_link(self, code: str, *, finishes: bool) -> None:
        if code not in self.codes or (self.state.answers_to(code) and code not in self.state.completed):
            return
        done_here = self.completed[code]
        self.state = taken_by_link(self.state, [code])
        if finishes:
            self.state = completed_by_link(self.state, [code])
        if self.state.open is None:
            self.asked = None
        assert self.completed[code] == done_here

    @rule(choices=st.lists(st.integers(0, 10), min_size=2, max_size=4), choice=st.integers(0, 10))
    def changes_their_mind(self, choices: list[int], choice: int) -> None:
        """Answers some, goes back over all of them, and answers the first one differently."""
        for each in choices:
            self.answers_the_question(each, minutes=1)
        for _ in choices:
            self._hears("RETOUR")
        self.answers_the_question(choice, minutes=1)

    # --- what must hold whatever happens

    def _hears(self, text: str, minutes: int = 1) -> Turn:
        self.now += timedelta(minutes=minutes)
        if self.state.closes_at and self.now >= self.state.closes_at:
            self.state = replace(self.state, closes_at=self.now + timedelta(days=30))
        turn = step(self.state, text, instruments=ALL, language="fr", now=self.now)
        self._take(turn)
        return turn

    def _take(self, turn: Turn) -> None:
        for effect in turn.effects:
            self._apply(effect)
        self.state = turn.state

    def _apply(self, effect: object) -> None:
        match effect:
            case Record(instrument=code, item=place, value=value):
                assert place == self.asked, "an answer went to an item that was not asked last"
                assert not self.completed[code], "a completed instrument was answered"
                self.answers[code][place] = value
                self.asked = None
            case Withdraw(instrument=code, item=place):
                assert place not in self._shown(code)
                del self.answers[code][place]
            case CompleteInstrument(instrument=code):
                self.completed[code] += 1
                assert set(self.answers[code]) == set(self._shown(code)), "completed with items left"
            case Say(key="offer_link" | "thanks"):
                self.asked = None
            case Say(params={"question": question}):
                self._was_asked(question.removeprefix("Cette semaine: question "))
            case _:
                pass

    def _was_asked(self, place: str) -> None:
        code = next(code for code in self.codes if place in self._codes_of(code))
        shown = self._shown(code)
        assert place in shown, "an item was asked although its condition does not hold"
        earlier = shown[: shown.index(place)]
        assert all(each in self.answers[code] for each in earlier), "an item was asked out of order"
        before = [each for each in self.codes[: self.codes.index(code)] if each not in self.state.by_link]
        assert all(self.completed[each] or each in self.state.completed for each in before)
        self.asked = place

    def _codes_of(self, code: str) -> list[str]:
        return [each.code for each in ALL[code].items]

    def _shown(self, code: str) -> list[str]:
        """The conditions written out by hand, apart from the code under test."""
        answers = self.answers[code]
        hidden = set()
        if code == "tree":
            first, second = answers.get("t1") or 0, answers.get("t2") or 0
            hidden |= {"t2", "t3"} if first <= 2 else set()
            hidden |= {"t3"} if second <= 1 else set()
            hidden |= {"t4"} if first <= 3 else set()
        return [each for each in self._codes_of(code) if each not in hidden]

    @invariant()
    def what_is_remembered_is_what_was_said_to_be_stored(self) -> None:
        assert {code: dict(given) for code, given in self.state.answers.items() if given} == {
            code: given for code, given in self.answers.items() if given
        }

    @invariant()
    def an_item_is_open_exactly_while_asking_and_it_is_the_one_asked_last(self) -> None:
        assert (self.state.open is not None) == (self.state.stage is Stage.ASKING)
        assert self.asked == (self.state.open.item if self.state.open else None)

    @invariant()
    def each_instrument_is_completed_at_most_once(self) -> None:
        assert max(self.completed.values(), default=0) <= 1

    @invariant()
    def an_instrument_begun_here_stays_here_until_it_is_complete(self) -> None:
        for code, given in self.answers.items():
            if given and not self.completed[code]:
                assert self.state.open
                assert self.state.open.instrument == code

    @invariant()
    def nothing_is_left_when_it_is_finished(self) -> None:
        if self.state.stage is Stage.FINISHED:
            assert self.state.to_ask == ()
            assert all(code in self.state.by_link or code in self.state.completed for code in self.codes)

    @invariant()
    def it_survives_being_stored(self) -> None:
        assert from_document(to_document(self.state)) == self.state


TestConversation = Conversation.TestCase
