"""What has to hold of every spec; each check takes the number of a made spec, and fails with an `AssertionError`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from random import Random

import numpy as np
import onnx
from made_by_seed import with_seed
from onnx.reference import ReferenceEvaluator
from running_specs import (
    Compiled,
    bindings,
    check,
    compiled,
    difference,
    expected,
    inputs,
    produced,
    resolved,
    with_all_inputs,
)
from spec_maker import make_spec

import specc
from specc.driver import formatted
from specc.emit.oracle import OnnxOracle
from specc.ir.graph import Graph, Role
from specc.ir.text_parse import parse_graph
from specc.ir.text_print import print_graph
from specc.ir.verify import verify
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.registry import layers_by_name
from specc.layers.scan import Scan

TOLERANCE = 1e-4
"""Of float32 networks, relative to 1 + the largest magnitude of an output."""
