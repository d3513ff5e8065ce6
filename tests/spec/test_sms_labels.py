"""What our own labels cost where they are asked by SMS."""

from pro_service.core.wording.segments import foreign_characters
from pro_service.store.catalogue import load_instruments


def test_our_labels_of_what_may_be_asked_by_sms_cost_no_more_than_they_must() -> None:
    """One letter outside GSM-7 halves the room of a text. The shipped protocols ask at most ten items by SMS."""
    short = [each for each in load_instruments().values() if len(each.items) <= 10]
    assert {"eq-5d-5l", "promis-pain-interference-4a", "facit-gp5"} <= {each.code for each in short}
    labels = [
        text
        for each in short
        for item in each.items
        for said in (item.label, item.recall, item.low, item.high, *(option.label for option in item.options))
        for text in said.values()
    ]
    assert [text for text in labels if foreign_characters(text)] == []
