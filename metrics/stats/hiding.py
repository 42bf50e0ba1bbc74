"""Which rows of a breakdown may be shown, so that no small group can be worked out."""

from collections.abc import Sequence


def shown_rows(people: Sequence[int], floor: int) -> list[bool]:
    """For each row, whether its figures may stand beside the total of all rows.

    A row of 1 to floor − 1 people is hidden. When just one row is hidden, the total
    less the shown rows would give it away, so the smallest other row is hidden too.
    Rows without people reveal nobody and protect nobody.
    """
    shown = [not 0 < count < floor for count in people]
    if shown.count(False) == 1:
        others = [place for place, count in enumerate(people) if shown[place] and count]
        if others:
            shown[min(others, key=lambda place: people[place])] = False
    return shown
