"""The words of HEROES, as the desk is given them."""

from pro_service.core.protocol import CourseRules
from pro_service.store.catalogue import load_protocols

COURSE: CourseRules = load_protocols()["heroes-1"].course


def named(kind: str, language: str = "fr") -> dict[str, str]:
    """A type of event with its words: what rows and drawings of events take."""
    return {"type": kind, "title": COURSE.title(kind, language), "short": COURSE.short(kind, language)}


def phase(name: str, language: str = "fr") -> dict[str, str]:
    """A phase with its word: what the band of a drawing takes."""
    return {"name": name, "short": COURSE.short(name, language)}
