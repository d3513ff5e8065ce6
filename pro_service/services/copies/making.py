"""Makes certified copies: the tables of a study parted by site, a PDF, a signed manifest, one file a site."""

import fcntl
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from pro_service.services.copies.manifest import MANIFEST, SIGNATURE, write_manifest
from pro_service.services.copies.pdf import write_pdf
from pro_service.services.copies.shelf import copies_of, file_name, shelf_of
from pro_service.services.copies.tables import write_tables
from pro_service.services.exports.contents import Contents
from pro_service.services.installation import Installation
from pro_service.services.refusals import NotFoundError
from pro_service.store.canonical import instant
from pro_service.store.db import Session, reading
from pro_service.store.queries import dataset, studies

#: Copies are made once a day, from this hour on (UTC): at night where the trial's sites are.
_FROM = time(1, 0)
_LOOKED = "looked-at"  # on which day the copies of a study were last made


@dataclass(frozen=True, kw_only=True)
class Made:
    """The copy of one site. `new` is false if nothing has changed since the newest one, which then stands for today."""

    site: str
    path: Path
    new: bool


def make_if_due(installation: Installation, *, now: datetime) -> tuple[Made, ...]:
    """The night's copies of every study, once a day however often and wherever this is asked."""
    if now.time() < _FROM:
        return ()
    with reading() as session:
        codes = dataset.study_codes(session)
    made: list[Made] = []
    for code in codes:
        if _looked_at(installation.copies, code) != now.date().isoformat():
            made += make_copies(installation, study=code, now=now)
    return tuple(made)


def make_copies(
    installation: Installation, *, study: str, site: str | None = None, now: datetime
) -> tuple[Made, ...]:
    """Copies of every site of a study, or of one. NotFoundError for a study or site that is not here.

    A copy appears complete or not at all; one that is there is never changed.
    """
    home = installation.copies / study
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(home), tempfile.TemporaryDirectory(dir=home, prefix=".making-") as name:
        work = Path(name)
        with reading() as session:
            dataset.hold_still(session)
            contents = _contents(session, installation, study)
            sites = _sites(session, contents, site)
            folders = {code: work / code for code in sites}
            for folder in folders.values():
                folder.mkdir()
            write_tables(contents, folders=folders)
            versions = _versions(contents)
        made = tuple(
            _finished(installation, contents, folder, site=code, versions=versions, on=now.date())
            for code, folder in folders.items()
        )
        if site is None:
            (home / _LOOKED).write_text(now.date().isoformat(), encoding="ascii")
        return made


def _contents(session: Session, installation: Installation, study: str) -> Contents:
    found = dataset.study(session, study)
    if found is None:
        raise NotFoundError(f"study {study}")
    return Contents(
        session=session,
        catalogue=installation.catalogue,
        rule_version=installation.rule_version,
        study=found,
        cut_off=dataset.newest_instant(session, found.id),
    )


def _sites(session: Session, contents: Contents, only: str | None) -> list[str]:
    codes = [one.code for one in studies.sites(session, studies.site_ids_of(session, contents.study.id))]
    if only is None:
        return codes
    if only not in codes:
        raise NotFoundError(f"site {only}")
    return [only]


def _versions(contents: Contents) -> Mapping[str, list[str]]:
    definition = contents.definition()
    return {
        "protocols": [protocol.version for protocol in definition.protocols],
        "instruments": [f"{each.code} {each.version}" for each in definition.instruments],
    }


def _finished(
    installation: Installation,
    contents: Contents,
    folder: Path,
    *,
    site: str,
    versions: Mapping[str, list[str]],
    on: date,
) -> Made:
    study = contents.study.code
    write_pdf(folder, study=study, site=site, cut_off=instant(contents.cut_off))
    digest = write_manifest(
        folder,
        signer=installation.signer,
        study=study,
        site=site,
        cut_off=contents.cut_off,
        rule_version=contents.rule_version,
        trail=None,
        versions=versions,
    )
    shelf = shelf_of(installation.copies, study=study, site=site)
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = next(iter(copies_of(installation.copies, study=study, site=site)), None)
    if newest is not None and newest.digest == digest[:12]:
        return Made(site=site, path=shelf / newest.name, new=False)
    return Made(site=site, path=_zipped(folder, shelf / file_name(on=on, digest=digest)), new=True)


def _zipped(folder: Path, path: Path) -> Path:
    """One file with the same bytes for the same content; it takes its name once it is whole and on the disk."""
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        names = sorted(each.name for each in folder.iterdir())
        for name in (MANIFEST, SIGNATURE, *(each for each in names if each not in (MANIFEST, SIGNATURE))):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with (folder / name).open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    partial.chmod(0o400)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.rename(path)
    return path


def _looked_at(copies: Path, study: str) -> str:
    note = copies / study / _LOOKED
    return note.read_text(encoding="ascii") if note.is_file() else ""


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Of all processes on this disk, one makes the copies of a study; the others wait for it."""
    with ExitStack() as stack:
        lock = stack.enter_context((home / ".lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
