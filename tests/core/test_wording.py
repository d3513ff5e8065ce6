"""Our texts: short, signed, neutral, in two languages, and what they cost in segments."""

import re
from string import Formatter

import pytest

from pro_service.core.wording import (
    FRAGMENTS,
    LINK,
    TEXTS,
    WordingError,
    compose,
    fill_link,
    foreign_characters,
    in_language,
    invitation_key,
    needs,
    render,
    segments,
)
from pro_service.core.wording.texts import QUESTION_KEYS, STAFF_KEYS

LANGUAGES = ("fr", "en")
EVERY_TEXT = [(key, language) for key in TEXTS for language in LANGUAGES]

#: Realistic and rather long: what a text may have to hold.
REALISTIC: dict[str, str | int] = {
    "study": "HEROES",
    "link": "http://localhost:8000/q#ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "minutes": 12,
    "count": 15,
    "until": "26 septembre",
    "phone": "02 99 25 30 00",
    "number": 12,
    "total": 30,
    "question": "Au cours de la semaine passée: se sentir irritable",
    "choices": "1=Pas du tout, 2=Un peu, 3=Assez, 4=Beaucoup",
    "site": "03",
    "url": "https://heroes.example.org/desk",
}

SAFETY = {
    "fr": "Ce service n'est pas surveillé en continu. En cas d'urgence: 15 ou 112. Votre centre: {phone}",
    "en": "This service is not monitored all the time. In an emergency: 15 or 112. Your centre: {phone}",
}

#: Every word a patient may find in a text of ours. A second person reads a new one before it is added here.
ALLOWED = {
    "fr": """a accord aide aillent appelez arret arrive arrivées attend attendent au aucune autre avez avons bien
    c cas ce centre ces cette clos commencer compris continu d de demande dernier dernière disponibles
    du début en ensemble enverrons envoyez erreur est faire go ici il internet joindre jusqu l la le les
    lien mauvais merci min moment n ne nombre nos noté nous nouveau numéro ou ouvert ouverte ouvertes
    par pardon partie pas passer passé plus pour pourrez première prévenons quand que question
    questionnaire questions rappel recevoir recevrez remplir reprendre reprenons reste restent retour
    revenir revoir rien répondez réponse réponses se sera service seulement sinon sms sont start stop
    suite surveillé tard temps termine trop un une urgence voir vos votre vous y à""",
    "en": """a able again all an answer answers are at available back be begin by call came centre closed did do
    done else emergency finished first for get go has have help here in is it last late later link
    longer min mistake moment monitored more needed needs no not nothing number of on one only open or
    otherwise our part passed please question questionnaire questions reach reminder reply rest right
    see send service skip so some sorry start stay stays stop telling text texts thank that the them
    there these this time to together too understand until waiting we web when will wrong you your""",
}

#: Nothing on a locked screen may tell what this is about, or whom.
DENIED = re.compile(
    r"cancer|tumeu?r|onco|sein\b|breast|m[ée]tasta|traitement|treatment|th[ée]rap|chimio|chemo|trastuzumab|her2|adn|dna|"
    r"m[ée]dic|drug|score|douleur|pain|fatigue|d[ée]press|anxi|qualit[ée]|quality|h[oô]pital|hospital|malad|disease|"
    r"patient|docteur|doctor|madame|monsieur|\bmr|\bmrs|essai|trial|clini",
    re.IGNORECASE,
)


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _filled(key: str, language: str) -> str:
    return compose(key, language, REALISTIC)


@pytest.mark.parametrize(("key", "language"), EVERY_TEXT)
def test_every_text_exists_in_both_languages_with_the_same_places_to_fill(key: str, language: str) -> None:
    assert set(TEXTS[key]) == set(LANGUAGES)
    assert _placeholders(TEXTS[key][language]) == needs(key)
    assert needs(key) <= REALISTIC.keys()


@pytest.mark.parametrize(("key", "language"), EVERY_TEXT)
def test_every_text_is_signed_by_the_study_s_code(key: str, language: str) -> None:
    assert _filled(key, language).startswith("HEROES: ")
    assert render("thanks", language, study="ATHENA").startswith("ATHENA: ")


@pytest.mark.parametrize(("key", "language"), EVERY_TEXT)
def test_every_text_stays_in_the_gsm_alphabet_and_within_two_segments(key: str, language: str) -> None:
    body = _filled(key, language)
    assert foreign_characters(body) == ()
    assert segments(body).encoding == "GSM-7"
    assert segments(body).parts <= 2, segments(body)


@pytest.mark.parametrize("fragment", [text for texts in FRAGMENTS.values() for text in texts.values()])
def test_the_pieces_put_into_texts_stay_in_the_gsm_alphabet(fragment: str) -> None:
    assert foreign_characters(re.sub(r"[{}]", "", fragment)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_patients_read_the_allowed_words_and_no_others(language: str) -> None:
    bodies = [re.sub(r"\{\w+\}", " ", TEXTS[key][language]) for key in TEXTS.keys() - STAFF_KEYS]
    said = {word for body in bodies for word in re.findall(r"[^\W\d_]+", body.lower())}
    assert said == set(ALLOWED[language].split())


@pytest.mark.parametrize(("key", "language"), EVERY_TEXT)
def test_no_text_tells_a_disease_a_drug_a_score_or_a_name(key: str, language: str) -> None:
    assert DENIED.search(TEXTS[key][language]) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["one_way", "two_way", "sms"])
def test_the_first_message_says_that_this_is_no_emergency_service(way: str, language: str) -> None:
    first = TEXTS[invitation_key(way, first=True)][language]  # type: ignore[arg-type]
    assert first.endswith(SAFETY[language])
    assert SAFETY[language] not in TEXTS[invitation_key(way, first=False)][language]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_help_or_stops_is_told_whom_to_call(language: str) -> None:
    assert SAFETY[language] in TEXTS["help"][language]
    assert "112" in TEXTS["opt_out"][language]
    assert "{phone}" in TEXTS["opt_out"][language]


def test_a_one_way_sender_never_invites_to_answer() -> None:
    """An alphanumeric sender cannot be answered: STOP would go nowhere."""
    for key in ("first_invitation_one_way", "invitation_one_way", "reminder_1", "reminder_2"):
        for language in LANGUAGES:
            assert not re.search(r"STOP|AIDE|HELP|LIEN|GO\b", TEXTS[key][language])
            assert "{link}" in TEXTS[key][language]


def test_a_two_way_sender_always_names_the_way_out() -> None:
    for key in TEXTS:
        if key.startswith(("invitation", "first_invitation", "reminder")) and not key.endswith("one_way"):
            assert "STOP" in TEXTS[key]["fr"] or "{link}" in TEXTS[key]["fr"]


def test_a_text_around_an_item_leaves_room_for_its_wording() -> None:
    """At least 60 characters of question and choices stay within one segment."""
    for key in QUESTION_KEYS:
        for language in LANGUAGES:
            filled = compose(key, language, {**REALISTIC, "question": "Q" * 30, "choices": "C" * 30})
            assert segments(filled).parts == 1, key


def test_staff_texts_hold_no_clinical_word_and_no_patient() -> None:
    for key in STAFF_KEYS:
        assert needs(key) <= {"study", "site", "url", "count"}
    french = render("staff_alert", "fr", study="HEROES", site="03", url="https://example.org")
    assert french == "HEROES: nouvelle alerte, centre 03. Connectez-vous: https://example.org"


# --- filling ----------------------------------------------------------------------------------------------------------


def test_a_text_is_filled_with_what_it_needs() -> None:
    said = render("invitation_one_way", "fr", study="HEROES", minutes=12, link="http://x/q#A")
    assert (
        said == "HEROES: un questionnaire vous attend, 12 min: http://x/q#A Ne plus recevoir: voir le lien."
    )


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"minutes": 12}, "missing 'link', missing 'study'"),
        ({"study": "HEROES", "minutes": 12, "link": "x", "name": "Jeanne"}, "unknown 'name'"),
        ({"study": "HEROES", "minutes": 12, "link": " "}, "empty 'link'"),
    ],
)
def test_a_text_refuses_what_it_does_not_know_or_lacks(params: dict[str, str | int], complaint: str) -> None:
    with pytest.raises(WordingError, match=complaint):
        render("invitation_one_way", "fr", **params)


def test_an_unknown_text_is_refused() -> None:
    with pytest.raises(WordingError, match="no text is called 'ode'"):
        render("ode", "fr")


def test_composing_takes_what_is_needed_and_refuses_what_is_missing() -> None:
    assert compose("thanks", "en", REALISTIC).startswith("HEROES: thank you")
    with pytest.raises(WordingError, match="missing 'phone'"):
        compose("not_emergency", "fr", {"study": "HEROES"})


def test_the_link_may_stay_open_until_the_moment_of_sending() -> None:
    body = render("offer_link", "fr", study="HEROES", link=LINK)
    assert body == "HEROES: merci. La suite est par internet: {link}"
    assert fill_link(body, "http://x/q#A") == "HEROES: merci. La suite est par internet: http://x/q#A"
    assert fill_link("HEROES: merci", None) == "HEROES: merci"
    with pytest.raises(WordingError, match="there is none"):
        fill_link(body, None)


def test_braces_inside_a_value_mean_nothing() -> None:
    said = render("item", "fr", study="S", number=1, total=2, question="{phone} {0}", choices="}{")
    assert said == "S: 1/2 {phone} {0} }{"


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "oui"), ("en", "yes"), ("en-GB", "yes"), ("fr-CA", "oui"), ("br", "oui")]
)
def test_a_missing_language_falls_back_to_the_nearest(language: str, text: str) -> None:
    assert in_language({"fr": "oui", "en": "yes"}, language) == text


def test_the_fall_back_ends_with_any_language_and_fails_with_none() -> None:
    assert in_language({"en": "yes", "de": "ja"}, "br") == "yes"
    assert in_language({"nl": "ja", "de": "ja!"}, "br") == "ja!"
    with pytest.raises(KeyError):
        in_language({}, "fr")
