"""Charts drawn on the server: values in, one safe string of SVG and HTML out.

The outer svg has no viewBox, so text and dots stay crisp at any width; lines live in a
nested svg that stretches, with strokes that do not.
"""

from people.screens.charts.hours import hours_chart
from people.screens.charts.parts import BarRow, Part, bar_rows, split_bar
from people.screens.charts.points import Pin, Point, Series
from people.screens.charts.spark import sparkline
from people.screens.charts.timeline import time_chart

__all__ = [
    "BarRow",
    "Part",
    "Pin",
    "Point",
    "Series",
    "bar_rows",
    "hours_chart",
    "sparkline",
    "split_bar",
    "time_chart",
]
