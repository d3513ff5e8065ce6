"""Where the desk may lead: its own paths, and the notices that have words."""

from pro_service.entrypoints.web.words import TEXTS


def own_path(path: str) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the work list."""
    ours = path in ("/", "/login") or path.startswith("/staff")
    plain = path.isprintable() and "//" not in path and "\\" not in path
    return path if ours and plain else "/staff"


def known_notice(code: str) -> str:
    """A notice that has words; whatever else stands in an address is not repeated."""
    return code if f"notice.{code}" in TEXTS else ""
