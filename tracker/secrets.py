"""The secret key: from the environment on servers, generated and stored for a run on one's own machine."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from tracker import env

SHORTEST = 50
FEWEST_CHARACTERS = 10


def given_key() -> str:
    """SECRET_KEY from the environment; refuses one that is missing or weak. No message shows its value."""
    key = env.required(
        "SECRET_KEY", because="with DATABASE_URL set, sessions and tokens of a real service depend on it"
    )
    if len(key) < SHORTEST or len(set(key)) < FEWEST_CHARACTERS or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"SECRET_KEY is too weak; accepted: at least {SHORTEST} random characters, {FEWEST_CHARACTERS} of them "
            "different, as made by: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return key


def kept_key(home: Path) -> str:
    """SECRET_KEY from the environment, else the one stored in the home, generated at the first start."""
    return env.text("SECRET_KEY") or read_key(home / "secret_key")


def read_key(path: Path) -> str:
    """The key in the file; generated if there is none.

    Two first starts at once get the same key: each writes a file of its own and links it into place, and linking fails
    if a key exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key() + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
