"""The words patients send that are no answers: commands, and words that may mean that somebody is in distress.

Data and the folding under which it is compared. Both languages are understood whatever the patient's own: words are
remembered, settings are not.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Command(StrEnum):
    """What a patient can ask for instead of answering."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    LATER = "later"
    LINK = "link"
    WRONG_PERSON = "wrong_person"
    GO = "go"


def fold(text: str) -> str:
    """The text without case, accents, typographic apostrophes and ligatures: what a hurried thumb leaves out."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return bare.replace("œ", "oe").replace("æ", "ae").replace("\u2019", "'")


def spoken(text: str) -> str:
    """The words of a text (letters and digits), folded, with single spaces between them and nothing else."""
    return " ".join(re.findall(r"\w+", fold(text)))


_SAID: Mapping[Command, str] = {
    Command.START: "START, REPRENDRE, UNSTOP",
    Command.HELP: "HELP, AIDE, INFO",
    Command.BACK: "BACK, RETOUR",
    Command.SKIP: "SKIP, PASSER",
    Command.LATER: "LATER, PLUS TARD",
    Command.LINK: "LINK, LIEN",
    # Said by whoever got the number after the patient; the messages must stop at once.
    Command.WRONG_PERSON: "ERREUR, WRONG, WRONG NUMBER, WRONG PERSON, ERREUR DE NUMERO, MAUVAIS NUMERO, FAUX NUMERO, "
    "QUI EST-CE, QUI ETES-VOUS, C'EST QUI, WHO IS THIS, WHO ARE YOU",
    # Not OUI or YES: those are answers to some items, and a text sent twice would answer the first one.
    Command.GO: "GO, COMMENCER, BEGIN",
}

#: A command is the whole text or it is none, except STOP (see `asks_to_stop`).
WHOLE: Mapping[str, Command] = {
    spoken(word): command for command, words in _SAID.items() for word in words.split(",")
}

#: Alone, repeated or with courtesies around them: an opt-out. Twilio's list, and the French ones.
STOP_WORDS = frozenset(
    "stop stopp stopall arret arrete arretez arreter arrett unsubscribe desabonner desinscrire end quit cancel optout "
    "revoke".split()
)
#: These begin an opt-out whatever follows ("stop, je ne veux plus de messages"): they open no other sentence.
STOP_OPENERS = frozenset("stop stopp stopall unsubscribe optout".split())
COURTESIES = frozenset(
    "svp stp please pls merci thanks thank you s il vous te plait bonjour hello je veux voudrais souhaite tout all "
    "de d les des ces vos the your m me envoyer sending sms message messages texts texto textos maintenant now".split()
)


def asks_to_stop(text: str) -> bool:
    """Whether a text is an opt-out. Generous on purpose: a wrong opt-out is undone by one word, a missed one is not."""
    words = re.findall(r"[^\W\d_]+", fold(text))
    if not words:
        return False
    only_stop = bool(STOP_WORDS & set(words)) and set(words) <= STOP_WORDS | COURTESIES
    return words[0] in STOP_OPENERS or only_stop or "".join(words) in STOP_WORDS


def command_in(text: str) -> Command | None:
    """The command a text is, if it is one."""
    return Command.STOP if asks_to_stop(text) else WHOLE.get(spoken(text))


#: Phrases after which a person looks at once, and the patient is told that nobody reads this all the time. Whole words;
#: a trailing * stands for any ending. Chosen to miss nothing grave: "je ne veux pas mourir" and "not an emergency" are
#: flagged too, because a nurse's look costs less than a machine's guess at negation. Not a diagnosis and not complete.
DISTRESS = (
    # wish to die, self-harm
    *(
        "mourir",
        "mourrir",
        "suicid*",
        "me tuer",
        "me pendre",
        "me foutre en l'air",
        "en finir",
        "plus envie de vivre",
    ),
    *("envie de vivre", "me faire du mal", "idees noires", "die", "dying", "kill myself", "killing myself"),
    *("end my life", "end it all", "want to live", "harm myself", "hurt myself", "self harm"),
    # emergency, as patients name it
    *("urgence*", "samu", "pompiers", "ambulance", "au secours", "sos", "emergency", "help me", "aidez moi"),
    # what cannot wait
    *(
        "tres mal",
        "trop mal",
        "horriblement mal",
        "insupportable",
        "peux plus",
        "malaise",
        "etouffe",
        "etouffer",
    ),
    *("respire plus", "mal a respirer", "respire mal", "hemorragie", "saigne beaucoup", "mal a la poitrine"),
    *("douleur a la poitrine", "very bad", "unbearable", "can't breathe", "cannot breathe", "cant breathe"),
    *("chest pain", "bleeding a lot", "collapsed", "in agony", "very unwell"),
)


def _pattern(phrase: str) -> str:
    return spoken(phrase) + (r"\w*" if phrase.endswith("*") else "")


_DISTRESS = re.compile(rf"\b(?:{'|'.join(_pattern(phrase) for phrase in DISTRESS)})\b")


def sounds_distressed(text: str) -> bool:
    """Whether a free text holds one of the phrases of DISTRESS."""
    return _DISTRESS.search(spoken(text)) is not None
