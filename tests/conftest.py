"""Every test's ground: a home of its own, and the database that the run is about.

DUELINE_TEST_DATABASE_URL names a PostgreSQL server; without it SQLite files are used. Other DUELINE_*
variables of whoever runs the tests are taken away, so that no test can touch their data. The one stays,
since processes that share the tests are started from this one.
"""

import fcntl
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
def empty_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """Give the file, or on PostgreSQL the name, of a database with tables and no rows, to be copied.

    Making its tables takes longer than most tests: the first process that asks makes it for all of the run.
    """
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    made = folder / "empty.made"
    with (folder / "empty.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(_make_empty(folder))
    return made.read_text()


def _make_empty(folder: Path) -> str:
    if not SERVER:
        path = folder / "empty.sqlite3"
        _migrated(f"sqlite:///{path}", folder)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return str(path)
    name = f"empty_{uuid.uuid4().hex}"  # stays with the server, which is this run's own
    _on_server(f"CREATE DATABASE {name}")
    _migrated(SERVER.replace("/dueline?", f"/{name}?"), folder)
    return name


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let pytest-django find its database with tables."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, empty_database: str
) -> Iterator[None]:
    """Copy the tables into the database that this process tests on."""
    from django.db import connection

    name = connection.creation._get_test_db_name()
    if not SERVER:
        shutil.copy(empty_database, name)
        yield
        return
    _on_server(f'DROP DATABASE IF EXISTS "{name}"')
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE {empty_database}')
    yield
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(empty_database: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database of this test's own, for commands run as processes."""
    if not SERVER:
        shutil.copy(empty_database, tmp_path / "own.sqlite3")
        yield f"sqlite:///{tmp_path}/own.sqlite3"
        return
    name = f"own_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {empty_database}")
    yield SERVER.replace("/dueline?", f"/{name}?")
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def command_environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Give the environment for running `dueline` as a process: own home, own empty database."""
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "DUELINE_HOME": str(home), "DUELINE_DATABASE_URL": database_url}
