"""Values in words: units, states, changes, dates and durations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from people.screens import figures, wording

NO_BREAK = wording.NO_BREAK


def plain(words: str) -> str:
    return words.replace(NO_BREAK, " ")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (18406, "count", "18,406"),
        (0, "count", "0"),
        (0.714, "share", "71.4 %"),
        (1.0, "share", "100.0 %"),
        (3.7, "hours", "3.7 h"),
        (0.7, "hours", "42 min"),
        (0.9999, "hours", "1.0 h"),
        (0.0, "hours", "0 min"),
        (14.33, "ratio", "14.3"),
        (-1284.5, "ratio", "\N{MINUS SIGN}1,284.5"),
        (None, "share", "None"),
    ],
)
def test_a_value_is_worded_in_its_unit(value, unit, words):
    assert plain(figures.text(value, unit)) == words


def test_a_unit_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        figures.text(1, "parsecs")


def test_numbers_follow_the_language():
    with translation.override("de"):
        assert figures.number(18406.5, 1) == "18.406,5"


def test_a_rounded_zero_has_no_sign():
    assert figures.number(-0.04, 1) == "0.0"


def test_a_final_figure_carries_no_mark():
    figure = figures.figure(0.714, "share")
    assert (figure.number, figure.symbol, figure.badge) == ("71.4", "%", "")


def test_a_provisional_figure_keeps_its_value_and_says_so():
    figure = figures.figure(0.714, "share", "provisional")
    assert (figure.number, figure.badge) == ("71.4", "Provisional")


@pytest.mark.parametrize(
    ("status", "word"), [("not_covered", "No figure"), ("suppressed", "Hidden")]
)
def test_an_absent_figure_is_a_word_with_its_reason(status, word):
    figure = figures.figure(None, "count", status)
    assert figure.absent
    assert figure.number == word
    assert figure.reason


def test_a_suppressed_value_never_reaches_the_page():
    figure = figures.figure(3, "count", "suppressed", "fewer than 5 people")
    assert "3" not in str(figure)
    assert figure.reason == "fewer than 5 people"


def test_nothing_to_divide_by_is_none_and_not_zero():
    assert str(figures.figure(None, "share")) == "None"


@pytest.mark.parametrize(
    ("now", "before", "unit", "better", "amount", "verdict"),
    [
        (1284, 1188, "count", "up", "+96", "better"),
        (0.714, 0.652, "share", "up", "+6.2 pts", "better"),
        (3.7, 4.9, "hours", "down", "\N{MINUS SIGN}1.2 h", "better"),
        (0.382, 0.393, "share", "up", "\N{MINUS SIGN}1.1 pts", "worse"),
        (0.313, 0.337, "share", "", "\N{MINUS SIGN}2.4 pts", ""),
        # 8 min and 7 min on the screen, though 1.8 min lie between them.
        (8.4 / 60, 6.6 / 60, "hours", "down", "+1 min", "worse"),
        (0.20449, 0.19151, "share", "up", "+1.2 pts", "better"),
    ],
)
def test_a_change_has_sign_unit_and_verdict(now, before, unit, better, amount, verdict):
    change = figures.change(now, before, unit, better)
    assert change is not None
    assert plain(change.amount) == amount
    assert change.verdict == change.spoken == verdict


def test_a_change_names_what_was():
    change = figures.change(0.714, 0.652, "share")
    assert change is not None
    assert plain(change.was) == "was 65.2 %"


def test_a_difference_too_small_to_show_is_no_change():
    change = figures.change(0.71401, 0.71399, "share", "up")
    assert change is not None
    assert (change.arrow, change.amount, change.verdict) == ("", "No change", "")


@pytest.mark.parametrize(("now", "before"), [(None, 1.0), (1.0, None), (None, None)])
def test_there_is_no_change_to_or_from_nothing(now, before):
    assert figures.change(now, before, "count") is None


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 5, 25), date(2026, 11, 23), "25 May to 22 Nov 2026"),
        (date(2025, 12, 1), date(2026, 2, 1), "1 Dec 2025 to 31 Jan 2026"),
        (date(2026, 11, 23), date(2026, 11, 24), "23 Nov 2026"),
    ],
)
def test_a_period_names_its_last_day(start, end, words):
    assert wording.period(start, end) == words


def test_a_moment_is_told_in_the_active_zone():
    with timezone.override("Europe/Berlin"):
        when = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
        assert wording.day(when) == "23 Nov 2026"
        assert wording.moment(when) == "23 Nov 2026, 00:30 CET"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=4, hours=22, minutes=59), "4 d 22 h"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(days=91, minutes=58), "91 d"),
        (timedelta(seconds=8), "8 s"),
        (timedelta(0), "0 s"),
    ],
)
def test_a_duration_has_its_largest_part_and_the_next_finer_one(length, words):
    assert plain(wording.duration(length)) == words


def test_templates_word_values_without_loading_anything():
    page = Template("{{ on|day }}; {{ posts|number }}; {{ rate|figure:'share' }}")
    context = Context({"on": date(2026, 11, 23), "posts": 18406, "rate": None})
    assert page.render(context) == "23 Nov 2026; 18,406; None"


def test_templates_leave_a_missing_date_empty():
    page = Template("[{{ on|day }}{{ at|moment }}{{ took|duration }}]")
    assert page.render(Context({"on": None, "at": None, "took": None})) == "[]"
