"""The chain of the audit trail: each link holds the digest of the one before it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

START: Final = "0" * 64


def digest(previous: str, facts: Sequence[object]) -> str:
    """SHA-256 in hex over the digest before and a row's facts, in canonical JSON."""
    text = json.dumps(
        [previous, *facts], sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return hashlib.sha256(text.encode()).hexdigest()
