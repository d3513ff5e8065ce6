"""The shipped definitions with the amendments of tests/protocols beside them."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pro_service.store.catalogue import QUESTIONNAIRES, Catalogue, load_catalogue

AMENDMENTS = Path(__file__).parent / "protocols"
#: The same schedule as heroes-1 under another name.
SAME = 'extends = "heroes-1"\nversion = "heroes-1-again"\n'


def amended_folder(place: Path) -> Path:
    """A questionnaires folder at `place` that holds what is shipped and the amendments."""
    folder = Path(shutil.copytree(QUESTIONNAIRES, place / "questionnaires"))
    for path in AMENDMENTS.glob("*.toml"):
        shutil.copy(path, folder / "protocols")
    (folder / "protocols" / "heroes-1-again.toml").write_text(SAME, encoding="utf-8")
    return folder


@cache
def amended_catalogue() -> Catalogue:
    with TemporaryDirectory() as scratch:
        return load_catalogue(amended_folder(Path(scratch)))
