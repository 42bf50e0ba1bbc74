"""Path data of lines that may have gaps and pieces that are not final."""

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """A point on the drawing; `open` when its value may still change."""

    x: float
    y: float
    open: bool = False

    def __str__(self) -> str:
        return f"{self.x:.4g} {self.y:.4g}"


class Strokes(NamedTuple):
    """Path data by how it is drawn: whole, dotted, and points without neighbours."""

    final: str
    open: str
    lone: str


def strokes(places: Sequence[Place | None]) -> Strokes:
    """The stretches between places; None is a gap that no line crosses."""
    final: list[str] = []
    open_: list[str] = []
    lone: list[str] = []
    ends: dict[bool, Place] = {}
    for before, here, after in _neighbours(places):
        if here is None:
            continue
        if before is None:
            if after is None:
                lone.append(f"M{here}h0")
            continue
        dotted = here.open or before.open
        pieces = open_ if dotted else final
        if ends.get(dotted) is not before:
            pieces.append(f"M{before}")
        pieces.append(f"L{here}")
        ends[dotted] = here
    return Strokes("".join(final), "".join(open_), "".join(lone))


def _neighbours(
    places: Sequence[Place | None],
) -> list[tuple[Place | None, Place | None, Place | None]]:
    return list(
        zip([None, *places[:-1]], places, [*places[1:], None], strict=True)
        if places
        else ()
    )
