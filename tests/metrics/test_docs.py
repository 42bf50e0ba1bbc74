"""`docs/metrics.md` says of every measure what its declaration says."""

from pathlib import Path

import pytest
from django.conf import settings

from metrics.stats import MEASURES

PAGE = (Path(settings.BASE_DIR) / "docs" / "metrics.md").read_text()
SECTIONS = {section.partition("\n")[0]: section for section in PAGE.split("\n### ")[1:]}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.key)
def test_a_measure_is_documented_as_it_is_declared(measure):
    section = SECTIONS[str(measure.label)]
    assert f"`{measure.key}`" in section
    for said in (measure.meaning, f"Formula: {measure.formula}", measure.origin):
        assert str(said) in section


def test_nothing_is_documented_that_is_not_declared():
    assert set(SECTIONS) == {str(measure.label) for measure in MEASURES}
