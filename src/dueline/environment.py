"""Typed readers of environment variables that refuse nonsense; what they read is listed in .env.example."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class SettingError(Exception):
    """An environment variable holds what it may not."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable; only 1, 0, yes, no, true, false are taken."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "yes", "true"}:
        return True
    if value in {"0", "no", "false"}:
        return False
    raise SettingError(f"{name}: expected yes or no, found {value!r}")


def home() -> Path:
    """Return the folder where Dueline keeps its files: DUELINE_HOME, else ~/.local/share/dueline."""
    value = text("DUELINE_HOME")
    return Path(value).expanduser() if value else Path.home() / ".local" / "share" / "dueline"


def database() -> dict[str, object]:
    """Return Django's settings for DUELINE_DATABASE_URL: sqlite:///FILE or postgresql://user:password@host:port/name.

    Without it the embedded database in DUELINE_HOME is used. A PostgreSQL socket folder is given as ?host=/folder.
    """
    url = text("DUELINE_DATABASE_URL") or f"sqlite:///{home() / 'dueline.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(url.removeprefix("sqlite:///"))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        query = parse_qs(parts.query)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", [parts.hostname or ""])[0],
            "PORT": str(parts.port or query.get("port", [""])[0]),
            "CONN_MAX_AGE": 60,
        }
    raise SettingError(
        "DUELINE_DATABASE_URL: expected sqlite:///FILE or postgresql://user:password@host/name, "
        f"found a {parts.scheme or 'missing'} scheme"
    )


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return a variable that is a whole number within limits."""
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
        return int(value)
    raise SettingError(
        f"{name}: expected a whole number from {least} to {most}, found {value[:20]!r}"
    )


def secret_key() -> str:
    """Return the key that signs sessions: DUELINE_SECRET_KEY, else one made once and kept in DUELINE_HOME."""
    given = text("DUELINE_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise SettingError(
                f"DUELINE_SECRET_KEY: expected 32 characters or more, found {len(given)}"
            )
        return given
    return _kept("secret_key", secrets.token_urlsafe(48))


def encryption_key() -> str:
    """Return the key that seals secrets: DUELINE_ENCRYPTION_KEY, else one made once and kept in DUELINE_HOME."""
    made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return text("DUELINE_ENCRYPTION_KEY") or _kept("encryption_key", made)


def _kept(name: str, made: str) -> str:
    """Return the key kept under this name in DUELINE_HOME; where there is none, keep the one just made."""
    path = home() / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(made)
        except FileExistsError:
            pass  # another process made it at the same moment
    return path.read_text()
