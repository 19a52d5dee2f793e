"""All cases."""

from __future__ import annotations

import bulk
import characters
import depth
import files
import growth
import sizes
import syntax
import yaml_traps

MODULES = (syntax, characters, yaml_traps, depth, growth, bulk, sizes, files)
CASES = tuple(case for module in MODULES for case in module.CASES)
