"""Certified copies: whole, signed, the same bytes for the same data, and for the site's own people alone (REG-07)."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pro_service.entrypoints.wiring import EXTENSION
from pro_service.services import copies, locks
from pro_service.services.copies import CopyFault, Made
from pro_service.services.patients import enrolment
from pro_service.services.refusals import NotFoundError
from pro_service.store.signing import Signer
from tests.services.given import answer_all, invited_to_m15
from tests.trial import PASSWORD, PHONE, SECRET, STUDY, Trial, trial


@pytest.fixture
def heroes(migrated_database: str, tmp_path: Path) -> Iterator[Trial]:
    """A patient of site 03 who has answered, one of site 04; copies lie in a folder of the test's."""
    with trial(migrated_database) as made:
        wiring = made.app.extensions[EXTENSION]
        own = replace(wiring.installation, copies=tmp_path / "copies")
        made.app.extensions[EXTENSION] = replace(wiring, installation=own)
        answer_all(made, invited_to_m15(made))
        made.enrol("04-001", site="04", phone="+33639980002")
        yield made


def make(heroes: Trial, **over: object) -> dict[str, Made]:
    made = heroes.call(copies.make_copies, heroes.installation, study=STUDY, now=heroes.now, **over)
    return {one.site: one for one in made}


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{table}.csv"].decode())))


def test_a_copy_holds_the_sites_own_data_and_no_other_sites_and_no_contact(heroes: Trial) -> None:
    made = make(heroes)
    assert set(made) == {"03", "04"}
    own, others = content(made["03"].path), content(made["04"].path)
    assert {row["patient"] for row in rows(own, "patients")} == {"03-001"}
    assert {row["patient"] for row in rows(others, "patients")} == {"04-001"}
    assert len(rows(own, "items")) > 50
    assert rows(others, "items") == []
    assert own["heroes-03.pdf"].startswith(b"%PDF")
    for name, body in own.items():
        assert b"04-001" not in body, name
        assert PHONE.encode() not in body, name


def test_the_manifest_names_every_file_and_the_public_key_alone_verifies_it(heroes: Trial) -> None:
    path = make(heroes)["03"].path
    verifier = heroes.installation.signer.verifier
    manifest = copies.check_copy(path, verifier=verifier)
    assert (manifest["study"], manifest["site"], manifest["key_id"]) == (STUDY, "03", verifier.key_id)
    assert manifest["protocols"] == ["heroes-1"]
    listed = {one["name"] for one in manifest["files"]}
    assert listed == set(content(path)) - {"manifest.json", "manifest.sig"}
    with pytest.raises(CopyFault, match="not signed"):
        copies.check_copy(path, verifier=Signer(seed=b"x" * 32).verifier)


@pytest.mark.parametrize("name", ["scores.csv", "manifest.json", "manifest.sig", "heroes-03.pdf"])
def test_a_flipped_byte_in_any_file_is_found(heroes: Trial, tmp_path: Path, name: str) -> None:
    files = content(make(heroes, site="03")["03"].path)
    body = bytearray(files[name])
    body[len(body) // 2] ^= 1
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(altered, "w") as archive:
        for each, whole in files.items():
            archive.writestr(each, bytes(body) if each == name else whole)
    with pytest.raises(CopyFault):
        copies.check_copy(altered, verifier=heroes.installation.signer.verifier)


@pytest.mark.parametrize("change", ["missing", "added", "cut"])
def test_a_copy_that_lacks_or_has_more_than_its_manifest_says_is_found(
    heroes: Trial, tmp_path: Path, change: str
) -> None:
    path = make(heroes, site="03")["03"].path
    altered = tmp_path / "altered.zip"
    files = content(path)
    if change == "missing":
        del files["scores.csv"]
    if change == "added":
        files["more.csv"] = b"x"
    with zipfile.ZipFile(altered, "w") as archive:
        for each, whole in files.items():
            archive.writestr(each, whole)
    if change == "cut":
        altered.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(CopyFault):
        copies.check_copy(altered, verifier=heroes.installation.signer.verifier)


def test_the_same_data_give_the_same_bytes_and_no_second_copy(heroes: Trial) -> None:
    first = make(heroes)["03"]
    assert first.new
    again = make(heroes)["03"]
    assert (again.new, again.path) == (False, first.path)
    before = first.path.read_bytes()
    first.path.unlink()
    assert make(heroes)["03"].path.read_bytes() == before


def test_a_change_makes_a_further_copy_and_leaves_the_earlier_one(heroes: Trial) -> None:
    first = make(heroes)["03"].path
    heroes.now += timedelta(days=1)
    heroes.enrol("03-002", phone="+33639980003")
    second = make(heroes)["03"]
    assert second.new
    assert first.exists()
    found = copies.copies_of(heroes.installation.copies, study=STUDY, site="03")
    assert [one.name for one in found] == [second.path.name, first.name]


def test_the_night_makes_them_once(heroes: Trial) -> None:
    heroes.now = heroes.now.replace(hour=0, minute=30)
    assert heroes.call(copies.make_if_due, heroes.installation, now=heroes.now) == ()
    heroes.now = heroes.now.replace(hour=3)
    assert len(heroes.call(copies.make_if_due, heroes.installation, now=heroes.now)) == 2
    heroes.enrol("03-002", phone="+33639980003")
    assert heroes.call(copies.make_if_due, heroes.installation, now=heroes.now) == ()
    heroes.now += timedelta(days=1)
    made = heroes.call(copies.make_if_due, heroes.installation, now=heroes.now)
    assert {one.site for one in made} == {"03", "04"}
    assert {one.new for one in made if one.site == "03"} == {True}


@pytest.mark.parametrize("over", [{"site": "99"}, {"study": "absent"}])
def test_what_is_not_here_cannot_be_copied(heroes: Trial, over: dict[str, str]) -> None:
    with pytest.raises(NotFoundError):
        heroes.call(
            copies.make_copies, heroes.installation, now=heroes.now, **{"study": STUDY, "site": None} | over
        )


def hire(heroes: Trial, login: str, role: str) -> None:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login=login,
        name=login,
        role=role,
        sites=("03",) if role == "data_manager" else (),
        password=PASSWORD,
        totp_secret=SECRET,
        phone=None,
        now=heroes.now,
    )


def test_a_sites_people_take_their_copy_also_under_a_lock_and_nobody_else_sees_any(heroes: Trial) -> None:
    name = make(heroes)["03"].path.name
    heroes.call(
        locks.lock_data, study_id=1, name="final", reason="final analysis begins", actor="dm", now=heroes.now
    )
    nurse = heroes.logged_in("nurse")
    page = nurse.get("/staff/copies").get_data(as_text=True)
    assert name in page
    assert "04" not in re.findall(r'href="/staff/copies/(\d+)/', page)
    taken = nurse.get(f"/staff/copies/03/files/{name}")
    assert (taken.status_code, taken.mimetype) == (200, "application/zip")
    assert zipfile.ZipFile(io.BytesIO(taken.data)).testzip() is None
    taken.close()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    assert nurse.post("/staff/copies/03", data={"csrf_token": token[1]}).status_code == 303
    other = copies.copies_of(heroes.installation.copies, study=STUDY, site="04")[0].name
    for path in (
        f"/staff/copies/04/files/{other}",
        f"/staff/copies/03/files/{other}",
        "/staff/copies/03/files/..%2f04",
    ):
        assert nurse.get(path).status_code == 404, path
    for role in ("data_manager", "administrator"):
        hire(heroes, role, role)
        sponsor = heroes.logged_in(role)
        for path in ("/staff/copies", f"/staff/copies/03/files/{name}"):
            assert sponsor.get(path).status_code == 403, (role, path)
        with_token = {"headers": {"X-CSRF-Token": sponsor.get("/api/v1/session").get_json()["csrf_token"]}}
        assert sponsor.post("/staff/copies/03", data={}, **with_token).status_code == 403
    assert heroes.client().get("/staff/copies").status_code == 303, "a stranger logs in first"


def test_the_commands_make_and_verify(heroes: Trial, tmp_path: Path) -> None:
    runner = heroes.app.test_cli_runner()
    made = runner.invoke(args=["copies", "make", STUDY, "--site", "03"])
    assert made.exit_code == 0, made.output
    path = Path(made.stdout.strip())
    key = heroes.installation.signer.verifier.text
    right = runner.invoke(args=["copies", "verify", str(path), "--public-key", key])
    assert (right.exit_code, "site 03" in right.stdout) == (0, True)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(path.read_bytes()[:500])
    wrong = runner.invoke(args=["copies", "verify", str(path), str(broken)])
    assert wrong.exit_code == 1
    assert "broken.zip" in wrong.stderr
    assert runner.invoke(args=["copies", "make", STUDY, "--site", "99"]).exit_code == 2
    assert json.loads(content(path)["manifest.json"])["audit_head"] is None
