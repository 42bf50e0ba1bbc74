"""Typed readers of the environment: a wrong value stops the start, in words."""

import os
from urllib.parse import unquote, urlsplit


class WrongSetting(ValueError):
    """An environment variable that cannot be read as what it should be."""


def env(name: str, default: str = "") -> str:
    """The variable, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def env_bool(name: str, *, default: bool) -> bool:
    """Yes or no. Raises WrongSetting for anything that is neither."""
    text = env(name, "yes" if default else "no").lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name}={text!r}: write yes or no.")


def env_int(name: str, default: int) -> int:
    """A whole number. Raises WrongSetting for anything else."""
    text = env(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise WrongSetting(f"{name}={text!r}: write a whole number.")
    return int(text)


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated words, without the empty ones."""
    return [word.strip() for word in env(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Django's description of postgresql://user:password@host:port/name.

    A socket folder stands as ?host=/folder. Raises WrongSetting for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WrongSetting("DATABASE_URL: write postgresql://user:password@host/name.")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(options.pop("host", "")) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {name: unquote(value) for name, value in options.items()},
    }


def email(url: str) -> dict[str, object]:
    """Mail settings from smtp://user:password@host:port?tls=yes, or file:///folder."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in {"smtp", "smtps"}:
        raise WrongSetting("EMAIL_URL: write smtp://user:password@host:port.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": "tls=yes" in parts.query,
        "EMAIL_TIMEOUT": 20,
    }
