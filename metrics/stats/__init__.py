"""The measures: their material, their formulas and their catalogue."""

from metrics.stats.catalogue import BY_KEY, MEASURES, Measure
from metrics.stats.material import Material, Responses, Value

__all__ = ["BY_KEY", "MEASURES", "Material", "Measure", "Responses", "Value"]
