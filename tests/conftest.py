"""Every test's ground: a home of its own, and the database that the run is about.

DUELINE_TEST_DATABASE_URL names a PostgreSQL server; without it SQLite files are used. Other DUELINE_*
variables of whoever runs the tests are taken away, so that no test can touch their data. The one stays,
since processes that share the tests are started from this one.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
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


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database of this test's own, for commands run as processes."""
    if not SERVER:
        yield f"sqlite:///{tmp_path}/own.sqlite3"
        return
    import psycopg

    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield SERVER.replace("/dueline?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def command_environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Give the environment for running `dueline` as a process: own home, own empty database."""
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "DUELINE_HOME": str(home), "DUELINE_DATABASE_URL": database_url}
