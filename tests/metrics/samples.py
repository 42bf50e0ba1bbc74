"""Real exports, which lie beside the repository on some machines only."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample exports are not on this machine"
)
