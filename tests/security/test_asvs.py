"""The checklist is whole, and what it points to exists."""

import re

import pytest

from tests.architecture.sources import ROOT
from tests.security.asvs_page import PAGE, items, page

#: OWASP ASVS 5.0.0: 70 items of level 1 and 183 of level 2.
LEVELS_1_AND_2 = 253


def test_every_item_is_there_once_with_a_test_that_exists_or_a_reason() -> None:
    listed = items()
    assert len(listed) == len({one["id"] for one in listed}) == LEVELS_1_AND_2
    for one in listed:
        assert re.fullmatch(r"\d+\.\d+\.\d+", one["id"])
        assert ("test" in one) is not ("reason" in one), one["id"]
        if "test" in one:
            assert (ROOT / one["test"]).is_file(), one
        for named in re.findall(r"(?:tests|docs)/[\w/-]+\.(?:py|md)", one.get("reason", "")):
            assert (ROOT / named).is_file(), one
        assert one.get("reason", "a reason") != ""


@pytest.mark.docs
def test_the_page_is_written_from_the_checklist() -> None:
    assert PAGE.read_text() == page(), "out of date: python -m tests.security.asvs_page"
