"""The button by which a site makes the copy that a patient asked for."""

import io
import re
import zipfile

from tests.services.given import invited_to_m15
from tests.trial import Trial, trial


def press(heroes: Trial, login: str, code: str) -> tuple[int, bytes]:
    desk = heroes.logged_in(login)
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get("/staff/enrol").get_data(as_text=True))
    assert token is not None
    answer = desk.post(f"/staff/patients/{code}/own-copy", data={"csrf_token": token[1]})
    return answer.status_code, answer.get_data()


def test_a_site_hands_out_its_own_patients_copies_and_nobody_elses(migrated_database: str) -> None:
    """A patient of another site is as absent as one that does not exist."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        page = heroes.logged_in().get("/staff/patients/03-001").get_data(as_text=True)
        assert "/staff/patients/03-001/own-copy" in page
        status, content = press(heroes, "nurse", "03-001")
        assert status == 200
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            assert {"data.json", "a-lire.html", "message.csv"} <= set(files.namelist())
        assert press(heroes, "other", "03-001")[0] == press(heroes, "other", "03-999")[0] == 404
