"""Reads the answer sets and items of an instrument definition."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pro_service.core.definition import Section
from pro_service.core.instrument.model import Condition, Item, Option
from pro_service.core.instrument.translations import translated

_TEST_CODE = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
_LOINC = re.compile(r"[1-9][0-9]{0,6}-[0-9]", re.ASCII)
_DOES_NOT_APPLY = {"fr": "sans objet pour moi", "en": "does not apply to me"}

LARGEST_ANSWER = 100
"""Answers are kept as small whole numbers from 0 (so that -1 can mean missing) to 100 (a visual analogue scale)."""


@dataclass(frozen=True, kw_only=True)
class AnswerSet:
    """Answers several items share: a range, and the options by value unless the answer is a mark on a line.

    `low` and `high` are what stands at the two ends of the line, by language; empty where nothing does.
    """

    minimum: int
    maximum: int
    options: tuple[Option, ...]
    low: Mapping[str, str] = field(default_factory=dict)
    high: Mapping[str, str] = field(default_factory=dict)


def parse_items(root: Section, *, recall: Mapping[str, str], may_refuse: bool) -> tuple[Item, ...]:
    """The items in file order, which is the order they are asked in.

    An item takes `recall` and `may_refuse` of its instrument unless it says otherwise.
    """
    answer_sets = parse_answer_sets(root)
    items: list[Item] = []
    for section in root.sections("items"):
        item = _item(section, answer_sets, items, recall=recall, may_refuse=may_refuse)
        _refuse_twice(section, item.code, [each.code for each in items])
        items.append(item)
        section.finish()
    if root.has("items") and not items:
        root.problem("items", "holds no item", "write one [[items]] table for each question")
    return tuple(items)


def parse_answer_sets(root: Section) -> Mapping[str, AnswerSet]:
    """The answers that items share, by name."""
    return {name: _answer_set(section) for name, section in root.children("answers")}


def _answer_set(section: Section) -> AnswerSet:
    minimum, maximum = section.integer("minimum"), section.integer("maximum")
    usable = True
    if not 0 <= minimum < maximum <= LARGEST_ANSWER:
        section.problem(
            "maximum",
            f"the range {minimum} to {maximum} cannot be used",
            f"write 0 <= minimum < maximum <= {LARGEST_ANSWER}",
        )
        usable = False
    options = tuple(_option(each) for each in section.sections("options", required=False))
    values = sorted(option.value for option in options)
    if usable and options and values != list(range(minimum, maximum + 1)):
        section.problem(
            "options", f"have the values {values}", f"give each of {minimum} to {maximum} one option"
        )
    low, high = _ends(section, options)
    section.finish()
    if not usable:
        return AnswerSet(minimum=0, maximum=1, options=options)
    return AnswerSet(minimum=minimum, maximum=maximum, options=options, low=low, high=high)


def _ends(section: Section, options: Sequence[Option]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The words at the two ends of a line: both or none of them, and never beside options."""
    if not (section.has("low") or section.has("high")):
        return {}, {}
    if options:
        section.known |= {"low", "high"}
        section.problem("low", "stands beside options", "keep the options: only a line has two ends")
        return {}, {}
    return translated(section, "low"), translated(section, "high")


def _option(section: Section) -> Option:
    option = Option(value=section.integer("value"), label=translated(section, "label"))
    section.finish()
    return option


def _item(
    section: Section,
    answer_sets: Mapping[str, AnswerSet],
    before: Sequence[Item],
    *,
    recall: Mapping[str, str],
    may_refuse: bool,
) -> Item:
    answers = chosen_answers(section, answer_sets)
    does_not_apply = does_not_apply_value(section, answers)
    return Item(
        code=section.text("code"),
        minimum=answers.minimum,
        maximum=answers.maximum,
        options=with_does_not_apply(_printed(section, answers), does_not_apply),
        label=translated(section, "label"),
        recall=translated(section, "recall") if section.has("recall") else recall,
        shown_if=_condition(section.section("shown_if"), before) if section.has("shown_if") else None,
        may_refuse=section.flag("may_refuse", may_refuse),
        cdisc=cdisc_code(section, "cdisc") if section.has("cdisc") else None,
        does_not_apply=does_not_apply,
        loinc=loinc_code(section),
        low=answers.low,
        high=answers.high,
    )


def does_not_apply_value(section: Section, answers: AnswerSet) -> int | None:
    """The value by which a patient says that an item is not about them; None where that is no answer."""
    if not section.has("does_not_apply"):
        return None
    value = section.integer("does_not_apply")
    if not answers.options or not answers.maximum < value <= LARGEST_ANSWER:
        cure = f"write a number from {answers.maximum + 1} to {LARGEST_ANSWER}, for an item with options"
        section.problem("does_not_apply", f"{value} cannot stand beside the answers", cure)
        return None
    return value


def with_does_not_apply(options: tuple[Option, ...], value: int | None) -> tuple[Option, ...]:
    """The options, and at their end the one that says so (in words of ours)."""
    return options if value is None else (*options, Option(value=value, label=_DOES_NOT_APPLY))


def cdisc_code(section: Section, key: str) -> str:
    """A CDISC test code: at most eight capitals and digits, not beginning with a digit."""
    code = section.text(key)
    if code and not _TEST_CODE.fullmatch(code):
        section.problem(key, f"is {code!r}", "write a test code: up to eight capitals and digits")
    return code


def loinc_code(section: Section, key: str = "loinc") -> str | None:
    """A LOINC code, such as 12345-5, whose last digit is the check digit of the others (modulus 10); None if absent."""
    if not section.has(key):
        return None
    code = section.text(key)
    if code and not (_LOINC.fullmatch(code) and _check_digit(code[:-2]) == int(code[-1])):
        section.problem(key, f"{code!r} is no LOINC code", "copy it from loinc.org, with its check digit")
    return code


def _check_digit(number: str) -> int:
    """Luhn's: every second digit from the right counts twice, of which both digits are added."""
    odd, even = number[::-1][::2], number[::-1][1::2]
    twice = sum(sum(map(int, str(int(digit) * 2))) for digit in odd)
    return -(twice + sum(map(int, even))) % 10


def chosen_answers(section: Section, answer_sets: Mapping[str, AnswerSet]) -> AnswerSet:
    """The answers that a table names under `answers`."""
    name = section.text("answers")
    if name and name not in answer_sets:
        section.problem(
            "answers", f"{name!r} is not defined", f"use one of {', '.join(answer_sets) or 'none'}"
        )
    return answer_sets.get(name, AnswerSet(minimum=0, maximum=1, options=()))


def _printed(section: Section, answers: AnswerSet) -> tuple[Option, ...]:
    """The options in the order they are printed; a display matter that leaves the coded values alone."""
    if not section.has("printed_order"):
        return answers.options
    order = section.integers("printed_order")
    by_value = {option.value: option for option in answers.options}
    if sorted(order) != sorted(by_value):
        section.problem("printed_order", f"is {list(order)}", f"name each of {sorted(by_value)} once")
        return answers.options
    return tuple(by_value[value] for value in order)


def _condition(section: Section, before: Sequence[Item]) -> Condition:
    condition = Condition(item=section.text("item"), above=section.integer("above"))
    target = next((item for item in before if item.code == condition.item), None)
    if target is None:
        section.problem("item", f"{condition.item!r} is not an item before this one", "name an earlier item")
    elif target.does_not_apply is not None:
        section.problem(
            "item", f"{condition.item!r} may not apply to a patient", "let the item depend on another one"
        )
    elif not target.minimum <= condition.above < target.maximum:
        cure = f"write a value from {target.minimum} to {target.maximum - 1}"
        section.problem("above", f"{condition.above} makes the item shown always or never", cure)
    section.finish()
    return condition


def _refuse_twice(section: Section, code: str, before: Sequence[str]) -> None:
    """Codes name columns, whose case people get wrong: two codes must differ by more than case."""
    if code.casefold() in {each.casefold() for each in before}:
        section.problem("code", f"{code!r} is used twice", "give each item its own code")
