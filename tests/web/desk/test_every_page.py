"""What every page of the desk promises: its language, labels, a token in every form, and nothing left unsaid."""

import re
from html.parser import HTMLParser
from itertools import pairwise

from tests.web.desk.pages import (
    both_languages,
    every_page,
    rendered,
)


class Outline(HTMLParser):
    """The elements of a page in order, as (tag, attributes)."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, *tags):
        return [attributes for tag, attributes in self.found if tag in tags]


@every_page
@both_languages
def test_a_page_says_its_language_and_has_one_first_heading(name, language):
    outline = Outline(rendered(name, language))
    assert outline.all("html")[0]["lang"] == language
    assert len(outline.all("h1")) == 1


@every_page
def test_headings_skip_no_level(name):
    levels = [int(tag[1]) for tag, _ in Outline(rendered(name)).found if re.fullmatch(r"h[1-6]", tag)]
    page_levels = levels[levels.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(page_levels))


@every_page
def test_every_form_that_writes_carries_the_token(name):
    page = rendered(name)
    posts = re.findall(r'<form[^>]*method="post".*?</form>', page, flags=re.DOTALL)
    assert posts  # at least the change of language
    assert all('<input type="hidden" name="csrf_token" value="t0ken">' in form for form in posts)


@every_page
def test_every_field_has_a_label(name):
    page = rendered(name)
    outline = Outline(page)
    labelled = {attributes.get("for") for attributes in outline.all("label")}
    wrapped = " ".join(re.findall(r"<label[^>]*>.*?</label>", page, flags=re.DOTALL))
    fields = [one for one in outline.all("input", "select", "textarea") if one.get("type") != "hidden"]
    assert all(
        one.get("id") in labelled or f'name="{one.get("name")}"' in wrapped or "data-keys-on" in one
        for one in fields
    )


@every_page
def test_ids_are_unique_and_whatever_describes_exists(name):
    outline = Outline(rendered(name))
    ids = [attributes["id"] for _, attributes in outline.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {"aria-describedby", "aria-labelledby", "for"}
    asked = {
        one
        for _, attributes in outline.found
        for key in named & set(attributes)
        for one in attributes[key].split()
    }
    assert asked <= set(ids)


@every_page
def test_no_page_styles_or_scripts_inline_or_asks_another_host(name):
    page = rendered(name)
    assert not re.search(r'\sstyle=|<style|\son[a-z]+="|<script(?![^>]* src=)', page)
    hosts = set(re.findall(r'https?://[^"\s]+', page)) - {"http://www.w3.org/2000/svg"}
    assert not hosts


@every_page
def test_every_list_of_the_desk_says_what_it_leaves_out(name):
    page = rendered(name)
    if name in ("work list", "empty work list"):
        assert page.count('class="left-out"') == 5
    if name in ("checks", "nothing to check"):
        assert page.count('class="left-out"') == 4
    if name == "patient":
        assert page.count('class="left-out"') >= 3
    if name in ("visits", "no visits"):
        assert page.count('class="left-out"') == 2
