"""The arena: which chunk is taken, when it is cut, when neighbours are joined, when it grows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specc.arena.bfc import MOST_LEFT, UNIT, Arena, Chunk


def test_sizes_are_rounded_up() -> None:
    arena = Arena()
    for size in (0, 1, 256, 257):
        arena.take(size)
    assert arena.growths == [256, 256, 256, 512]
    assert arena.total == arena.used == arena.most_used == 1280


def test_the_smallest_chunk_that_fits_is_taken() -> None:
    arena = Arena()
    chunks = [arena.take(size) for size in (4096, 1024, 2048)]
    for chunk in chunks:
        arena.give_back(chunk)
    assert arena.take(900).serial == chunks[1].serial
    assert arena.take(1100).serial == chunks[2].serial
    assert arena.total == 4096 + 1024 + 2048


def test_a_chunk_is_cut_where_it_is_twice_as_large() -> None:
    arena = Arena()
    arena.give_back(arena.take(4096))
    assert arena.take(2304).size == 4096
    arena = Arena()
    arena.give_back(arena.take(4096))
    assert (arena.take(2048).size, arena.take(2048).size, arena.total) == (2048, 2048, 4096)


def test_a_large_rest_is_cut_off() -> None:
    arena = Arena()
    arena.give_back(arena.take(3 * MOST_LEFT))
    assert arena.take(2 * MOST_LEFT).size == 2 * MOST_LEFT


def test_neighbours_are_joined_and_growths_are_not() -> None:
    arena = Arena()
    arena.give_back(arena.take(4096))
    first, second = arena.take(1024), arena.take(1024)
    arena.give_back(first)
    arena.give_back(second)
    assert arena.take(4096).size == 4096
    assert arena.total == 4096
    arena = Arena()
    for chunk in [arena.take(1024), arena.take(1024)]:
        arena.give_back(chunk)
    arena.take(2048)
    assert arena.total == 4096


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5000)), max_size=60))
def test_what_is_used_is_what_was_taken(steps: list[tuple[bool, int]]) -> None:
    arena = Arena()
    held: list[Chunk] = []
    for takes, size in steps:
        if takes or not held:
            held.append(arena.take(size))
            assert held[-1].size >= size
        else:
            arena.give_back(held.pop(size % len(held)))
        assert arena.used == sum(chunk.size for chunk in held) <= arena.most_used <= arena.total
        assert arena.used % UNIT == 0
        assert len({chunk.serial for chunk in held}) == len(held)
    for chunk in held:
        arena.give_back(chunk)
    assert arena.used == 0
    for size in sorted(arena.growths, reverse=True):
        arena.take(size)
    assert arena.total == sum(arena.growths) == arena.used
