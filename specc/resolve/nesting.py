"""How deep lists and maps lie inside each other: every walk over a value ends because this is bounded."""

from __future__ import annotations

from typing import TypeVar

from specc.base.errors import LimitExceeded
from specc.base.limits import Limits
from specc.base.work import spend
from specc.resolve.arithmetic import Impossible
from specc.resolve.items import Item

CHECK_STEPS = 2
T = TypeVar("T", bound="tuple[Item, ...] | dict[Item, Item]")
Extent = tuple[int, int]


def checked(made: T, limits: Limits) -> T:
    """`made`, a new list or map. Raises `Impossible` where it is nested too deeply or has too many parts, those that it
    holds in several places counted for each."""
    spend(CHECK_STEPS)
    depth, size = _extent(made, {})
    if depth > limits.nesting:
        raise Impossible(LimitExceeded("lists nest too deeply", limits.nesting, "nesting"))
    if size > limits.items:
        raise Impossible(LimitExceeded("a list has too many parts", limits.items, "items"))
    return made


def _extent(item: tuple[Item, ...] | dict[Item, Item], known: dict[int, Extent]) -> Extent:
    """Levels and parts of `item`. What is in it was checked before, so the recursion is as deep as that."""
    if id(item) not in known:
        parts = item.values() if isinstance(item, dict) else item
        spend(1 + len(item) // 16)
        inner = [_extent(part, known) for part in parts if isinstance(part, (tuple, dict))]
        depth = 1 + max((depth for depth, _ in inner), default=0)
        known[id(item)] = depth, len(item) + sum(size for _, size in inner)
    return known[id(item)]
