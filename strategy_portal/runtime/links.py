"""One-time links, printed as a JSON list of lines. Runs inside Django's environment."""

import json
import sys
from io import StringIO

import django
from django.core.management import CommandError, call_command

CAST = (
    "strategist.social",
    "strategist.e20",
    "community",
    "sponsor",
    "chair",
    "legal",
    "requester",
    "executive",
    "auditor",
    "admin",
)


def answer(*words: str) -> dict[str, str]:
    """The JSON answer of a command."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def demo_lines() -> list[str]:
    """A sign-in link for each role of the demo organisation."""
    lines = ["Sign in as one of these. A link works once, for 15 minutes:"]
    for name in CAST:
        address = f"{name}@demo.example"
        lines.append(f"  {address:34} {answer('login_link', address)['url']}")
    return lines


def setup_lines() -> list[str]:
    """The link to the first-run wizard, as long as there is no administrator."""
    try:
        url = answer("setup_link")["url"]
    except CommandError:  # there is one
        return []
    return ["Set up your portal here (the link works once):", f"  {url}"]


if __name__ == "__main__":
    django.setup()
    chosen = demo_lines() if sys.argv[1:] == ["demo"] else setup_lines()
    sys.stdout.write(json.dumps(chosen))
