"""The passwords that many people have chosen, lower case, commonest first; NOTICE says where they are from."""

from functools import cache
from pathlib import Path


@cache
def common_passwords() -> frozenset[str]:
    """Read once a process."""
    return frozenset((Path(__file__).parent / "passwords.txt").read_text().split("\n")[:-1])
