"""Finds what bin/node-packages unpacked of two npm packages: HL7's JSON schema of R4, and LHC-Forms."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "node"


def unpacked() -> Path:
    """The folder of the packages, fetched now if npm is here.

    Without npm, or where they cannot be fetched, the test is skipped; REQUIRE_NODE=1 makes that a failure.
    """
    if not (FOLDER / "ready").exists():
        lacking = _fetch()
        if lacking and os.environ.get("REQUIRE_NODE") == "1":
            pytest.fail(lacking)
        if lacking:
            pytest.skip(lacking)
    return FOLDER


def _fetch() -> str:
    """What went wrong, or nothing."""
    if shutil.which("npm") is None:
        return "npm is not there: install Debian's packages `nodejs` and `npm` for the tests of FHIR"
    try:
        done = subprocess.run(
            [ROOT / "bin" / "node-packages"], check=False, capture_output=True, text=True, timeout=120
        )
    except subprocess.TimeoutExpired:
        return "bin/node-packages did not end within two minutes"
    return f"bin/node-packages failed: {done.stderr[-500:]}" if done.returncode else ""
