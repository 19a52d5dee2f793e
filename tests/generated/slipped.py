"""Made specs with a slip in them: a number that is another one, a promise left out, a name in place of another one."""

from __future__ import annotations

import re
from random import Random

NUMBER = re.compile(r"(?<![\w.\[\]{}])-?\d+(?![\w.])")
KEPT = ("embedding", "gather", "const", "full(", "onnx")
"""Lines whose numbers are no sizes, or must fit the elements of inputs."""


def slipped(text: str, seed: int) -> str:
    """`text` with one or two changes."""
    rng = Random(seed)
    lines = text.splitlines()
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(1, len(lines))
        line = lines[place]
        if line.startswith("require") and rng.random() < 0.5:
            lines[place] = "# left out"
        elif not any(word in line for word in KEPT):
            lines[place] = rng.choice((_other_number, _other_number, _other_number, _other_name))(line, text, rng)
    return "\n".join(lines) + "\n"


def _other_number(line: str, text: str, rng: Random) -> str:
    found = list(NUMBER.finditer(line))
    if not found:
        return line
    one = rng.choice(found)
    value = int(one.group())
    other = rng.choice((value + 1, value - 1, 0, -1, 1, 2, 3, value * 2))
    return f"{line[: one.start()]}{other}{line[one.end() :]}"


def _other_name(line: str, text: str, rng: Random) -> str:
    names = re.findall(r"\b(?:data|state|x|y|h_|mixed|N|T|H|W|P)\d*\b", text)
    found = list(re.finditer(r"\b(?:data|state|x|y|h_|mixed|N|T|H|W|P)\d*\b", line))
    if not found:
        return line
    one = rng.choice(found)
    return f"{line[: one.start()]}{rng.choice(names)}{line[one.end() :]}"
