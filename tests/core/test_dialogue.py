"""Stories of answering by SMS, told text by text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pro_service.core.dialogue import (
    READING_TIME,
    AskHuman,
    CompleteInstrument,
    Correction,
    Dialogue,
    Effect,
    Late,
    ModeMixedError,
    Mute,
    Need,
    NothingBySmsError,
    NotUnderstood,
    OptIn,
    OptOut,
    Place,
    Postpone,
    Record,
    Say,
    Stage,
    Turn,
    Withdraw,
    begin,
    completed_by_link,
    from_document,
    idle,
    invite,
    sms_eligible,
    step,
    taken_by_link,
    to_document,
)
from pro_service.core.instrument import Instrument
from pro_service.core.wording import compose
from tests.core.small_instruments import instrument, item

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CLOSES_AT = NOW + timedelta(days=10)

SHORT = instrument("short", item("s1"), item("s2", may_refuse=False), item("s3"))
BRANCH = instrument(
    "branch", item("b1"), item("b2", shown_if=("b1", 1)), item("b3", shown_if=("b2", 2)), item("b4")
)
LONG = instrument("long", *(item(f"l{n}") for n in range(30)))
INSTRUMENTS: Mapping[str, Instrument] = {each.code: each for each in (SHORT, BRANCH, LONG)}


class Story:
    """A dialogue told text by text, a minute apart."""

    def __init__(self, *bundle: Instrument, state: Dialogue | None = None, waiting: bool = False) -> None:
        self.now = NOW
        self.language = "fr"
        turn = (
            invite(assessment_id=7, bundle=bundle, sms_items_max=10, closes_at=CLOSES_AT) if bundle else None
        )
        self.state = state or (turn.state if turn else idle())
        self.turn = turn or Turn(state=self.state)
        if bundle and not waiting:
            self._take(begin(self.state, instruments=INSTRUMENTS, language="fr", now=self.now))

    def says(self, *texts: str, after: timedelta = timedelta(minutes=1)) -> tuple[Effect, ...]:
        """The effects of the last of these texts, each received `after` the one before."""
        for text in texts:
            self.now += after
            self._take(step(self.state, text, instruments=INSTRUMENTS, language=self.language, now=self.now))
        return self.turn.effects

    def _take(self, turn: Turn) -> None:
        self.turn, self.state = turn, turn.state

    @property
    def open(self) -> str | None:
        return self.state.open.item if self.state.open else None

    @property
    def keys(self) -> list[str]:
        return [effect.key for effect in self.turn.effects if isinstance(effect, Say)]


def given(instrument_code: str, item_code: str, value: int | None) -> Record:
    return Record(instrument=instrument_code, item=item_code, value=value, refused=value is None)


def asks(item_code: str, effect: Effect) -> bool:
    return isinstance(effect, Say) and effect.params.get("question") == f"Cette semaine: question {item_code}"


# --- beginning ----------------------------------------------------------------------------------------------


def test_an_invitation_waits_for_go_and_counts_the_items_of_the_short_instruments() -> None:
    story = Story(SHORT, LONG, BRANCH, waiting=True)
    assert story.turn.effects == (Say(key="invitation_sms", params={"count": "7"}),)
    assert story.state.by_link == ("long",)
    assert story.says("2") == (NotUnderstood(), Say(key="how_to_start"))
    (said,) = story.says("go")
    assert asks("s1", said)
    assert story.keys == ["first_item"]


def test_a_digit_before_the_first_question_is_never_an_answer() -> None:
    story = Story(SHORT, waiting=True)
    story.says("2", "2", "2")
    assert story.state.answers == {}


def test_sending_go_twice_shows_the_same_question_again() -> None:
    story = Story(SHORT, waiting=True)
    first = story.says("GO")[-1]
    again = story.says("GO")[-1]
    assert asks("s1", first)
    assert asks("s1", again)
    assert story.open == "s1"


def test_back_and_skip_before_the_first_question_explain_how_to_begin() -> None:
    assert Story(SHORT, waiting=True).says("RETOUR") == (NotUnderstood(), Say(key="how_to_start"))
    assert Story(SHORT, waiting=True).says("PASSER") == (NotUnderstood(), Say(key="how_to_start"))


def test_a_bundle_without_a_short_instrument_is_refused() -> None:
    with pytest.raises(NothingBySmsError, match="long"):
        invite(assessment_id=7, bundle=(LONG,), sms_items_max=10)


@pytest.mark.parametrize(("most", "eligible"), [(0, False), (2, False), (3, True), (30, True)])
def test_an_instrument_is_asked_by_sms_up_to_the_study_s_maximum(most: int, *, eligible: bool) -> None:
    assert sms_eligible(SHORT, most) is eligible


# --- answering ----------------------------------------------------------------------------------------------


def test_an_answer_is_recorded_on_the_open_item_and_the_next_one_is_asked() -> None:
    story = Story(SHORT)
    recorded, said = story.says("2")
    assert recorded == given("short", "s1", 2)
    assert asks("s2", said)
    assert said == Say(
        key="item",
        params={
            "number": "2",
            "total": "3",
            "question": "Cette semaine: question s2",
            "choices": "1=Pas du tout, 2=Un peu, 3=Assez, 4=Beaucoup",
        },
    )


def test_the_question_is_put_in_the_patient_s_language() -> None:
    turn = begin(Story(SHORT, waiting=True).state, instruments=INSTRUMENTS, language="en", now=NOW)
    (said,) = turn.effects
    assert isinstance(said, Say)
    assert said.params["question"] == "This week: item s1"
    assert said.params["choices"].startswith("1=Not at all, 2=A little")


def test_a_range_is_asked_as_a_range() -> None:
    scale = instrument("scale", item("v", span=(0, 100)))
    turn = invite(assessment_id=7, bundle=(scale,), sms_items_max=10)
    (said,) = begin(turn.state, instruments={"scale": scale}, language="fr", now=NOW).effects
    assert isinstance(said, Say)
    assert said.params["choices"] == "un nombre de 0 à 100"


def test_the_last_answer_completes_the_instrument_and_thanks() -> None:
    story = Story(SHORT)
    effects = story.says("1", "2", "3")
    assert effects == (given("short", "s3", 3), CompleteInstrument(instrument="short"), Say(key="thanks"))
    assert story.state.stage is Stage.FINISHED
    assert story.open is None


def test_the_next_short_instrument_follows_in_the_same_turn() -> None:
    story = Story(SHORT, BRANCH)
    recorded, completed, said = story.says("1", "2", "3")
    assert (recorded, completed) == (given("short", "s3", 3), CompleteInstrument(instrument="short"))
    assert asks("b1", said)


def test_after_the_short_instruments_the_link_is_offered_for_the_long_ones() -> None:
    story = Story(LONG, SHORT)
    assert story.says("1", "2", "3")[-1] == Say(key="offer_link")


def test_items_whose_condition_fails_are_not_asked() -> None:
    story = Story(BRANCH)
    assert asks("b4", story.says("1")[-1])
    assert story.says("4")[1:] == (CompleteInstrument(instrument="branch"), Say(key="thanks"))


def test_a_refused_condition_hides_what_hangs_on_it() -> None:
    story = Story(BRANCH)
    assert asks("b4", story.says("PASSER")[-1])


def test_a_condition_that_holds_shows_the_item() -> None:
    story = Story(BRANCH)
    assert asks("b2", story.says("2")[-1])
    assert asks("b3", story.says("3")[-1])


# --- unreadable replies -------------------------------------------------------------------------------------


def test_an_unreadable_reply_is_asked_again_once_then_help_is_offered_and_the_item_stays_open() -> None:
    story = Story(SHORT)
    first = story.says("deux")
    assert first[0] == NotUnderstood()
    assert asks("s1", first[1])
    assert story.keys == ["ask_again"]
    assert story.says("3 4") == (
        NotUnderstood(),
        Say(key="offer_help"),
        AskHuman(need=Need.NOT_UNDERSTOOD),
    )
    assert story.says("encore") == (NotUnderstood(),)
    assert story.says("2")[0] == given("short", "s1", 2)


def test_each_item_has_its_own_second_chance() -> None:
    story = Story(SHORT)
    story.says("deux", "2", "trois")
    assert story.keys == ["ask_again"]
    assert story.open == "s2"


# --- commands -----------------------------------------------------------------------------------------------


def test_back_reopens_the_item_before_and_its_new_answer_is_a_new_version() -> None:
    story = Story(SHORT)
    (said,) = story.says("1", "RETOUR")
    assert asks("s1", said)
    recorded, onward = story.says("4")
    assert recorded == given("short", "s1", 4)
    assert asks("s2", onward)


def test_going_back_twice_asks_only_what_was_reopened() -> None:
    story = Story(SHORT)
    story.says("1", "2", "RETOUR", "RETOUR")
    assert story.open == "s1"
    assert asks("s3", story.says("4")[-1])


def test_back_on_the_first_item_stays_there_and_never_enters_another_instrument() -> None:
    story = Story(SHORT, BRANCH)
    story.says("1", "2", "3", "RETOUR")
    assert story.keys == ["no_previous"]
    assert story.open == "b1"


def test_back_passes_over_items_that_are_not_shown() -> None:
    story = Story(BRANCH)
    story.says("1", "RETOUR")
    assert story.open == "b1"


def test_a_correction_that_removes_a_condition_withdraws_what_hung_on_it() -> None:
    story = Story(BRANCH)
    story.says("2", "3", "4", "RETOUR", "RETOUR", "RETOUR")
    assert story.open == "b1"
    effects = story.says("1")
    assert effects[:3] == (
        given("branch", "b1", 1),
        Withdraw(instrument="branch", item="b2"),
        Withdraw(instrument="branch", item="b3"),
    )
    assert asks("b4", effects[3])


def test_a_correction_that_creates_a_condition_asks_what_hangs_on_it() -> None:
    story = Story(BRANCH)
    story.says("1", "RETOUR")
    assert asks("b2", story.says("3")[-1])


def test_skip_records_a_refusal_where_the_item_may_be_refused() -> None:
    story = Story(SHORT)
    assert story.says("PASSER")[0] == given("short", "s1", None)


def test_skip_is_declined_where_it_may_not() -> None:
    story = Story(SHORT)
    (said,) = story.says("1", "SKIP")
    assert asks("s2", said)
    assert story.keys == ["cannot_skip"]
    assert story.open == "s2"


def test_later_leaves_the_item_open() -> None:
    story = Story(SHORT)
    assert story.says("plus tard") == (Postpone(), Say(key="later"))
    assert story.says("2")[0] == given("short", "s1", 2)


def test_help_is_given_whatever_is_open() -> None:
    assert Story(SHORT).says("AIDE") == (Say(key="help"),)
    assert Story().says("AIDE") == (Say(key="help"),)


def test_the_link_before_any_answer_takes_everything_over_at_once() -> None:
    story = Story(SHORT, BRANCH)
    assert story.says("LIEN") == (Say(key="offer_link"),)
    assert story.state.by_link == ("short", "branch")
    assert story.open is None
    assert Record not in [type(effect) for effect in story.says("2")]


def test_the_link_before_go_takes_everything_over() -> None:
    story = Story(SHORT, BRANCH, waiting=True)
    assert story.says("LIEN") == (Say(key="offer_link"),)
    assert story.state.stage is Stage.FINISHED


def test_the_link_within_an_instrument_waits_for_its_end() -> None:
    story = Story(SHORT, BRANCH)
    assert story.says("1", "LIEN") == (Say(key="link_after"),)
    assert story.open == "s2"
    assert story.says("2", "3")[1:] == (CompleteInstrument(instrument="short"), Say(key="offer_link"))
    assert story.says("LIEN") == (Say(key="offer_link"),)


def test_the_link_within_the_last_instrument_changes_nothing() -> None:
    story = Story(SHORT)
    assert story.says("1", "LIEN") == (Say(key="link_not_now"),)
    assert story.open == "s2"


def test_stop_silences_everything_until_start_and_the_item_waits() -> None:
    story = Story(SHORT)
    assert story.says("1", "stop svp") == (OptOut(), Say(key="opt_out"))
    assert story.says("2") == (NotUnderstood(),)
    assert story.says("AIDE") == (NotUnderstood(),)
    assert story.says("STOP") == (OptOut(),)
    assert story.says("REPRENDRE") == (OptIn(), Say(key="opt_in"))
    assert asks("s2", story.says("GO")[-1])
    assert story.says("2")[0] == given("short", "s2", 2)


def test_a_wrong_person_is_believed_at_once_and_only_the_site_can_undo_it() -> None:
    story = Story(SHORT)
    assert story.says("ERREUR") == (AskHuman(need=Need.WRONG_PERSON), Say(key="wrong_person"))
    assert story.says("2") == (NotUnderstood(),)
    assert story.says("START") == (NotUnderstood(), AskHuman(need=Need.WRONG_PERSON))
    assert story.says("ERREUR") == (AskHuman(need=Need.WRONG_PERSON),)
    assert story.says("STOP") == (OptOut(),)
    assert story.state.mute is Mute.WRONG_PERSON


# --- distress -----------------------------------------------------------------------------------------------


def test_words_of_distress_bring_a_person_and_the_emergency_text_before_anything_else() -> None:
    story = Story(SHORT)
    effects = story.says("j'ai très mal")
    assert story.turn.distress
    assert effects[:3] == (AskHuman(need=Need.DISTRESS), Say(key="not_emergency"), NotUnderstood())
    assert asks("s1", effects[3])
    assert story.keys == ["not_emergency", "ask_when_able"]


def test_distress_beside_a_number_is_heard_and_the_number_is_not_taken() -> None:
    story = Story(SHORT)
    effects = story.says("2 mais je veux mourir")
    assert story.turn.distress
    assert given("short", "s1", 2) not in effects


def test_the_emergency_text_is_sent_once_an_hour_and_a_person_is_asked_every_time() -> None:
    story = Story(SHORT)
    story.says("urgence", "urgence")
    assert story.keys == ["offer_help"]
    assert story.turn.effects[0] == AskHuman(need=Need.DISTRESS)
    story.says("urgence", after=timedelta(hours=1))
    assert story.keys == ["not_emergency"]


def test_distress_with_stop_is_both() -> None:
    story = Story(SHORT)
    assert story.says("stop, je veux mourir") == (
        AskHuman(need=Need.DISTRESS),
        OptOut(),
        Say(key="opt_out"),
    )


def test_distress_from_a_silenced_number_brings_a_person_without_a_text() -> None:
    story = Story(SHORT)
    assert story.says("STOP", "je veux mourir") == (AskHuman(need=Need.DISTRESS), NotUnderstood())


def test_distress_when_nothing_is_open_is_answered_by_the_emergency_text_alone() -> None:
    story = Story()
    assert story.says("urgence") == (AskHuman(need=Need.DISTRESS), Say(key="not_emergency"), NotUnderstood())


def test_an_option_whose_label_sounds_like_distress_is_an_answer() -> None:
    feeling = instrument("feeling", item("f", options=((1, "Bien", "Well"), (2, "Très mal", "Very bad"))))
    turn = invite(assessment_id=7, bundle=(feeling,), sms_items_max=10)
    opened = begin(turn.state, instruments={"feeling": feeling}, language="fr", now=NOW).state
    later = NOW + timedelta(minutes=1)
    answered = step(opened, "très mal", instruments={"feeling": feeling}, language="fr", now=later)
    assert answered.effects[0] == given("feeling", "f", 2)
    assert not answered.distress


# --- time ---------------------------------------------------------------------------------------------------


def test_two_replies_within_a_moment_are_one_answer_and_one_request_for_correction() -> None:
    story = Story(SHORT)
    story.says("2")
    effects = story.says("3", after=timedelta(milliseconds=50))
    assert effects == (
        Correction(place=Place(instrument="short", item="s1"), value=3),
        AskHuman(need=Need.CORRECTION),
    )
    assert story.open == "s2"
    assert story.says("4", after=READING_TIME)[0] == given("short", "s2", 4)


def test_a_skip_too_soon_refuses_nothing() -> None:
    story = Story(SHORT)
    story.says("1", "2")
    assert story.says("PASSER", after=timedelta(seconds=1))[0] == Correction(
        place=Place(instrument="short", item="s2"), value=None
    )
    assert story.open == "s3"


def test_a_reply_is_judged_by_when_it_was_received_not_by_when_it_is_read() -> None:
    story = Story(SHORT)
    story.says("2")
    asked = story.now
    turn = step(
        story.state,
        "3",
        instruments=INSTRUMENTS,
        language="fr",
        now=asked + timedelta(minutes=5),
        received_at=asked - timedelta(seconds=1),
    )
    assert isinstance(turn.effects[0], Correction)


def test_a_dialogue_whose_question_has_not_left_yet_takes_any_reply_to_it() -> None:
    opened = replace(Story(SHORT).state, asked_at=None)
    assert step(opened, "2", instruments=INSTRUMENTS, language="fr", now=NOW).effects[0] == given(
        "short", "s1", 2
    )


def test_a_reply_after_the_close_is_kept_as_late_and_changes_no_answer() -> None:
    story = Story(SHORT)
    story.says("1")
    effects = story.says("2", after=timedelta(days=10))
    assert effects == (Late(instrument="short", item="s2", value=2), Say(key="too_late"))
    assert story.says("PASSER") == (Late(instrument="short", item="s2", value=None),)
    assert story.says("bonsoir") == (NotUnderstood(),)
    assert story.says("RETOUR") == ()
    assert story.state.answers == {"short": {"s1": 1}}


def test_the_close_is_the_first_instant_that_is_too_late() -> None:
    story = Story(SHORT)
    story.now = CLOSES_AT - timedelta(microseconds=1)
    assert isinstance(story.says("2", after=timedelta(microseconds=1))[0], Late)
    assert isinstance(Story(SHORT).says("2", after=CLOSES_AT - NOW - timedelta(microseconds=1))[0], Record)


def test_distress_after_the_close_is_still_heard() -> None:
    story = Story(SHORT)
    assert story.says("urgence", after=timedelta(days=11)) == (
        AskHuman(need=Need.DISTRESS),
        Say(key="not_emergency"),
        NotUnderstood(),
    )


def test_stop_is_obeyed_after_the_close() -> None:
    assert Story(SHORT).says("STOP", after=timedelta(days=11)) == (OptOut(), Say(key="opt_out"))


# --- nothing open -------------------------------------------------------------------------------------------


def test_a_reply_when_nothing_is_open_is_answered_once_a_day() -> None:
    story = Story()
    assert story.says("2") == (NotUnderstood(), Say(key="no_open_question"))
    assert story.says("merci") == (NotUnderstood(),)
    assert story.says("RETOUR") == ()
    assert story.says("2", after=timedelta(days=1)) == (NotUnderstood(), Say(key="no_open_question"))


def test_a_reply_after_the_last_answer_is_on_no_item() -> None:
    story = Story(SHORT)
    assert story.says("1", "2", "3", "4") == (NotUnderstood(), Say(key="no_open_question"))


def test_the_link_is_not_offered_when_nothing_is_left_for_it() -> None:
    story = Story(SHORT)
    assert story.says("1", "2", "3", "LIEN") == (Say(key="no_open_question"),)


def test_a_silenced_number_hears_nothing_when_nothing_is_open() -> None:
    assert Story(state=idle(mute=Mute.OPTED_OUT)).says("2") == (NotUnderstood(),)


# --- the link on the side -----------------------------------------------------------------------------------


def test_an_instrument_begun_through_the_link_is_not_asked_here_any_more() -> None:
    story = Story(SHORT, BRANCH)
    story.state = taken_by_link(story.state, ["short"])
    assert story.open is None
    assert story.says("2") == (NotUnderstood(), Say(key="how_to_start"))
    assert asks("b1", story.says("GO")[-1])


def test_an_instrument_taken_by_the_link_elsewhere_leaves_the_open_item_alone() -> None:
    story = Story(SHORT, BRANCH)
    story.state = taken_by_link(story.state, ["branch"])
    assert story.open == "s1"


def test_what_the_link_completed_is_not_offered_again() -> None:
    story = Story(SHORT, LONG)
    story.state = completed_by_link(story.state, ["long"])
    assert story.says("1", "2", "3")[-1] == Say(key="thanks")


def test_when_the_link_completes_everything_nothing_is_open() -> None:
    story = Story(SHORT, waiting=True)
    story.state = completed_by_link(story.state, ["short"])
    assert story.says("GO") == (Say(key="no_open_question"),)


def test_an_instrument_with_answers_by_sms_cannot_change_to_the_link() -> None:
    story = Story(SHORT)
    story.says("1")
    with pytest.raises(ModeMixedError, match="short"):
        taken_by_link(story.state, ["short"])


def test_an_instrument_completed_here_stays_completed_when_the_link_mentions_it() -> None:
    story = Story(SHORT)
    story.says("1", "2", "3")
    assert taken_by_link(story.state, ["short"]) == story.state
    assert completed_by_link(story.state, ["short"]) == story.state


# --- what is stored and what is sent ------------------------------------------------------------------------


def test_a_dialogue_survives_being_stored() -> None:
    story = Story(SHORT, BRANCH, LONG)
    story.says("1", "urgence", "PASSER", "STOP")
    assert from_document(to_document(story.state)) == story.state


def test_every_text_the_dialogue_says_can_be_composed_with_the_study_the_link_and_the_phone() -> None:
    context = {"study": "HEROES", "link": "{link}", "phone": "02 99 25 30 00"}
    said: list[Say] = []
    for texts in (
        (
            "deux",
            "trois",
            "2",
            "PASSER",
            "RETOUR",
            "RETOUR",
            "2",
            "plus tard",
            "AIDE",
            "LIEN",
            "2",
            "3",
            "2",
            "LIEN",
        ),
        ("je veux mourir", "STOP", "START", "ERREUR"),
        ("1", "LIEN"),
    ):
        for bundle in ((SHORT, BRANCH), (SHORT,)):
            story = Story(*bundle, waiting=True)
            for text in ("hein", "GO", *texts):
                said += [effect for effect in story.says(text) if isinstance(effect, Say)]
    late = Story(SHORT)
    said += [effect for effect in late.says("2", after=timedelta(days=11)) if isinstance(effect, Say)]
    for each in said:
        assert compose(each.key, "fr", {**context, **each.params}).startswith("HEROES: ")
    assert len({each.key for each in said}) == 18
