"""LHC-Forms in a tab: shows a Questionnaire, is filled in, and gives the QuestionnaireResponse of what it holds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

Document = dict[str, Any]
_SCRIPTS = ("webcomponent/assets/lib/zone.min.js", "webcomponent/lhc-forms.js", "fhir/R4/lformsFHIR.min.js")

_SHOW = """async questionnaire => {
  document.getElementById('form').replaceChildren();
  const form = LForms.Util.convertFHIRQuestionnaireToLForms(questionnaire, 'R4');
  await LForms.Util.addFormToPage(form, 'form', {prepopulate: false});
}"""
# What a hand does, without the pauses of a hand: a radio button is clicked, a number is typed. An item that hangs on
# another one appears a moment after that one was answered.
_FILL = """async places => {
  const appears = async find => {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = find();
      if (found) { return found; }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    return null;
  };
  const lacking = [];
  for (const [linkId, place, text] of places) {
    const find = text === null
      ? () => document.getElementsByName(`radiogroup_${linkId}/1`)[place]
      : () => document.getElementById(`${linkId}/1`);
    const control = await appears(find);
    if (!control) { lacking.push(linkId); continue; }
    if (text === null) { control.click(); continue; }
    control.value = text;
    control.dispatchEvent(new Event('input', {bubbles: true}));
    control.dispatchEvent(new Event('change', {bubbles: true}));
  }
  return lacking;
}"""


@dataclass(frozen=True, kw_only=True)
class LhcForms:
    """The renderer, and what went wrong or went out to the network meanwhile."""

    page: Page
    complaints: list[str]
    fetched: list[str]

    def show(self, questionnaire: Document) -> None:
        self.page.evaluate(_SHOW, questionnaire)

    def texts(self) -> str:
        return self.page.locator("#form").inner_text()

    def fill(self, questionnaire: Document, answers: Mapping[str, int | None]) -> list[str]:
        """Answer items, in order; None is the wish not to. The items that did not appear."""
        asked = {each["linkId"]: each for each in questionnaire["item"]}
        places = [(code, *_place(asked[code], value)) for code, value in answers.items()]
        found: list[str] = self.page.evaluate(_FILL, places)
        return found

    def response(self) -> Document:
        found: Document = self.page.evaluate("LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4')")
        return found


@contextmanager
def lhc_forms(chromium: Browser, package: Path) -> Iterator[LhcForms]:
    """A tab with the renderer of the unpacked npm package."""
    context = chromium.new_context()
    page = context.new_page()
    made = LhcForms(page=page, complaints=[], fetched=[])
    page.on("request", lambda request: made.fetched.append(request.url))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.set_content(
        "<!doctype html><html lang='en'><title>form</title><body><div id='form'></div></body></html>"
    )
    for script in _SCRIPTS:
        page.add_script_tag(path=package / "dist" / "lforms" / script)
    yield made
    context.close()


def _place(asked: Document, value: int | None) -> tuple[int, str | None]:
    """Which radio button, or what to type."""
    if asked["type"] == "integer":
        return 0, str(value)
    codes = [each["valueCoding"]["code"] for each in asked["answerOption"]]
    return codes.index("asked-declined" if value is None else str(value)), None
