"""Every translation, entered in the table by the import of its family."""

from __future__ import annotations

import translate_arithmetic
import translate_attention
import translate_elementwise
import translate_movement
import translate_norms
import translate_recurrent
import translate_reduction
import translate_signals
import translate_windows
from translating import TRANSLATIONS, through_layers

FAMILIES = (
    translate_arithmetic,
    translate_attention,
    translate_elementwise,
    translate_movement,
    translate_norms,
    translate_recurrent,
    translate_reduction,
    translate_signals,
    translate_windows,
)

__all__ = ["FAMILIES", "TRANSLATIONS", "through_layers"]
