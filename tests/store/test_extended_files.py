"""What a protocol file extends, and where that is looked for."""

from pathlib import Path

from pro_service.store.catalogue import QUESTIONNAIRES
from pro_service.store.protocol_files import load_protocol


def test_a_file_lying_anywhere_extends_what_lies_beside_it_and_else_what_is_shipped(tmp_path: Path) -> None:
    own = tmp_path / "heroes-7.toml"
    own.write_text('extends = "heroes-1b"\nversion = "heroes-7"\n', encoding="utf-8")
    assert "M3" in _keys(own)
    shipped = (QUESTIONNAIRES / "protocols" / "heroes-1.toml").read_text(encoding="utf-8")
    (tmp_path / "heroes-1b.toml").write_text(
        shipped.replace('version = "heroes-1"', 'version = "heroes-1b"'), "utf-8"
    )
    assert "M3" not in _keys(own)


def _keys(path: Path) -> set[str]:
    return {point.key for rule in load_protocol(path).rules for point in rule.timepoints}
