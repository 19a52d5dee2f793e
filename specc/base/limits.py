"""Every bound on what one spec may cost to read and to check, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


def _limit(default: int, text: str) -> int:
    made: int = field(default=default, metadata={"text": text})
    return made


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one spec; the defaults are far above any real network, and keep every check below two seconds."""

    file_bytes: int = _limit(4 << 20, "bytes of a file")
    tokens: int = _limit(50_000, "words, signs and comments of a file")
    yaml_nodes: int = _limit(10_000, "keys, values and entries of a YAML file")
    nesting: int = _limit(64, "brackets, bodies, operations, lists inside each other")
    imports: int = _limit(64, "files that are imported")
    calls: int = _limit(48, "blocks and functions within each other")
    depth: int = _limit(300, "expressions within each other, blocks and functions included")
    steps: int = _limit(700_000, "steps of work, one or two microseconds each")
    nodes: int = _limit(20_000, "layers of the model")
    items: int = _limit(250_000, "entries of a list, characters of a string")
    integer_bits: int = _limit(4_096, "bits of an integer")
    rank: int = _limit(16, "dims of a tensor")
    elements: int = _limit(1 << 60, "elements of a tensor, its symbols being 1")
    weight_elements: int = _limit(1 << 36, "elements of a weight")
    name: int = _limit(1_000, "characters of a name, and of a path with all its prefixes")
    parameters: int = _limit(1 << 42, "elements of all weights together")
    terms: int = _limit(2_000, "terms of a symbolic size")
    size_parts: int = _limit(400, "parts of a quotient, minimum or maximum in a symbolic size")
    power: int = _limit(64, "power of a symbolic size")
    pattern: int = _limit(1_000, "characters of a pattern in `weights`")
    errors: int = _limit(50, "errors that are reported")


DEFAULT_LIMITS = Limits()


def limit_texts() -> dict[str, str]:
    """What each limit bounds, by its name."""
    return {entry.name: entry.metadata["text"] for entry in fields(Limits)}


def allow_more(name: str, limit: int) -> str:
    """The hint how to raise a limit that a right spec has met."""
    return f"if the spec is right, allow more with `--limit {name}={2 * limit}`"
