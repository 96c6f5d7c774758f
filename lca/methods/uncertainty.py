"""The range of a factor whose publisher gives none: pedigree scores and basic uncertainty."""

from __future__ import annotations

from lca.equation import equation, exp, ln, root, total
from lca.units import ratio


@equation("ln²U", "frischknecht-2005", factor="U")
def squared_logarithm(factor: ratio) -> ratio:
    """The contribution of one uncertainty factor to the variance of the logarithm."""
    return ln(factor) * ln(factor)


@equation("GSD²", "frischknecht-2005", parts="ln²U")
def squared_geometric_deviation(*parts: ratio) -> ratio:
    """The factor that spans the 95 % interval of a lognormal: value ∕ GSD² to value × GSD².

    The published factors are themselves squared geometric deviations.
    """
    return exp(root(total(*parts)))
