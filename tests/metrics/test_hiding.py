"""Which rows of a breakdown may be shown."""

import pytest

from metrics.stats.hiding import shown_rows


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ([], []),
        ([9, 8, 7], [True, True, True]),
        ([9, 4, 7], [True, False, False]),  # 7 is the next smallest
        ([9, 7, 4, 7], [True, False, False, True]),  # of two alike the first
        ([9, 4, 3, 7], [True, False, False, True]),  # two protect each other
        ([4], [False]),
        ([4, 0], [False, True]),  # nobody protects nobody
        ([9, 0, 4], [False, True, False]),
        ([0, 0], [True, True]),
        ([5, 6], [True, True]),
    ],
)
def test_one_hidden_row_hides_the_next_smallest(people, shown):
    assert shown_rows(people, 5) == shown


def test_a_floor_of_one_hides_nothing():
    assert shown_rows([1, 2, 3], 1) == [True, True, True]


@pytest.mark.parametrize("people", [[12, 4, 30], [5, 1], [6, 6, 2, 9], [80, 3, 0, 7]])
def test_no_hidden_group_can_be_worked_out_from_the_total(people):
    shown = shown_rows(people, 5)
    unknown = [count for count, there in zip(people, shown, strict=True) if not there]
    assert len(unknown) != 1
