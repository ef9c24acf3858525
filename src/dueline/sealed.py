"""Secrets that must be read again are kept encrypted: sealed with a key that is not in the database.

Fernet (AES-128-CBC with HMAC-SHA256): what was altered, or sealed with another key, does not open.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from dueline import environment


class NotSealed(Exception):
    """A text was not sealed with this installation's key, or was altered."""


@lru_cache(maxsize=4)
def _sealer(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise environment.SettingError(
            "DUELINE_ENCRYPTION_KEY: expected 32 bytes as URL-safe base64 (44 characters), "
            "as `python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'` prints"
        ) from None


def seal(text: str) -> str:
    """Return a text encrypted, as URL-safe characters."""
    return _sealer(environment.encryption_key()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises NotSealed."""
    try:
        return _sealer(environment.encryption_key()).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError):
        raise NotSealed("This was not sealed with this installation's key.") from None
