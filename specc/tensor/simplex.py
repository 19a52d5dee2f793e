"""Exact linear programming on small integer tables (Dantzig's simplex with Bland's rule, fraction-free pivots)."""

from __future__ import annotations

from collections.abc import Sequence

from specc.base.work import spend

MAX_PIVOTS = 80


class _Table:
    """Rows `a . x = b`, each the coefficients followed by `b`; the true value of an entry is it over `scale`."""

    def __init__(self, rows: list[list[int]], cost: Sequence[int]) -> None:
        self.rows = [row if row[-1] >= 0 else [-entry for entry in row] for row in rows]
        self.cost = [*cost, 0]
        self.scale = 1
        self.width = len(cost)
        self.basis = [self.width] * len(rows)
        self.pivots = 0

    def pivot(self, row: int, column: int) -> None:
        """Bring `column` into the basis at `row`; every division is exact (Bareiss)."""
        spend(1 + len(self.rows) * self.width // 8)
        chosen = self.rows[row]
        by, self.pivots = chosen[column], self.pivots + 1
        for index, other in enumerate(self.rows):
            if index != row:
                self.rows[index] = self._eliminated(other, chosen, by, column)
        self.cost = self._eliminated(self.cost, chosen, by, column)
        self.scale = by
        self.basis[row] = column
        if by < 0:
            self.rows = [[-entry for entry in other] for other in self.rows]
            self.cost = [-entry for entry in self.cost]
            self.scale = -by

    def _eliminated(self, other: list[int], chosen: list[int], by: int, column: int) -> list[int]:
        factor, scale = other[column], self.scale
        if not factor:
            return other if by == scale else [entry * by // scale for entry in other]
        return [(entry * by - factor * base) // scale for entry, base in zip(other, chosen, strict=True)]

    def leaving(self, column: int) -> int | None:
        """The row that limits the growth of `column` most, by Bland's rule among equals."""
        best: int | None = None
        for index, row in enumerate(self.rows):
            if row[column] <= 0:
                continue
            if best is None:
                best = index
                continue
            rival = self.rows[best]
            here, there = row[-1] * rival[column], rival[-1] * row[column]
            if here < there or (here == there and self.basis[index] < self.basis[best]):
                best = index
        return best

    def feasible(self) -> bool:
        """First phase: whether the rows have a solution; afterwards the basis is one, redundant rows dropped."""
        while self.pivots < MAX_PIVOTS:
            wanting = [i for i, column in enumerate(self.basis) if column == self.width]
            gains = (sum(self.rows[i][column] for i in wanting) for column in range(self.width))
            entering = next((column for column, gain in enumerate(gains) if gain > 0), None)
            if entering is None:
                return all(self.rows[i][-1] == 0 for i in wanting) and self._drive_out(wanting)
            row = self.leaving(entering)
            assert row is not None
            self.pivot(row, entering)
        return False

    def _drive_out(self, wanting: list[int]) -> bool:
        for index in wanting:
            column = next((c for c, entry in enumerate(self.rows[index][:-1]) if entry), None)
            if column is not None:
                self.pivot(index, column)
        kept = [i for i, column in enumerate(self.basis) if column != self.width]
        self.rows, self.basis = [self.rows[i] for i in kept], [self.basis[i] for i in kept]
        return True


def cost_below(rows: list[list[int]], cost: Sequence[int], limit: int) -> bool:
    """Whether some `x >= 0` with `a . x = b` for every row `[*a, b]` has `cost . x < limit`; False on giving up."""
    table = _Table(rows, cost)
    if not table.feasible():
        return False
    while table.pivots < MAX_PIVOTS:
        if -table.cost[-1] < limit * table.scale:
            return True
        entering = next((column for column, entry in enumerate(table.cost[:-1]) if entry < 0), None)
        if entering is None:
            return False
        row = table.leaving(entering)
        if row is None:
            return True
        table.pivot(row, entering)
    return False
