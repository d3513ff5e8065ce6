"""Which passwords are refused: short ones, and those that are guessed first. Nothing is asked of their composition.

NIST SP 800-63B-4 (3.1.1.2) and OWASP ASVS 5.0 (6.2): a least length, at least 64 characters allowed, a list of common
and of contextual words, no rules of composition, no change by date. Both are content with 8 characters beside a second
factor; 12 put a stolen table of hashes out of reach for somewhat longer.
"""

import unicodedata
from collections.abc import Container, Iterable
from itertools import pairwise

LEAST = 12
MOST = 128
#: What has to remain of a password when the words of its context are taken out.
_OWN = 8
_DISTINCT = 5
_SHORTEST_WORD = 4
_ADDED = "0123456789!?.,;:*#$@-_+ "
_DISGUISES = str.maketrans("013457@$!", "oieastasi")


def password_problem(password: str, *, context: Iterable[str], common: Container[str]) -> str | None:
    """Why a password is refused: too_short, too_long, repetitive, common or context; None if it will do.

    `context` are words that somebody who knows the account would try (login, name, study, sites, product), `common` the
    passwords many people have, in lower case.
    """
    plain = normal(password).casefold()
    if len(plain) < LEAST:
        return "too_short"
    if len(plain) > MOST:
        return "too_long"
    if len(set(plain)) < _DISTINCT or _runs_on(plain):
        return "repetitive"
    if any(form in common for form in _forms(plain)):
        return "common"
    return "context" if _own_length(plain, context) < _OWN else None


def normal(password: str) -> str:
    """One form for what keyboards write in several (NFKC), so that a password typed elsewhere is the same."""
    return unicodedata.normalize("NFKC", password)


def _forms(plain: str) -> set[str]:
    """The password, its repeated part, and both without what people add before and after a word and with letters in
    place of the digits that stand for them.
    """
    part = _repeated_part(plain)
    forms = {plain, part}
    for each in (plain, part):
        forms.add(each.translate(_DISGUISES))
        for core in (each.rstrip(_ADDED), each.strip(_ADDED)):
            forms |= {core, core.translate(_DISGUISES)}
    return forms - {""}


def _repeated_part(plain: str) -> str:
    where = (plain + plain).find(plain, 1)
    return plain[:where]


def _runs_on(plain: str) -> bool:
    """Each character follows its neighbour: 123456789012, abcdefghijkl, or down."""
    steps = [ord(after) - ord(before) for before, after in pairwise(plain)]
    return all(step in (0, 1, -9) for step in steps) or all(step in (0, -1, 9) for step in steps)


def _own_length(plain: str, context: Iterable[str]) -> int:
    words = {
        part
        for text in context
        for part in [text.casefold(), *text.casefold().replace("-", " ").replace(".", " ").split()]
        if len(part) >= _SHORTEST_WORD
    }
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return sum(letter.isalnum() for letter in plain)
