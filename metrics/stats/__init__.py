"""The measures: their material, their formulas and their catalogue."""

from metrics.stats.catalogue import BY_KEY, MEASURES
from metrics.stats.material import Material, Responses, Value
from metrics.stats.measure import Measure

__all__ = ["BY_KEY", "MEASURES", "Material", "Measure", "Responses", "Value"]
