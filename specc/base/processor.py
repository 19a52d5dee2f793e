"""What the processor of this machine has for vectors of numbers."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

_X86 = ("x86_64", "amd64", "i386", "i686")
_EXACT = frozenset(("avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8"))
"""Instructions that sum products of bytes in 32 bits."""


@cache
def flags() -> frozenset[str]:
    """Names of its extensions as Linux tells them; none where that is not there."""
    try:
        return frozenset(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return frozenset()


def lanes() -> int:
    """Float32 numbers of a vector register."""
    return 16 if "avx512f" in flags() else 8 if "avx2" in flags() else 4


def short_sums() -> bool:
    """Whether sums of two products of an unsigned and a signed byte are kept in 16 bits, which they can exceed
    (`VPMADDUBSW`; Intel 64 Software Developer's Manual, volume 2): x86 without VNNI or AMX."""
    return platform.machine().lower() in _X86 and not flags() & _EXACT
