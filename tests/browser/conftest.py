"""One served trial a module: browsers are slow to wait for, and every story has patients of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.world import World, live_a_little
from tests.databases import Databases
from tests.listening import served


@pytest.fixture(scope="module")
def world(databases: Databases, chromium: Browser) -> Iterator[World]:
    """The application, served, with nobody enrolled. It asks for the browser first: without one, nothing is built."""
    with databases.migrated("sqlite") as url, served(url) as fresh:
        yield World(trial=fresh, base_url=fresh.base_url)


@pytest.fixture(scope="module")
def lived_in(world: World) -> World:
    """The same after six weeks of trial."""
    live_a_little(world)
    return world
