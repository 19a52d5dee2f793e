"""Values that many layers share, written once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from specc.base.jsonable import Json

K = TypeVar("K", bound=Hashable)


class Pool(Generic[K]):
    """Distinct values in the order in which they came; a layer has the place of its value."""

    def __init__(self) -> None:
        self.values: list[Json] = []
        self._places: dict[K, int] = {}

    def known(self, key: K) -> int | None:
        """The place of the value of `key`, None where it has none yet."""
        return self._places.get(key)

    def add(self, key: K, value: Json) -> int:
        """The place of `key`, whose value is `value` where it is new."""
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.values)
            self.values.append(value)
        return place


def column(pool: Pool[K], at: list[int]) -> dict[str, Json]:
    """A column of the layers: `values`, and for each layer the place `at` of its own."""
    return {"values": pool.values, "at": at}
