"""What a measure is computed from, and what it answers."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap


@dataclass(frozen=True)
class Responses:
    """How fast posts were answered, in hours, over answered posts with exact times."""

    answered: int = 0
    median: float | None = None
    p90: float | None = None


class Material(Protocol):
    """What a measure is computed from: one scope, one window, one population.

    `daily_active` holds a set of contributors for each of the last 28 days of the
    window, and is None when fewer are covered; `members` is the newest member list, or
    None without one; `earlier` are those who contributed before the window.
    """

    @property
    def posts(self) -> int: ...
    @property
    def replies(self) -> int: ...
    @property
    def reactions(self) -> int: ...
    @property
    def shares(self) -> int: ...
    @property
    def answered(self) -> int: ...
    @property
    def dialogues(self) -> int: ...
    @property
    def contributions(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def active(self) -> BitMap: ...
    @property
    def earlier(self) -> BitMap: ...
    @property
    def writers(self) -> NDArray[Any]: ...
    @property
    def ties(self) -> NDArray[np.uint64]: ...
    @property
    def responses(self) -> Responses: ...
    @property
    def daily_active(self) -> list[BitMap] | None: ...
    @property
    def members(self) -> BitMap | None: ...


@dataclass(frozen=True)
class Value:
    """A figure with what is behind it; `value` None means there is none.

    Counts have neither numerator nor denominator; `n` is the number of observations.
    """

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    n: int = 0
