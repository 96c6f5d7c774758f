"""Folds the tree with arrays: the draws of every figure, as soon as they are known."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lca.compute import is_sum
from lca.figure import Figure, Given, walk


def fold(
    figures: Iterable[Figure],
    values: Mapping[Figure, Any],
    moving: Iterable[Figure],
    drawn: Callable[[Figure], Any],
) -> Iterator[tuple[Figure, Any]]:
    """The values of those figures that change when the leaves in `moving` do: an array each, in the figure's unit.

    `drawn` gives the array of a leaf; what does not change keeps its number of `values`. An array is dropped when
    nothing needs it any more, and a sum takes its terms as they come, so that what is in memory at once are the
    draws of a few figures, however many lines there are.
    """
    wanted = dict.fromkeys(figures)
    return _Fold(wanted, values, moving, drawn).run(wanted)


class _Fold:
    """One way through the tree."""

    def __init__(
        self,
        figures: Iterable[Figure],
        values: Mapping[Figure, Any],
        moving: Iterable[Figure],
        drawn: Callable[[Figure], Any],
    ) -> None:
        self._values, self._drawn = values, drawn
        self._moving, order = set(moving), list(walk(figures))
        for figure in order:
            if any(below in self._moving for below in figure.inputs):
                self._moving.add(figure)
        self._order = [figure for figure in order if figure in self._moving]
        self._users: dict[Figure, Counter[Figure]] = {figure: Counter() for figure in self._order}
        for figure in self._order:
            for below in figure.inputs:
                if below in self._moving:
                    self._users[below][figure] += 1
        self._waiting = {
            figure: sum(not is_sum(user.reason) for user in users) for figure, users in self._users.items()
        }
        """How many still need the array of a figure itself; a sum has taken it up when it was known."""
        self._live: dict[Figure, Any] = {}
        self._sums: dict[Figure, Any] = {}

    def run(self, wanted: Mapping[Figure, None]) -> Iterator[tuple[Figure, Any]]:
        for figure in self._order:
            array = self._value(figure)
            if figure in wanted:
                yield figure, array
            self._add_to_sums(figure, array)
            if self._waiting[figure]:
                self._live[figure] = array

    def _value(self, figure: Figure) -> Any:
        reason = figure.reason
        if isinstance(reason, Given):
            return self._drawn(figure)
        if is_sum(reason):
            certain = (self._values[below] for below in figure.inputs if below not in self._moving)
            return self._sums.pop(figure) + math.fsum(certain)
        array = reason.equation(
            *(self._live[below] if below in self._moving else self._values[below] for below in figure.inputs)
        )
        for below in set(figure.inputs) & self._moving:
            self._waiting[below] -= 1
            if not self._waiting[below]:
                del self._live[below]
        return array

    def _add_to_sums(self, figure: Figure, array: Any) -> None:
        for user, times in self._users[figure].items():
            if is_sum(user.reason):
                if user not in self._sums:
                    self._sums[user] = array * times
                elif times == 1:
                    self._sums[user] += array
                else:
                    self._sums[user] += array * times
