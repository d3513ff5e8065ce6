"""The files wording comes in: CSV as programs write it, XLIFF 1.2 and 2.0, and whatever else somebody may bring."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pro_service.core.definition import Problem
from pro_service.core.wording import Given
from pro_service.services.csv_table import InputError
from pro_service.services.wordings.files import read_texts

V12 = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="x" source-language="en" target-language="fr-FR" datatype="plaintext"><body>
  <trans-unit id="item.q1"><source>Waking</source><target state="final">Réveils &amp; co</target>
   <alt-trans><source>Waking up</source><target>Lever</target></alt-trans></trans-unit>
  <trans-unit id="7" resname="option.q1.1"><source>No</source><target>Non</target></trans-unit>
 </body></file></xliff>"""
V20 = """<xliff version="2.0" srcLang="en" trgLang="fr" xmlns="urn:oasis:names:tc:xliff:document:2.0">
 <file id="f"><unit id="item.q1"><segment state="final"><source>Waking</source><target>Réveils</target></segment></unit>
 <unit id="u2" name="option.q1.1"><segment><source>No</source><target>Non</target></segment></unit></file></xliff>"""


def read(data: bytes | str, language: str = "fr") -> list[tuple[str, str]]:
    raw = data.encode() if isinstance(data, str) else data
    return [(each.key, each.text) for each in read_texts(raw, language=language, source="f")]


def refusal(data: bytes | str, language: str = "fr") -> str:
    with pytest.raises(InputError) as refused:
        read(data, language)
    assert all(each.place and each.message and each.cure for each in refused.value.problems)
    return str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        "key,text\nitem.q1,Réveils\noption.q1.1,Non\n".encode(),
        b"\xef\xbb\xbf" + "Key;Text\r\nitem.q1;Réveils\r\noption.q1.1;Non\r\n".encode(),
        "key;text;;\nitem.q1;Réveils;;\noption.q1.1;Non;;\n".encode("cp1252"),
        "key\ttext\nitem.q1\tRéveils\noption.q1.1\tNon\n".encode("utf-16"),
        "key,topic,text,language\nitem.q1,ours,Réveils,fr\n\noption.q1.1,,Non,\n".encode(),
    ],
    ids=["plain", "French Excel", "Windows", "Unicode text", "template"],
)
def test_csv_is_read_as_programs_write_it(data: bytes) -> None:
    assert read(data) == [("item.q1", "Réveils"), ("option.q1.1", "Non")]


def test_rows_are_numbered_as_a_spreadsheet_does_and_languages_noted() -> None:
    rows = read_texts(
        b'key,text,language\n\ntitle,"two\nlines",\nrecall,x,en\n', language="fr", source="f.csv"
    )
    assert rows == (
        Given(place="f.csv: row 3", key="title", text="two\nlines"),
        Given(place="f.csv: row 4", key="recall", text="x", language="en"),
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty"),
        ("text\nx\n", "has no column 'key'"),
        ("key,words\na,b\n", "column words: is unknown; remove it"),
        ("key,text\na\n", "row 2: has 1 cells where the header has 2"),
        ('key,text\n"a,b\n', "is no CSV"),
        (b"PK\x03\x04rest", "is a workbook or archive"),
        (b"\x81\x8d\x8f", "is no text in a known encoding"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_cure(data: bytes | str, said: str) -> None:
    assert said in refusal(data)


def test_a_file_too_large_for_a_questionnaire_is_not_read() -> None:
    assert "has 5000001 bytes" in refusal(b"x" * 5_000_001)


def test_xliff_gives_its_targets_under_the_names_of_its_units() -> None:
    assert read(V12) == [("item.q1", "Réveils & co"), ("option.q1.1", "Non")]
    assert read(V20) == [("item.q1", "Réveils"), ("option.q1.1", "Non")]
    assert read(V20.encode("utf-16")) == read(V20)


def test_xliff_gives_its_sources_where_these_are_in_the_language_asked_for() -> None:
    assert read(V12, "en") == [("item.q1", "Waking"), ("option.q1.1", "No")]
    only_source = V20.replace('trgLang="fr" ', "")
    assert read(only_source, "en") == [("item.q1", "Waking"), ("option.q1.1", "No")]


def test_xliff_in_another_language_says_so() -> None:
    (row, *_) = read_texts(V20.replace('"fr"', '"de"').encode(), language="fr", source="f")
    assert row.language == "de"


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        (
            "Réveils",
            "Ré<g id='1'>veils</g>",
            "'item.q1' holds markup; write its text without inline elements",
        ),
        ('state="final"', 'state="initial"', "'item.q1' is marked as unfinished"),
        (
            "</segment></unit>\n",
            "</segment><segment><source>b</source></segment></unit>\n",
            "cut into 2 segments",
        ),
        ("</file>", "", "is no XML"),
        ("xliff", "xlaff", "is XML, but no XLIFF"),
    ],
)
def test_a_unit_that_cannot_be_taken_as_it_stands_is_refused_with_its_row(
    found: str, instead: str, said: str
) -> None:
    assert said in refusal(V20.replace(found, instead))


def test_no_outside_entity_is_opened(tmp_path: object) -> None:
    secret = f"{tmp_path}/secret"
    attack = f'<!DOCTYPE xliff [<!ENTITY x SYSTEM "file://{secret}">]>' + V20.replace("Réveils", "&x;")
    assert refusal(attack) == "f: row 1: declares a document type; remove the line that begins with <!DOCTYPE"


def test_entities_that_multiply_are_refused_before_they_do() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    attack = f'<!DOCTYPE xliff [<!ENTITY l0 "ha">{laughs}]>' + V20.replace("Réveils", "&l29;")
    assert "declares a document type" in refusal(attack)
    assert "is no XML: undefined entity" in refusal(V20.replace("Réveils", "&l29;"))


def test_an_xml_nested_without_end_or_in_no_encoding_is_refused() -> None:
    assert "is no XML" in refusal("<a>" * 400_000)
    assert "is no XML" in refusal('<?xml version="1.0" encoding="utf-7"?><xliff/>')
    assert "is no XML" in refusal('<?xml version="1.0" encoding="none-such"?><xliff/>')


_PIECES = (
    "<xliff>",
    "</xliff>",
    "<file>",
    "<unit id='a'>",
    "</unit>",
    "<target>",
    "</target>",
    "<source/>",
    "x",
)
_TRAPS = (
    "&#1;",
    "&x;",
    "é",
    "\x00",
    "<!DOCTYPE a>",
    "<?xml version='1.0' encoding='big5'?>",
    "<![CDATA[",
    "]]>",
)
_XMLISH = st.lists(st.sampled_from(_PIECES + _TRAPS), max_size=20).map(
    lambda parts: ("<xliff version='2.0'>" + "".join(parts)).encode()
)
_TABLEISH = st.lists(
    st.sampled_from(["key", "text", ",", ";", "\n", "\r", '"', "\t", "item.q1", "é", "\x00", "\ufeff", " "]),
    max_size=40,
).map(lambda parts: "".join(parts).encode())


@given(
    st.one_of(
        st.binary(max_size=300),
        _XMLISH,
        _TABLEISH,
        st.text(max_size=100).map(lambda t: t.encode("utf-8", "ignore")),
    )
)
@example(b"<\x00")
@example(b"\xff\xfe<\x00a\x00")
@example(b"\xff\xfe")
@example(b"key,text\r\r\n")
def test_any_bytes_are_read_or_refused_with_a_list_and_nothing_else_happens(data: bytes) -> None:
    try:
        found: tuple[object, ...] = read_texts(data, language="fr", source="f")
    except InputError as refused:
        found = refused.problems or (None,)
    assert all(isinstance(each, Given | Problem) for each in found)
