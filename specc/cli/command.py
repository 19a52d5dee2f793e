"""What a command is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from specc.cli.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Command:
    """A word of the command line: its help, its options, and what it does. `run` returns the exit code."""

    name: str
    summary: str
    examples: str
    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Terminal], int]
