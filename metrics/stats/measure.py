"""What the declaration of a measure says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from metrics.stats.material import Material, Value

Text = str | Promise
Unit = Literal["count", "share", "hours", "ratio"]
Tier = Literal["business", "analytics", "engagement"]


@dataclass(frozen=True)
class Measure:
    """One measure. `direction` is +1 when more is better, −1 when less is, else 0.

    `evidence` names the records behind it; `by_response` says that a young post may
    still change it; `needs` what must be read besides the window itself.
    """

    key: str
    label: Text
    meaning: Text
    formula: Text
    origin: str
    unit: Unit
    tier: Tier
    direction: Literal[-1, 0, 1]
    evidence: Literal["events", "posts", "replies", "people"]
    compute: Callable[[Material], Value]
    by_response: bool = False
    needs: Literal["window", "history", "last_days", "members"] = "window"
    version: int = 1
