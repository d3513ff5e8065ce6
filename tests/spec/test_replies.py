"""The golden table of replies: what a text means while an item is open, row by row.

Left, the text as it arrives; then the item that is open, the patient's language, and what the text is: a number (the
value recorded), a command, or NOTHING (a person reads it; no value is ever guessed).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.dialogue import (
    Asked,
    Chosen,
    Command,
    Reading,
    Unreadable,
    read_reply,
    sounds_distressed,
    visible,
)
from pro_service.core.dialogue.words import DISTRESS
from pro_service.core.instrument import Item
from tests.core.small_instruments import HOW_MUCH, item

NOTHING = None
STOP, START, HELP = Command.STOP, Command.START, Command.HELP
BACK, SKIP, LATER, LINK, WRONG, GO = (
    *(Command.BACK, Command.SKIP, Command.LATER, Command.LINK),
    *(Command.WRONG_PERSON, Command.GO),
)

#: Four labelled options, 1 to 4.
FOUR = item("four")
#: A range, 0 to 10, without options.
TEN = item("ten", span=(0, 10))
#: A visual analogue scale.
VAS = item("vas", span=(0, 100))
#: Values printed from the highest to the lowest, as some owners have it.
DOWN = item(
    "down", options=((3, "Très souvent", "Very often"), (2, "Souvent", "Often"), (0, "Jamais", "Never"))
)
#: Yes or no, with a typographic apostrophe and a ligature in the labels.
ODD = item(
    "odd", options=((1, "Oui, j’ai", "Yes, I’ve"), (2, "Cœur léger", "Light"), (3, "Très mal", "Very bad"))
)
#: Labels nobody should write: two the same, one that is a number of another value.
TRAP = item("trap", options=((1, "Pareil", "Same"), (2, "pareil", "same"), (3, "1", "1")))

ANSWERS: tuple[tuple[str, Item, str, int | Command | None], ...] = (
    # plain values
    ("1", FOUR, "fr", 1),
    ("4", FOUR, "fr", 4),
    ("0", TEN, "fr", 0),
    ("10", TEN, "fr", 10),
    ("100", VAS, "fr", 100),
    ("73", VAS, "en", 73),
    ("0", DOWN, "fr", 0),
    ("3", DOWN, "fr", 3),
    # a value of another item is no value of this one
    ("0", FOUR, "fr", NOTHING),
    ("5", FOUR, "fr", NOTHING),
    ("9", FOUR, "fr", NOTHING),
    ("10", FOUR, "fr", NOTHING),
    ("11", TEN, "fr", NOTHING),
    ("101", VAS, "fr", NOTHING),
    ("1", DOWN, "fr", NOTHING),
    ("999999999", VAS, "fr", NOTHING),
    ("9" * 5000, VAS, "fr", NOTHING),
    # space and one trailing mark
    (" 2", FOUR, "fr", 2),
    ("2 ", FOUR, "fr", 2),
    ("\n2\r\n", FOUR, "fr", 2),
    ("\t2\t", FOUR, "fr", 2),
    ("2.", FOUR, "fr", 2),
    ("2!", FOUR, "fr", 2),
    ("2,", FOUR, "fr", 2),
    ("2 !", FOUR, "fr", 2),
    ("2 .", FOUR, "fr", 2),
    ("2..", FOUR, "fr", NOTHING),
    ("2…", FOUR, "fr", NOTHING),
    ("2?", FOUR, "fr", NOTHING),
    ("2;", FOUR, "fr", NOTHING),
    ("2:", FOUR, "fr", NOTHING),
    (".2", FOUR, "fr", NOTHING),
    (",2", FOUR, "fr", NOTHING),
    (".", FOUR, "fr", NOTHING),
    ("!", FOUR, "fr", NOTHING),
    # nothing is coerced
    ("two", FOUR, "en", NOTHING),
    ("deux", FOUR, "fr", NOTHING),
    ("3 4", FOUR, "fr", NOTHING),
    ("3 ou 4", FOUR, "fr", NOTHING),
    ("3-4", FOUR, "fr", NOTHING),
    ("3/4", FOUR, "fr", NOTHING),
    ("3,4", FOUR, "fr", NOTHING),
    ("1 0", TEN, "fr", NOTHING),
    ("2,5", FOUR, "fr", NOTHING),
    ("2.5", FOUR, "fr", NOTHING),
    ("2.0", FOUR, "fr", NOTHING),
    ("2,0", FOUR, "fr", NOTHING),
    ("-1", FOUR, "fr", NOTHING),
    ("−1", FOUR, "fr", NOTHING),
    ("-0", TEN, "fr", NOTHING),
    ("+2", FOUR, "fr", NOTHING),
    ("02", FOUR, "fr", NOTHING),
    ("00", TEN, "fr", NOTHING),
    ("007", TEN, "fr", NOTHING),
    ("1e1", TEN, "fr", NOTHING),
    ("0x2", FOUR, "fr", NOTHING),
    ("1_0", TEN, "fr", NOTHING),
    ("2/4", FOUR, "fr", NOTHING),
    ("50%", VAS, "fr", NOTHING),
    ("n2", FOUR, "fr", NOTHING),
    ("2)", FOUR, "fr", NOTHING),
    ("(2)", FOUR, "fr", NOTHING),
    ("'2'", FOUR, "fr", NOTHING),
    ("«2»", FOUR, "fr", NOTHING),
    ("2=Un peu", FOUR, "fr", NOTHING),
    ("2 Un peu", FOUR, "fr", NOTHING),
    ("réponse 2", FOUR, "fr", NOTHING),
    ("2 merci", FOUR, "fr", NOTHING),
    ("22", FOUR, "fr", NOTHING),
    ("2\n3", FOUR, "fr", NOTHING),
    ("2\u20283", FOUR, "fr", NOTHING),
    ("½", FOUR, "fr", NOTHING),
    ("II", FOUR, "fr", NOTHING),
    ("Ⅱ", FOUR, "fr", NOTHING),
    ("l", FOUR, "fr", NOTHING),
    ("O", TEN, "fr", NOTHING),
    # other ways to write a digit: compatibility forms and the decimal digits of one script
    ("²", FOUR, "fr", 2),
    ("②", FOUR, "fr", 2),
    ("⒉", FOUR, "fr", 2),
    ("⑩", TEN, "fr", 10),
    ("２", FOUR, "fr", 2),
    ("１０", TEN, "fr", 10),
    ("𝟐", FOUR, "fr", 2),
    ("٢", FOUR, "fr", 2),
    ("۲", FOUR, "fr", 2),
    ("२", FOUR, "fr", 2),
    ("١٠", TEN, "fr", 10),
    ("1٠", TEN, "fr", NOTHING),
    ("٠٢", FOUR, "fr", NOTHING),
    ("٢٫٥", FOUR, "fr", NOTHING),
    ("二", FOUR, "fr", NOTHING),
    ("⑴", FOUR, "fr", NOTHING),
    ("2️⃣", FOUR, "fr", NOTHING),
    ("2\ufe0f", FOUR, "fr", NOTHING),
    # what nobody sees
    ("\u200f2", FOUR, "fr", 2),
    ("\u202b2\u202c", FOUR, "fr", 2),
    ("\u2066٢\u2069", FOUR, "fr", 2),
    ("1\u200b0", TEN, "fr", 10),
    ("\ufeff2", FOUR, "fr", 2),
    ("2\u200d", FOUR, "fr", 2),
    ("\u00a02\u00a0", FOUR, "fr", 2),
    ("\u202f2 ", FOUR, "fr", 2),
    ("\u30002", FOUR, "fr", 2),
    ("3\u00a04", FOUR, "fr", NOTHING),
    # what is no text of a person
    ("", FOUR, "fr", NOTHING),
    ("   ", FOUR, "fr", NOTHING),
    ("\u200b", FOUR, "fr", NOTHING),
    ("👍", FOUR, "fr", NOTHING),
    ("👍🏽👍🏽", FOUR, "fr", NOTHING),
    ("😀 2", FOUR, "fr", NOTHING),
    ("\x00", FOUR, "fr", NOTHING),
    ("2\x00", FOUR, "fr", NOTHING),
    ("\x002", FOUR, "fr", NOTHING),
    ("\x1b2", FOUR, "fr", NOTHING),
    ("\ud8002", FOUR, "fr", NOTHING),
    ("2\udfff", FOUR, "fr", NOTHING),
    ("\ufffd2", FOUR, "fr", NOTHING),
    ("%FF%FE2", FOUR, "fr", NOTHING),
    ("ÿþ2\x00", FOUR, "fr", NOTHING),
    ("2" + "a" * 1599, FOUR, "fr", NOTHING),
    ("=1+1", FOUR, "fr", NOTHING),
    ("1; DROP TABLE answer", FOUR, "fr", NOTHING),
    ("<b>2</b>", FOUR, "fr", NOTHING),
    # labels, in the language the question was asked in
    ("Un peu", FOUR, "fr", 2),
    ("un peu", FOUR, "fr", 2),
    ("UN PEU", FOUR, "fr", 2),
    ("un  peu", FOUR, "fr", 2),
    ("Un peu.", FOUR, "fr", 2),
    ("pas du tout !", FOUR, "fr", 1),
    ("A little", FOUR, "en", 2),
    ("a little", FOUR, "fr", NOTHING),
    ("un peu", FOUR, "en", NOTHING),
    ("un peu", FOUR, "fr-CA", 2),
    ("un peu", FOUR, "de", 2),
    ("un peux", FOUR, "fr", NOTHING),
    ("peu", FOUR, "fr", NOTHING),
    ("un", FOUR, "fr", NOTHING),
    ("un peu beaucoup", FOUR, "fr", NOTHING),
    ("un peu 2", FOUR, "fr", NOTHING),
    ("tres souvent", DOWN, "fr", 3),
    ("TRÈS SOUVENT", DOWN, "fr", 3),
    ("Très souvent", DOWN, "fr", 3),
    ("jamais", DOWN, "fr", 0),
    ("oui, j'ai", ODD, "fr", 1),
    ("oui", ODD, "fr", NOTHING),
    ("coeur leger", ODD, "fr", 2),
    ("très mal", ODD, "fr", 3),
    ("pareil", TRAP, "fr", NOTHING),
    ("1", TRAP, "fr", 1),
    ("3", TRAP, "fr", 3),
    # opt-out: generous
    ("STOP", FOUR, "fr", STOP),
    ("stop", FOUR, "en", STOP),
    ("Stop.", FOUR, "fr", STOP),
    ("STOP !!!", FOUR, "fr", STOP),
    ("« stop svp »", FOUR, "fr", STOP),
    ("stop svp", FOUR, "fr", STOP),
    ("svp stop", FOUR, "fr", STOP),
    ("s'il vous plaît stop", FOUR, "fr", STOP),
    ("stop stop stop", FOUR, "fr", STOP),
    ("stop, je ne veux plus de messages", FOUR, "fr", STOP),
    ("S T O P", FOUR, "fr", STOP),
    ("ＳＴＯＰ", FOUR, "fr", STOP),
    ("\u200bSTOP", FOUR, "fr", STOP),
    ("STOP\x00", FOUR, "fr", STOP),
    ("stop 2", FOUR, "fr", STOP),
    ("ARRET", FOUR, "fr", STOP),
    ("Arrêt", FOUR, "fr", STOP),
    ("arre\u0302t", FOUR, "fr", STOP),
    ("ARRÊT svp", FOUR, "fr", STOP),
    ("Arrêtez les messages svp", FOUR, "fr", STOP),
    ("je veux arrêter", FOUR, "fr", STOP),
    ("STOPP", FOUR, "fr", STOP),
    ("STOPALL", FOUR, "fr", STOP),
    ("stop all", FOUR, "fr", STOP),
    ("UNSUBSCRIBE", FOUR, "en", STOP),
    ("END", FOUR, "en", STOP),
    ("Quit", FOUR, "en", STOP),
    ("cancel", FOUR, "en", STOP),
    ("OPTOUT", FOUR, "en", STOP),
    ("opt-out", FOUR, "en", STOP),
    ("REVOKE", FOUR, "en", STOP),
    # ... but not every sentence with the word in it
    ("je suis en arrêt depuis mardi", FOUR, "fr", NOTHING),
    ("depuis l'arrêt du traitement", FOUR, "fr", NOTHING),
    ("it does not stop", FOUR, "en", NOTHING),
    ("in the end a little", FOUR, "en", NOTHING),
    ("nonstop", FOUR, "en", NOTHING),
    # opt-in: exact
    ("START", FOUR, "fr", START),
    ("reprendre", FOUR, "fr", START),
    ("UNSTOP", FOUR, "fr", START),
    ("unstop.", FOUR, "fr", START),
    ("YES", FOUR, "en", NOTHING),
    # the other commands: the whole text, in either language
    ("AIDE", FOUR, "fr", HELP),
    ("aide ?", FOUR, "fr", HELP),
    ("Help", FOUR, "fr", HELP),
    ("RETOUR", FOUR, "fr", BACK),
    ("back", FOUR, "fr", BACK),
    ("retour 2", FOUR, "fr", NOTHING),
    ("2 retour", FOUR, "fr", NOTHING),
    ("Passer", FOUR, "fr", SKIP),
    ("SKIP", FOUR, "fr", SKIP),
    ("je passe", FOUR, "fr", NOTHING),
    ("Plus tard", FOUR, "fr", LATER),
    ("plus  tard.", FOUR, "fr", LATER),
    ("LATER", FOUR, "en", LATER),
    ("Lien", FOUR, "fr", LINK),
    ("link", FOUR, "fr", LINK),
    ("ERREUR", FOUR, "fr", WRONG),
    ("wrong", FOUR, "en", WRONG),
    ("Mauvais numéro", FOUR, "fr", WRONG),
    ("qui est-ce ?", FOUR, "fr", WRONG),
    ("Who is this?", FOUR, "en", WRONG),
    ("GO", FOUR, "fr", GO),
    ("go !", FOUR, "fr", GO),
    ("oui", FOUR, "fr", NOTHING),
    # free text
    ("j'ai très mal", FOUR, "fr", NOTHING),
    ("je veux mourir", FOUR, "fr", NOTHING),
    ("urgence", FOUR, "fr", NOTHING),
    ("2 mais j'ai très mal au dos", FOUR, "fr", NOTHING),
    ("bonjour", FOUR, "fr", NOTHING),
    ("je rentre dimanche", FOUR, "fr", NOTHING),
)

DISTRESSED = (
    *(
        "j'ai très mal",
        "J'AI TRES MAL",
        "j'ai tre\u0300s  mal",
        "2 mais j’ai très mal au dos",
        "tr\u200bès mal",
    ),
    *("je veux mourir", "je veux mourrir", "envie de me tuer", "pensées suicidaires", "suicide"),
    *("je n'en peux plus", "je veux en finir", "plus envie de vivre", "c'est insupportable"),
    *("urgence", "URGENCES ?", "appelez le SAMU", "au secours", "SOS", "j’étouffe", "je ne respire plus"),
    *(
        "I want to die",
        "kill myself",
        "I will end my life",
        "emergency!",
        "I can't breathe",
        "I can’t breathe",
    ),
    *("chest pain since this morning", "help me", "stop, je veux mourir", "je ne veux pas mourir"),
)
CALM = (
    *(
        "2",
        "un peu",
        "bonjour",
        "merci",
        "je rentre dimanche",
        "mal au dos un peu",
        "diet",
        "diese",
        "dieu merci",
    ),
    *("rien d'urgent", "mourant d'envie de gateau", "tue-mouches", "aide", "help", "plus tard", "soso", ""),
)


def _means(text: str, opened: Item, language: str) -> int | Command | None:
    reading: Reading = read_reply(text, item=opened, language=language)
    match reading:
        case Chosen(value=value):
            return value
        case Asked(command=command):
            return command
        case Unreadable():
            return NOTHING


def test_the_table_is_long_and_says_nothing_twice() -> None:
    asked = [(text, opened.code, language) for text, opened, language, _ in ANSWERS]
    assert len(asked) >= 150
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("text", "opened", "language", "meaning"), ANSWERS, ids=lambda cell: ascii(cell)[:40]
)
def test_a_reply_means_what_the_table_says(
    text: str, opened: Item, language: str, meaning: int | Command | None
) -> None:
    assert _means(text, opened, language) == meaning


@pytest.mark.parametrize(
    "text", [text for text, _, _, meaning in ANSWERS if not isinstance(meaning, Command)]
)
def test_without_an_open_item_only_commands_are_read(text: str) -> None:
    assert read_reply(text, item=None, language="fr") == Unreadable()


@pytest.mark.parametrize("text", DISTRESSED, ids=ascii)
def test_words_of_distress_are_heard_however_they_are_written(text: str) -> None:
    assert sounds_distressed(visible(text))


@pytest.mark.parametrize("text", CALM, ids=ascii)
def test_ordinary_texts_raise_no_alarm(text: str) -> None:
    assert not sounds_distressed(visible(text))


@pytest.mark.parametrize("phrase", DISTRESS)
def test_every_listed_phrase_is_heard_in_a_sentence(phrase: str) -> None:
    assert sounds_distressed(f"Bonjour, {phrase.removesuffix('*')}, merci")


def _oracle(text: str) -> int | None:
    """The rule said another way, for texts of ASCII digits, spaces and marks: what is left is a value or nothing."""
    bare = text.strip()
    bare = bare[:-1].rstrip() if bare[-1:] in (".", "!", ",") else bare
    return {str(value): value for value in range(101)}.get(bare)


@given(st.text(alphabet="0123456789 .,!-+e", max_size=6))
def test_digits_and_marks_are_read_as_a_whole_or_not_at_all(text: str) -> None:
    assert _means(text, VAS, "fr") == _oracle(text)


@given(st.text(max_size=1_600))
def test_no_text_breaks_the_reading_and_a_value_is_always_one_of_the_item(text: str) -> None:
    for opened in (FOUR, TEN, VAS, DOWN, ODD, TRAP):
        reading = read_reply(text, item=opened, language="fr")
        allowed = [option.value for option in opened.options] or range(opened.minimum, opened.maximum + 1)
        assert not isinstance(reading, Chosen) or reading.value in allowed


@given(st.characters(exclude_categories=()), st.sampled_from([1, 2, 3, 4]))
def test_a_value_beside_anything_visible_is_no_value(other: str, value: int) -> None:
    """Two characters seen are never read as one of them."""
    text = f"{value}{other}"
    harmless = len(visible(text)) == 1 or visible(text)[1:].strip() in {".", "!", ","}
    assert harmless or read_reply(text, item=FOUR, language="fr") == Unreadable()


def test_the_labels_of_the_examples_are_those_of_the_table() -> None:
    assert [option.label["fr"] for option in FOUR.options] == [fr for _, fr, _ in HOW_MUCH]
