"""Fixtures for every kind of test: databases of both engines, a browser, and how hard Hypothesis tries."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from pro_service.store.acting import acting_for, system
from tests import canaries, postgres
from tests.databases import ENGINES, Databases

RUN_FOLDER = "PRO_TEST_RUN_FOLDER"

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The same examples each time: a red build is about the change, not about luck. `--hypothesis-profile=thorough` looks
# for new ones.
settings.register_profile("steady", derandomize=True, max_examples=60, deadline=None, print_blob=True)
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process makes the folder that its workers share (and where the server will live)."""
    config.pluginmanager.register(canaries)
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(postgres.make_run_folder())
        # A time limit's TERM ends the run as Ctrl-C does, so that the server does not outlive it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN_FOLDER in os.environ:
        postgres.remove_run_folder(Path(os.environ.pop(RUN_FOLDER)))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases; for tests that need more than the one of `database` or `migrated_database`."""
    made = Databases(folder=Path(os.environ[RUN_FOLDER]), scratch=tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_url(databases: Databases) -> str:
    """The URL of a PostgreSQL server's maintenance database; there the tests may create databases."""
    if os.environ.get("PRO_TEST_WITHOUT_POSTGRES") == "1":
        pytest.skip("PRO_TEST_WITHOUT_POSTGRES=1: the tests on PostgreSQL were asked not to run")
    return databases.server


@pytest.fixture(autouse=True)
def the_tests_act() -> Iterator[None]:
    """What a test does itself, outside any request, job or command, is done by the system."""
    with acting_for(system("system:test")):
        yield


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each database engine in turn; PostgreSQL is started when the first test needs it."""
    if request.param == "postgresql":
        request.getfixturevalue("postgres_url")
    return str(request.param)


@pytest.fixture
def database(databases: Databases, engine_name: str) -> Iterator[str]:
    """The URL of an empty database of the test's own, on each engine in turn."""
    with databases.empty(engine_name) as url:
        yield url


@pytest.fixture
def migrated_database(databases: Databases, engine_name: str) -> Iterator[str]:
    """The URL of a database of the newest schema, the test's own, on each engine in turn."""
    with databases.migrated(engine_name) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the test is skipped, unless REQUIRE_BROWSER=1 makes that a failure."""
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is not there: install Debian's package `chromium`"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()
