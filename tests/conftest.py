"""Every test's ground: a home of its own, and the database that the run is about.

DUELINE_TEST_DATABASE_URL names a PostgreSQL server; without it SQLite files are used. Other DUELINE_*
variables of whoever runs the tests are taken away, so that no test can touch their data. The one stays,
since processes that share the tests are started from this one.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

_SERVER = "DUELINE_TEST_DATABASE_URL"
SERVER = os.environ.get(_SERVER, "")
for name in [name for name in os.environ if name.startswith("DUELINE_") and name != _SERVER]:
    del os.environ[name]

FOLDER = tempfile.TemporaryDirectory(prefix="dueline-tests-")
os.environ["DUELINE_HOME"] = str(Path(FOLDER.name, "home"))
os.environ["DUELINE_DATABASE_URL"] = SERVER or f"sqlite:///{FOLDER.name}/dueline.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dueline.settings")
Path(os.environ["DUELINE_HOME"]).mkdir()

# A busy machine must not fail a test for being slow once; a failure is found again by its printed blob.
hypothesis.settings.register_profile("suite", deadline=None, max_examples=60, print_blob=True)
hypothesis.settings.load_profile("suite")


def pytest_configure() -> None:
    """On SQLite, test on a file: memory would hide how writers wait for each other."""
    from django.conf import settings

    # Read here on either database: pytest-django starts Django only where settings were read.
    default = settings.DATABASES["default"]
    if not SERVER:
        default.setdefault("TEST", {})["NAME"] = f"{FOLDER.name}/test.sqlite3"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever opens a browser: it tells nothing about a database, and runs on one of them."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_unconfigure() -> None:
    """Remove the home and the databases of this run."""
    FOLDER.cleanup()


def _migrated(url: str, home: Path) -> None:
    """Make a database's tables as the first command does."""
    environment = {**os.environ, "DUELINE_HOME": str(home), "DUELINE_DATABASE_URL": url}
    command = [Path(sys.executable).with_name("dueline"), "practice", "list"]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the file, or on PostgreSQL the name, of a database with tables and no rows, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    if not SERVER:
        _migrated(f"sqlite:///{folder}/empty.sqlite3", folder)
        with closing(sqlite3.connect(folder / "empty.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield str(folder / "empty.sqlite3")
        return
    import psycopg

    name = f"empty_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        _migrated(SERVER.replace("/dueline?", f"/{name}?"), folder)
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(empty_database: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database of this test's own, for commands run as processes."""
    if not SERVER:
        shutil.copy(empty_database, tmp_path / "own.sqlite3")
        yield f"sqlite:///{tmp_path}/own.sqlite3"
        return
    import psycopg

    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {empty_database}")
        yield SERVER.replace("/dueline?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def command_environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Give the environment for running `dueline` as a process: own home, own empty database."""
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "DUELINE_HOME": str(home), "DUELINE_DATABASE_URL": database_url}
