"""Settings: what the environment may say, what is refused, and that nothing of a patient reaches a log."""

import logging
import os
import runpy
import stat
from pathlib import Path
from typing import Any

import pytest

from dueline import clock, environment

SETTINGS = Path(environment.__file__).with_name("settings.py")


@pytest.fixture
def set_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("DUELINE_HOME", str(tmp_path))

    def act(**variables: str) -> dict[str, Any]:
        for name, value in variables.items():
            monkeypatch.setenv(f"DUELINE_{name}", value)
        return runpy.run_path(str(SETTINGS))

    return act


def test_without_variables_the_site_is_closed_and_local(set_environment: Any) -> None:
    found = set_environment()
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["SESSION_COOKIE_SECURE"] is False


def test_public_site_requires_tls(set_environment: Any) -> None:
    found = set_environment(PUBLIC="yes", ALLOWED_HOSTS="ar.example.org")
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["ALLOWED_HOSTS"] == ["ar.example.org"]


def test_page_may_load_nothing_foreign_or_inline(set_environment: Any) -> None:
    policy = set_environment()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    sources = {source for values in policy.values() for source in values}
    assert sources == {"'self'", "'none'", "data:"}
    assert [name for name, values in policy.items() if "data:" in values] == ["img-src"]


REFUSED = {
    "debug maybe": {"DEBUG": "maybe"},
    "public 2": {"PUBLIC": "2"},
    "MySQL": {"DATABASE_URL": "mysql://u@h/d"},
    "no scheme": {"DATABASE_URL": "dueline.sqlite3"},
    "short key": {"SECRET_KEY": "secret"},
}


@pytest.mark.parametrize("variables", REFUSED.values(), ids=REFUSED)
def test_nonsense_is_refused_by_name(set_environment: Any, variables: dict[str, str]) -> None:
    with pytest.raises(
        environment.SettingError, match=f"DUELINE_{next(iter(variables))}: expected"
    ):
        set_environment(**variables)


def test_refusal_never_repeats_a_key_or_password(set_environment: Any) -> None:
    with pytest.raises(environment.SettingError) as caught:
        set_environment(DATABASE_URL="mysql://u:hunter2@h/d")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(environment.SettingError) as caught:
        set_environment(DATABASE_URL="sqlite:///x", SECRET_KEY="hunter2")
    assert "hunter2" not in str(caught.value)


DATABASES = {
    "sqlite": ("sqlite:////var/lib/d.sqlite3", {"NAME": "/var/lib/d.sqlite3"}),
    "postgresql": (
        "postgresql://ar:p%40ss@db:5433/dueline",
        {"USER": "ar", "PASSWORD": "p@ss", "HOST": "db", "PORT": "5433", "NAME": "dueline"},
    ),
    "socket": (
        "postgresql://ar@/dueline?host=/var/run/postgresql",
        {"HOST": "/var/run/postgresql", "PORT": "", "NAME": "dueline"},
    ),
}


@pytest.mark.parametrize(("url", "expected"), DATABASES.values(), ids=DATABASES)
def test_database_url(set_environment: Any, url: str, expected: dict[str, str]) -> None:
    database = set_environment(DATABASE_URL=url)["DATABASES"]["default"]
    assert {name: database[name] for name in expected} == expected


def test_secret_key_is_made_once_and_readable_by_its_owner_only(
    set_environment: Any, tmp_path: Path
) -> None:
    first = set_environment()["SECRET_KEY"]
    assert len(first) >= 50
    assert set_environment()["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert set_environment(SECRET_KEY="k" * 32)["SECRET_KEY"] == "k" * 32


def test_as_of_replays_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUELINE_AS_OF", "2026-03-09")
    assert clock.today().isoformat() == "2026-03-09"
    assert clock.now().astimezone(clock.BUSINESS_ZONE).date() == clock.today()
    monkeypatch.setenv("DUELINE_AS_OF", "09.03.2026")
    with pytest.raises(environment.SettingError, match="DUELINE_AS_OF: expected a date"):
        clock.today()


def test_log_tells_kind_and_place_of_an_error_but_not_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from django.conf import settings

    handler = logging.StreamHandler()
    config = settings.LOGGING
    assert config["handlers"]["console"]["filters"] == ["no_content"]
    assert all(logger["handlers"] == ["console"] for logger in config["loggers"].values())
    from dueline.logs import WithoutContent

    handler.addFilter(WithoutContent())
    logger = logging.Logger("django.request")
    logger.addHandler(handler)
    try:
        patient = "Ottoline Samplewood"
        raise ValueError(f"duplicate key: {patient}")
    except ValueError:
        logger.exception("Internal Server Error: %s", "/claims/7/")
    written = capsys.readouterr().err
    assert "Samplewood" not in written
    assert "Internal Server Error: /claims/7/ [ValueError at" in written
    assert f"{os.path.basename(__file__)}:" in written


@pytest.mark.django_db
def test_sign_in_locks_after_five_failures(rf: Any) -> None:
    from django.contrib.auth import authenticate

    from dueline.accounts.models import User

    User.objects.create_user("ana", password="the-right-password")
    request = rf.post("/sign-in/")
    for _ in range(5):
        assert authenticate(request, username="ana", password="wrong") is None
    assert authenticate(request, username="ana", password="the-right-password") is None
    other = rf.post("/sign-in/", REMOTE_ADDR="10.0.0.9")
    assert authenticate(other, username="ana", password="the-right-password") is not None
