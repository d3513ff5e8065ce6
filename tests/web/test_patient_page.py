"""What can be told of the patient's page without a browser: old phones can read it, it is small, it speaks twice."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template

WEB = Path(__file__).parents[2] / "pro_service" / "entrypoints" / "web"
STATIC = WEB / "static"
TEMPLATES = sorted((WEB / "templates" / "patient").glob("*.html")) + sorted(
    (WEB / "templates" / "demo").glob("*.html")
)
PATIENT_SCRIPTS = sorted((STATIC / "js").glob("patient*.js"))
PATIENT_STYLES = [STATIC / "css" / "tokens.css", *sorted((STATIC / "css").glob("patient*.css"))]
LARGEST_FIRST_SCREEN = 60_000  # bytes, uncompressed

# Syntax and interfaces that came after Chrome 70 or Safari 12, each with a sample that must be caught.
TOO_NEW = {
    r"\?\.(?!\d)": "a?.b",
    r"\?\?": "a ?? b",
    r"\|\|=|&&=": "a ||= b",
    r"\bcatch\s*\{": "try {} catch {}",
    r"\d_\d": "1_000",
    r"\b\d+n\b": "10n",
    r"^\s*(static\s+)?#\w+\s*[=;(]": "#secret = 1;",
    r"^\s*(import|export)\b": "import x from 'y'",
    r"\bimport\(": "import('x')",
    r"\(\?<[=!]": "/(?<=a)b/",
    r"\bclass\s+\w+": "class A { b = 1 }",
    r"\bglobalThis\b": "globalThis.x",
    r"\.(replaceAll|matchAll|at|replaceChildren|flat|flatMap|trimStart|trimEnd|allSettled|fromEntries)\(": "x.at(-1)",
    r"\b(structuredClone|queueMicrotask|randomUUID)\b": "crypto.randomUUID()",
}
TOO_NEW_STYLE = {
    r"(?<![-\w])gap\s*:": "a { gap: 1px }",
    r":has\(|:is\(|:where\(": "a:has(b) {}",
    r"@layer|@container|@supports selector": "@layer a {}",
    r"(?<![-\w])(clamp|min|max)\(": "a { width: min(1px, 2px) }",
    r"(?<![-\w])inset\s*:": "a { inset: 0 }",
    r"\baspect-ratio\b": "a { aspect-ratio: 1 }",
    r"&": "a { & b {} }",
}


def bare(script: str) -> str:
    """The script without its comments and the insides of its plain strings, which may say anything."""
    token = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|(?<![:\\])//[^\n]*'
    return re.sub(token, lambda found: '""' if found[0][0] in "\"'" else "", script, flags=re.DOTALL)


def found_in(text: str, patterns: dict[str, str]) -> list[str]:
    """The patterns that occur in a text."""
    return [pattern for pattern in patterns if re.search(pattern, text, flags=re.MULTILINE)]


def texts(name: str) -> dict[str, dict[str, str]]:
    """The sentences of one texts file, by language."""
    written = (STATIC / "js" / name).read_text(encoding="utf-8")
    return dict(json.loads(written[written.index("= {") + 2 : written.rindex(";")]))


def rendered(template: str) -> str:
    """A template as Flask sends it."""
    app = Flask("rendered", static_folder=str(STATIC), template_folder=str(WEB / "templates"))
    with app.test_request_context("/q"):
        return render_template(template, csrf_token="t")


@pytest.mark.parametrize("sample", list(TOO_NEW.items()), ids=lambda pair: pair[1])
def test_the_scan_for_new_syntax_catches_its_sample(sample: tuple[str, str]) -> None:
    assert sample[0] in found_in(bare(sample[1]), TOO_NEW)


@pytest.mark.parametrize("sample", list(TOO_NEW_STYLE.items()), ids=lambda pair: pair[1])
def test_the_scan_for_new_style_catches_its_sample(sample: tuple[str, str]) -> None:
    assert sample[0] in found_in(sample[1], TOO_NEW_STYLE)


@pytest.mark.parametrize("script", PATIENT_SCRIPTS, ids=lambda path: path.name)
def test_a_patients_script_can_be_read_by_a_phone_of_2018(script: Path) -> None:
    assert found_in(bare(script.read_text(encoding="utf-8")), TOO_NEW) == []


@pytest.mark.parametrize("style", PATIENT_STYLES, ids=lambda path: path.name)
def test_a_patients_style_can_be_read_by_a_phone_of_2018(style: Path) -> None:
    plain = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found_in(plain, TOO_NEW_STYLE) == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*PATIENT_SCRIPTS, *PATIENT_STYLES, *TEMPLATES]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]|url\(|@import", text), path.name


def test_the_first_screen_weighs_at_most_60_kb_uncompressed() -> None:
    page = rendered("patient/form.html")
    with_script = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    assets = re.findall(r'(?:href|src)="/static/([^"]+)"', with_script)
    weight = len(page.encode()) + sum((STATIC / asset).stat().st_size for asset in assets)
    assert len(assets) > 5
    assert weight <= LARGEST_FIRST_SCREEN


def test_every_file_a_page_names_exists() -> None:
    for template in TEMPLATES:
        page = rendered(str(template.relative_to(WEB / "templates")))
        for asset in re.findall(r"/static/([\w./-]+)", page):
            assert (STATIC / asset).is_file(), asset


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_page_has_no_inline_script_or_style(template: Path) -> None:
    page = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_scripts_never_write_markup() -> None:
    for script in [*PATIENT_SCRIPTS, STATIC / "js" / "phone.js"]:
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script.read_text("utf-8")
        )
        assert found is None, script.name


@pytest.mark.parametrize("name", ["patient-texts.js", "phone-texts.js"])
def test_both_languages_say_the_same_things(name: str) -> None:
    said = texts(name)
    assert list(said) == ["fr", "en"]
    assert list(said["fr"]) == list(said["en"])
    for key, french in said["fr"].items():
        blanks = set(re.findall(r"\{\w+\}", french))
        assert french, key
        assert said["en"][key], key
        assert blanks == set(re.findall(r"\{\w+\}", said["en"][key])), key


def test_every_sentence_is_used_and_every_sentence_used_exists() -> None:
    scripts = "".join(path.read_text("utf-8") for path in PATIENT_SCRIPTS if path.name != "patient-texts.js")
    known = set(texts("patient-texts.js")["fr"])
    asked = set(re.findall(r'\bt\("(\w+)"', scripts))
    assert asked <= known
    assert {key for key in known if f'"{key}"' not in scripts} == set()


def test_the_patient_is_never_told_of_an_illness_a_drug_or_a_score() -> None:
    health = (
        r"cancer|tum(eu|o)r|maladie|disease|trait(e)?ment|treatment|ch[ie]mi?o|drug|\bscores?\b|douleur|pain"
    )
    for sentences in texts("patient-texts.js").values():
        for key, sentence in sentences.items():
            assert not re.search(health, sentence, flags=re.IGNORECASE), key


def test_french_sentences_keep_their_marks_on_the_same_line() -> None:
    for name in ("patient-texts.js", "phone-texts.js"):
        for key, sentence in texts(name)["fr"].items():
            assert not re.search(r" [:;?!»]|« ", sentence), key


def light(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def palette(scheme: str) -> dict[str, str]:
    """The colours of the light or the dark scheme by token name."""
    blocks = (STATIC / "css" / "tokens.css").read_text("utf-8").split("@media")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", blocks[0 if scheme == "light" else 1]))


# Text, its ground, and the least contrast: 7 for what a patient reads (AAA), 4.5 for the desk, 3 for edges of controls.
PAIRS = [
    *[
        (text, ground, 7.0)
        for text in ("ink", "ink-soft", "accent", "red")
        for ground in ("paper", "surface")
    ],
    *[("ink", ground, 7.0) for ground in ("accent-tint", "red-tint", "amber-tint", "green-tint")],
    ("accent-ink", "accent", 7.0),
    ("accent-ink", "accent-press", 7.0),
    ("amber-ink", "amber-tint", 7.0),
    ("green-ink", "green-tint", 7.0),
    *[(colour, f"{colour}-tint", 4.5) for colour in ("accent", "red", "amber", "green")],
    *[("border-strong", ground, 3.0) for ground in ("paper", "surface", "accent-tint")],
    *[("focus", ground, 3.0) for ground in ("paper", "surface")],
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]} on {pair[1]}")
def test_colours_can_be_read(scheme: str, pair: tuple[str, str, float]) -> None:
    colours = palette(scheme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= pair[2]


def test_the_skin_is_the_one_agreed() -> None:
    agreed = {"ink": "#1b2430", "paper": "#fbfaf7", "accent": "#0f5c63", "red": "#a4161a", "amber": "#8a5a00"}
    agreed |= {"green": "#1e6b3a", "border": "#d9d6cf"}
    assert agreed.items() <= palette("light").items()
    assert palette("light").keys() == palette("dark").keys()


def test_without_javascript_the_page_says_to_call_the_centre() -> None:
    spoken = "".join(re.findall(r"<noscript>.*?</noscript>", rendered("patient/form.html"), flags=re.DOTALL))
    assert "appelez votre centre" in spoken
    assert "call your centre" in spoken
    assert "tel:15" in spoken
    assert "tel:112" in spoken


def test_the_demonstration_says_that_its_patients_are_fictitious() -> None:
    assert "Démonstration – patients fictifs" in rendered("demo/phone.html")
