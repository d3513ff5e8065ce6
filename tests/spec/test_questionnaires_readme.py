"""What questionnaires/README.md shows: its examples are right, and its list is that of the files."""

import re
import tomllib

from pro_service.core.instrument import Direction, parse_instrument
from pro_service.core.scoring import ScoringChoices, score_response
from pro_service.core.wording import check_texts
from pro_service.services.wordings.files import read_texts
from pro_service.store.catalogue import QUESTIONNAIRES, load_instruments


def test_the_worked_example_of_the_readme_is_right() -> None:
    text = (QUESTIONNAIRES / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- example:begin -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    instrument = parse_instrument(tomllib.loads(found[1]), source="README.md")
    scores = score_response(instrument, {"q1": 2, "q2": 3, "q4": 1}, choices=ScoringChoices())
    assert {each.scale: each.value for each in scores} == {"SLEEP": 75.0, "REST": 100.0, "TOTAL": 62.5}
    assert instrument.scale("TOTAL").direction is Direction.BETTER


def test_the_worked_wording_of_the_readme_is_right() -> None:
    text = (QUESTIONNAIRES / "README.md").read_text(encoding="utf-8")
    definition = re.search(r"<!-- example:begin -->\n```toml\n(.*?)```", text, re.DOTALL)
    wording = re.search(r"<!-- wording:begin -->\n```csv\n(.*?)```", text, re.DOTALL)
    assert definition is not None
    assert wording is not None
    instrument = parse_instrument(tomllib.loads(definition[1]), source="README.md")
    given = read_texts(wording[1].encode(), language="fr", source="README.md")
    texts, problems = check_texts(instrument, given, language="fr", source="README.md")
    assert problems == ()
    assert len(texts) == 20


def test_the_readme_lists_what_is_shipped() -> None:
    text = (QUESTIONNAIRES / "README.md").read_text(encoding="utf-8")
    for code, instrument in load_instruments().items():
        assert f"| `{code}` | {instrument.version} | " in text
        (line,) = [each for each in text.splitlines() if each.startswith(f"| `{code}` |")]
        assert instrument.status in line
        named = line.split("|")[3].split()
        assert named in ([], [scale.code for scale in instrument.scales])
