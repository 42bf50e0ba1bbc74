"""Charts: gaps, unfinished pieces, words for what is drawn, and hostile labels."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils.safestring import SafeString

from people.screens.charts import (
    BarRow,
    Part,
    Pin,
    Series,
    bar_rows,
    hours_chart,
    sparkline,
    split_bar,
    time_chart,
)
from people.screens.charts.paths import Place, strokes
from people.screens.charts.points import Status, Window
from people.screens.charts.scale import marks, scale

MONDAY = date(2026, 5, 25)
HOSTILE = '<script>alert("x")</script>'


@dataclass(frozen=True)
class Week:
    start: date
    end: date
    value: float | None
    status: Status = "final"


def weeks(*values: float | Status | None, first: date = MONDAY) -> list[Week]:
    """A week a value; a status stands for a week without one."""
    made = []
    for index, value in enumerate(values):
        start = first + timedelta(weeks=index)
        if isinstance(value, str):
            made.append(Week(start, start + timedelta(days=7), None, value))
        else:
            made.append(Week(start, start + timedelta(days=7), value))
    return made


def provisional(week: Week) -> Week:
    return Week(week.start, week.end, week.value, "provisional")


def drawn(*series: Series, unit: str = "count", **options: object) -> SafeString:
    return time_chart(
        series,
        name="posts",
        title="Posts per week",
        unit=unit,
        **options,  # type: ignore[arg-type]
    )


def paths(markup: str, name: str) -> list[str]:
    drawing = markup.rsplit("<figure>", maxsplit=1)[-1]
    return re.findall(rf'<path class="{name}" d="([^"]*)"', drawing)


def test_a_line_breaks_where_there_is_nothing():
    places = [Place(0, 1), Place(1, 2), None, Place(3, 4), Place(4, 5)]
    assert strokes(places).final == "M0 1L1 2M3 4L4 5"


def test_an_open_piece_is_drawn_apart():
    lines = strokes([Place(0, 1), Place(1, 2), Place(2, 3, open=True)])
    assert lines.final == "M0 1L1 2"
    assert lines.open == "M1 2L2 3"


def test_a_point_without_neighbours_is_still_seen():
    lines = strokes([Place(0, 1), None, Place(2, 3), None])
    assert lines.lone == "M0 1h0M2 3h0"
    assert lines.final == ""


def test_nothing_is_no_line():
    assert strokes([]) == ("", "", "")


def test_a_week_not_covered_is_a_grey_span_and_a_gap():
    markup = drawn(Series("Posts", weeks(10, 20, "not_covered", 40, 50)))
    assert '<rect class="blank" x="40.00%" y="28" width="20.00%"' in markup
    (line,) = paths(markup, "line")
    assert line.count("M") == 2


def test_a_week_not_covered_is_never_zero_in_the_table():
    markup = drawn(Series("Posts", weeks(10, "not_covered", 30)))
    assert '<td class="num">Not covered</td>' in markup
    assert '<td class="num">0</td>' not in markup


def test_a_hidden_week_shows_no_value():
    hidden = Week(MONDAY, MONDAY + timedelta(days=7), 3.0, "suppressed")
    points = [hidden, *weeks(10, 20, first=MONDAY + timedelta(days=7))]
    markup = drawn(Series("Posts", points))
    assert 'class="hidden-span"' in markup
    assert '<td class="num">Hidden</td>' in markup
    assert '<td class="num">3</td>' not in markup


def test_the_provisional_last_piece_is_dotted_and_named():
    *settled, last = weeks(10, 20, 30)
    markup = drawn(Series("Posts", [*settled, provisional(last)]))
    assert len(paths(markup, "line open")) == 1
    assert "The last figure is provisional." in markup
    assert '<span class="badge info">Provisional</span>' in markup


def test_the_period_before_is_a_dashed_twin_at_the_same_place():
    before = weeks(10, 20, first=MONDAY - timedelta(weeks=2))
    markup = drawn(Series("Posts", weeks(10, 20), before))
    assert paths(markup, "line before") == paths(markup, "line")
    assert "Posts before" in markup


def test_a_shorter_period_before_leaves_its_cells_empty():
    markup = drawn(Series("Posts", weeks(10, 20, 30), weeks(5, 6)))
    assert markup.count('<td class="num"></td>') == 1


def test_the_chart_says_what_happened():
    markup = drawn(
        Series("Replies", weeks(329, 400, 560), weeks(315, 315, 315)),
        Series("Posts", weeks(154, "not_covered", 100)),
    )
    assert "Replies rose from 329 to 560." in markup
    assert "Replies in the period before: 315 at the start and at the end." in markup
    assert "Posts fell from 154 to 100." in markup


def test_a_measure_without_figures_says_so():
    markup = drawn(Series("Posts", weeks("not_covered", "not_covered")))
    assert "Posts: no figures." in markup
    assert "Not covered by any import: 25 May to 7 Jun 2026." in markup
    assert "<circle" not in markup


def test_the_legend_gives_the_latest_value():
    markup = drawn(Series("Rate", weeks(0.5, 0.714)), unit="share")
    assert "Rate <b>71.4\N{NO-BREAK SPACE}%</b>" in markup


def test_pins_are_lettered_in_order_of_time_and_explained():
    pins = [
        Pin(date(2026, 6, 8), "Expert hour"),
        Pin(date(2026, 5, 26), "Shutdown"),
        Pin(date(2020, 1, 1), "Long ago"),
    ]
    markup = drawn(Series("Posts", weeks(1, 2, 3)), pins=pins)
    assert re.findall(r'<span class="pin">(\w)</span>', markup) == ["A", "B"]
    assert markup.index("Shutdown") < markup.index("Expert hour")
    assert "Long ago" not in markup


def test_a_chart_of_nothing_is_a_sentence():
    assert "svg" not in drawn(Series("Posts", []))


def test_no_markup_carries_a_style_or_a_script():
    markup = drawn(
        Series(HOSTILE, weeks(1, 2), weeks(1, 2)), pins=[Pin(MONDAY, HOSTILE)]
    )
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup
    assert "style=" not in markup


@pytest.mark.parametrize(
    ("highest", "unit", "labels"),
    [
        (560, "count", ("200", "400", "600")),
        (2, "count", ("1", "2")),
        (0, "count", ("1",)),
        (0.55, "share", ("20 %", "40 %", "60 %")),
        (7, "hours", ("2.5 h", "5.0 h", "7.5 h")),
        (0.5, "hours", ("10 min", "20 min", "30 min")),
    ],
)
def test_the_axis_has_round_labels_from_zero(highest, unit, labels):
    axis = scale(highest, unit)
    assert (
        tuple(each.replace("\N{NO-BREAK SPACE}", " ") for each in axis.labels) == labels
    )
    assert axis.top >= highest


@pytest.mark.parametrize(
    ("start", "end", "first", "count"),
    [
        (date(2026, 5, 25), date(2026, 11, 23), "Jun", 6),
        (date(2026, 11, 1), date(2026, 11, 8), "1 Nov", 7),
        (date(2024, 1, 1), date(2027, 1, 1), "2024", 6),
        (date(2010, 3, 1), date(2027, 1, 1), "2015", 3),
    ],
)
def test_at_most_seven_dates_are_named(start, end, first, count):
    named = marks(Window(start, end))
    assert named[0][1] == first
    assert len(named) == count


def test_a_sparkline_keeps_the_gap_and_the_dotted_end():
    *settled, last = weeks(1, 2, "not_covered", 3, 4)
    markup = sparkline([*settled, provisional(last)])
    assert '<rect class="blank" x="40" width="20"' in markup
    assert len(paths(markup, "line open")) == 1
    assert 'aria-hidden="true"' in markup


def test_a_level_sparkline_runs_through_the_middle():
    assert paths(sparkline(weeks(5, 5)), "line") == ["M25 16L75 16"]


def test_a_sparkline_of_nothing_is_nothing():
    assert sparkline([]) == ""


def test_a_split_bar_stands_beside_its_numbers():
    parts = [Part("Dialogue", 0.25, 0.5, "came back"), Part(HOSTILE, 0.75, 0.5)]
    markup = split_bar(parts, title="Posts", heading="How", before="Weeks before")
    assert '<rect class="part-2" x="25.00%" width="75.00%"' in markup
    assert '<td class="num">25.0\N{NO-BREAK SPACE}%</td>' in markup
    assert "<script" not in markup


def test_a_split_of_nothing_is_blank_and_none():
    markup = split_bar([Part("Dialogue", None)], title="Posts", heading="How")
    assert '<rect class="blank"' in markup
    assert '<td class="num">None</td>' in markup
    assert "Before" not in markup


def test_a_hidden_row_gives_its_reason_and_no_bar():
    rows = [
        BarRow("Peers", 0.6, ("12",)),
        BarRow("Dealers", absent="Hidden: fewer than 5 people"),
    ]
    markup = bar_rows(rows, title="Answers", heading="Group", columns=("Answers",))
    assert '<td colspan="3" class="dim">Hidden: fewer than 5 people</td>' in markup
    assert markup.count('class="track"') == 1


def test_busiest_hours_name_day_hour_and_zone():
    counts = [[0] * 24 for _day in range(7)]
    counts[1][9] = 149
    markup = hours_chart(counts, name="hours", title="When", zone="CET")
    assert (
        "Busiest on Tuesday from 09:00 to 10:00: 149 messages. Hours are those of CET."
        in markup
    )
    assert '<path class="shade-4" d="M9 1h1v1h-1z"/>' in markup


def test_an_hour_without_figure_is_blank_and_not_zero():
    counts: list[list[int | None]] = [[0] * 24 for _day in range(7)]
    counts[0][0] = None
    markup = hours_chart(counts, name="hours", title="When", zone="CET")
    assert '<path class="blank" d="M0 0h1v1h-1z"/>' in markup
    assert markup.count('<td class="num">No figure</td>') == 1
    assert "Nothing was written in this period." in markup
