"""Calling the command line as a script would."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command


def answer(verb: str, *arguments: str) -> dict[str, Any]:
    """What a verb prints with --json."""
    out = StringIO()
    call_command(verb, *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def figures(*arguments: str) -> dict[str, dict[str, Any]]:
    """The single point of every measure over the whole range, by key."""
    found = answer("measure", "--all", *arguments, "--floor", "1")
    return {one["measure"]: one["points"][0] for one in found["measures"]}
