"""Archives: out of one database and into a blank one, the same rows to the byte, whatever the databases (REG-14)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import null, select, text, update

from pro_service.services import archive, locks
from pro_service.services.csv_table import InputError
from pro_service.store.db import Base, db, reading
from pro_service.store.models import Assessment, Patient
from pro_service.store.signing import Signer
from tests.databases import ENGINES, Databases, owner_url
from tests.services.given import answer_all, change, invited_to_m15
from tests.trial import Trial, bare, trial

QUESTIONNAIRES = Path("questionnaires")


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """A trial with answers, scores, texts and a lock: triggers would refuse its rows anywhere else."""
    with trial(migrated_database) as made:
        answer_all(made, invited_to_m15(made))
        made.reply("bonjour")
        made.enrol("04-001", site="04", phone="+33639980002")
        change(made, update(Assessment).where(Assessment.id == 1).values(reason=null()))
        made.call(
            locks.lock_data,
            study_id=1,
            name="final",
            reason="final analysis begins",
            actor="dm",
            now=made.now,
        )
        yield made


def export(heroes: Trial, out: Path) -> archive.Archived:
    return heroes.call(archive.export_archive, heroes.installation, out=out, definitions=QUESTIONNAIRES)


def dump(heroes: Trial) -> bytes:
    return heroes.call(lambda: b"".join(archive.dump()))


@pytest.mark.parametrize("target", ENGINES)
def test_a_blank_installation_becomes_the_archived_one(
    heroes: Trial, databases: Databases, postgres_url: str, tmp_path: Path, target: str
) -> None:
    done = export(heroes, tmp_path / "archive")
    with databases.migrated(target) as url, bare(owner_url(url)) as blank:
        read = blank.call(archive.import_archive, source=tmp_path / "archive")
        assert read == done
        assert dump(blank) == dump(heroes)
        assert {table for table, rows in read.rows.items() if rows} >= {
            "patient",
            "answer",
            "score",
            "message",
        }
        with pytest.raises(Exception, match="locked"):
            blank.enrol("03-009", phone="+33639980009")
        blank.call(
            locks.ask_release,
            study_id=1,
            name="final",
            reason="a late paper form",
            hours=None,
            actor="dm",
            now=blank.now,
        )
        blank.call(locks.confirm_release, study_id=1, name="final", actor="admin", now=blank.now)
        blank.enrol("03-009", phone="+33639980009")
        again = tmp_path / "again"
        export(blank, again)
        assert (again / "tables" / "answer.jsonl").read_bytes() == (
            tmp_path / "archive" / "tables" / "answer.jsonl"
        ).read_bytes()


def test_no_trigger_and_no_counter_is_lost_on_the_way(
    heroes: Trial, databases: Databases, postgres_url: str, tmp_path: Path
) -> None:
    export(heroes, tmp_path / "archive")
    engine = heroes.app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0]
    with databases.migrated(engine) as url, bare(owner_url(url)) as blank:
        before = triggers(blank)
        assert before
        blank.call(archive.import_archive, source=tmp_path / "archive")
        assert triggers(blank) == before


def triggers(made: Trial) -> list[tuple[object, ...]]:
    with made.app.app_context(), reading() as session:
        if db.engine.dialect.name == "sqlite":
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        else:
            found = (
                "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
                " WHERE NOT tgisinternal ORDER BY 1, 2"
            )
        return [tuple(row) for row in session.execute(text(found))]


def test_null_and_a_json_null_stay_two_things(heroes: Trial, databases: Databases, tmp_path: Path) -> None:
    table = Assessment.__table__
    with heroes.app.app_context(), reading() as session:
        nulls = session.scalars(select(table.c.id).where(table.c.reason.is_(None)).order_by(table.c.id)).all()
    assert nulls
    export(heroes, tmp_path / "archive")
    with databases.migrated("sqlite") as url, bare(owner_url(url)) as blank:
        blank.call(archive.import_archive, source=tmp_path / "archive")
        with blank.app.app_context(), reading() as session:
            after = session.scalars(
                select(table.c.id).where(table.c.reason.is_(None)).order_by(table.c.id)
            ).all()
    assert after == nulls


def test_the_archive_has_the_definitions_and_the_ids_of_keys_and_no_key(
    heroes: Trial, tmp_path: Path
) -> None:
    export(heroes, tmp_path / "archive")
    manifest = json.loads((tmp_path / "archive" / "manifest.json").read_text())
    assert manifest["master_key_ids"] == [1]
    assert manifest["key_id"] == heroes.installation.signer.key_id
    assert manifest["rows"].keys() == {table.name for table in Base.metadata.sorted_tables}
    assert (tmp_path / "archive" / "definitions" / "protocols" / "heroes-1.toml").is_file()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "archive").rglob("*") if path.is_file())
    assert b"k" * 32 not in everything
    assert b"639980001" not in everything, "a telephone number leaves the service sealed or not at all"


@pytest.mark.parametrize(
    "name", ["tables/answer.jsonl", "definitions/protocols/heroes-1.toml", "manifest.json"]
)
def test_an_altered_archive_is_refused_whole(
    heroes: Trial, databases: Databases, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "archive"
    export(heroes, out)
    body = bytearray((out / name).read_bytes())
    body[len(body) // 2] ^= 1
    (out / name).write_bytes(bytes(body))
    with databases.migrated("sqlite") as url, bare(owner_url(url)) as blank:
        with pytest.raises(InputError):
            blank.call(archive.import_archive, source=out)
        assert sum(blank.counts().values()) == 0


@pytest.mark.parametrize("change", ["missing", "added", "other key", "other schema", "nothing"])
def test_what_is_not_the_archive_that_was_written_is_refused(
    heroes: Trial, databases: Databases, tmp_path: Path, change: str
) -> None:
    out = tmp_path / "archive"
    export(heroes, out)
    verifier = Signer(seed=b"x" * 32).verifier if change == "other key" else None
    if change == "missing":
        (out / "tables" / "score.jsonl").unlink()
    if change == "added":
        (out / "tables" / "more.jsonl").write_bytes(b"")
    if change == "other schema":
        signed_anew(heroes, out, schema="0001")
    source = tmp_path / "absent" if change == "nothing" else out
    with databases.migrated("sqlite") as url, bare(owner_url(url)) as blank:
        with pytest.raises(InputError):
            blank.call(archive.import_archive, source=source, verifier=verifier)
        assert sum(blank.counts().values()) == 0


def signed_anew(heroes: Trial, out: Path, **over: object) -> None:
    manifest = json.loads((out / "manifest.json").read_text()) | over
    content = json.dumps(manifest).encode()
    (out / "manifest.json").write_bytes(content)
    (out / "manifest.sig").write_bytes(heroes.installation.signer.sign(content))


def test_a_database_that_holds_anything_is_no_target(heroes: Trial, tmp_path: Path) -> None:
    export(heroes, tmp_path / "archive")
    before = dump(heroes)
    with pytest.raises(InputError, match="not blank"):
        heroes.call(archive.import_archive, source=tmp_path / "archive")
    assert dump(heroes) == before


def test_the_services_own_role_cannot_put_rows_in_past_the_triggers(
    heroes: Trial, databases: Databases, postgres_url: str, tmp_path: Path
) -> None:
    export(heroes, tmp_path / "archive")
    with databases.migrated("postgresql") as url, bare(url) as blank:
        with pytest.raises(InputError, match="belongs to another role"):
            blank.call(archive.import_archive, source=tmp_path / "archive")
        assert sum(blank.counts().values()) == 0


def test_a_row_that_fails_leaves_the_target_blank(
    heroes: Trial, databases: Databases, tmp_path: Path
) -> None:
    out = tmp_path / "archive"
    export(heroes, out)
    file = out / "tables" / "score.jsonl"
    file.write_bytes(file.read_bytes() + b'{"odd":1}\n')
    manifest = json.loads((out / "manifest.json").read_text())
    files = manifest["files"] | {"tables/score.jsonl": archive._sha256(file)}
    signed_anew(heroes, out, files=files)
    with databases.migrated("sqlite") as url, bare(owner_url(url)) as blank:
        with pytest.raises(InputError, match="none of this schema"):
            blank.call(archive.import_archive, source=out)
        assert sum(blank.counts().values()) == 0


def test_the_commands_export_import_and_dump(heroes: Trial, databases: Databases, tmp_path: Path) -> None:
    out = tmp_path / "archive"
    done = heroes.app.test_cli_runner().invoke(args=["archive", "export", str(out)])
    assert done.exit_code == 0, done.output
    assert heroes.app.test_cli_runner().invoke(args=["archive", "export", str(out)]).exit_code == 2
    whole = heroes.app.test_cli_runner().invoke(args=["archive", "dump"]).stdout_bytes
    with databases.migrated("sqlite") as url, bare(owner_url(url)) as blank:
        runner = blank.app.test_cli_runner()
        key = heroes.installation.signer.verifier.text
        taken = runner.invoke(args=["archive", "import", str(out), "--public-key", key])
        assert taken.exit_code == 0, taken.output
        assert runner.invoke(args=["archive", "dump"]).stdout_bytes == whole
        assert runner.invoke(args=["archive", "import", str(out)]).exit_code == 2


def test_rows_come_in_the_same_order_whatever_the_database_thinks_of_letters(heroes: Trial) -> None:
    with heroes.app.app_context(), reading() as session:
        codes = session.scalars(select(Patient.code).order_by(Patient.id)).all()
    shown = [json.loads(line)["code"] for line in patients(dump(heroes))]
    assert shown == list(codes)


def patients(whole: bytes) -> list[bytes]:
    after = whole.split(b"-- patient\n", 1)[1].splitlines()
    return after[: next(place for place, line in enumerate(after) if line.startswith(b"-- "))]
