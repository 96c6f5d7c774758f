"""How sure a total is, and what moves it.

sources        what may differ: the leaves that have a distribution, and how they hang together
derivatives    the exact slope of a total by every leaf, and what a total rests on
approach_one   first order: IPCC 2006, approach 1
approach_two   Monte Carlo: IPCC 2006, approach 2
tornado        one input at a time, at the ends of its range
screening      Morris and Sobol, by SALib
breakeven      how wrong an input must be to move a total, and the total over the range of an input
"""

from __future__ import annotations
