"""Runs models with onnxruntime; the only place that knows it."""

from __future__ import annotations

import ctypes
import io
import json
import re
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime as ort

from specc.base.diagnostics import SpecError, fail
from specc.emit.settings import Session as Noted
from specc.emit.trace import NodePlace, node_places, noted_session
from specc.runtime.errors import CudaUnavailable, ModelUnreadable, RunFailed
from specc.runtime.interface import Port, check_inputs, with_defaults
from specc.runtime.promises import Promises, check_promises, lowest_sizes, read_promises
from specc.tensor.dtypes import DTYPES, DType
from specc.weights.arrays import Array, numpy_dtype

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
HARMFUL = (
    "SkipLayerNormFusion",
    "FuseFp16InitializerToFp32NodeTransformer",
    "QDQPropagationTransformer",
    "BiasGeluFusion",
)
"""Rewrites of the runtime: the first and the last make models slower on the CPU, with the second it crashes where a
float16 model transposes what a constant matrix multiplies. The third moves QuantizeLinear in front of a max pooling in
floating point, whose kernel for integers is several times slower (ResNet-50 with its first convolution in floats: 73
ms, else 51)."""
HARMFUL_ON_CUDA = ("BiasSoftmaxFusion",)
"""Its kernel fails on CUDA with `invalid argument` for an empty batch (CLIP without texts)."""
_SILENT = 4
_ORT_NAMES = {"float": "float32", "double": "float64"}
_HEADER = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_NODE = re.compile(r"Name:'([^']*)'")


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How a model is run: `device` is `cpu` or `cuda`; 0 threads leaves the number to the runtime; `options` are its
    session options by key, beside those that the model notes for this device; `disabled` are rewrites of the runtime
    that are left out, None for those that the model notes, or else those known to be harmful; without `optimise` the
    runtime rewrites nothing."""

    device: str = "cpu"
    threads: int = 0
    options: Mapping[str, str] | None = None
    disabled: tuple[str, ...] | None = None
    optimise: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """A loaded model. `states` are pairs of an input and the output that feeds it in the next run; `lowest` are the
    smallest sizes that it promises; `owner` keeps the file that it was loaded from."""

    model: Path | bytes
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    states: tuple[tuple[str, str], ...]
    metadata: Mapping[str, str]
    native: ort.InferenceSession
    promises: Promises | None = None
    lowest: Mapping[str, int] = field(default_factory=dict)
    owner: object = None

    def run(self, inputs: Mapping[str, object]) -> dict[str, Array]:
        """The outputs by name, for arrays or nested lists by name. Raises `SpecError` for inputs that do not fit, and
        where the runtime fails."""
        given = self.fed(inputs)
        options = ort.RunOptions()
        options.log_severity_level = _SILENT
        try:
            results = self.native.run(None, given, options)
        except Exception as error:
            raise self._failure(error) from None
        return dict(zip((port.name for port in self.outputs), results, strict=True))

    def fed(self, inputs: Mapping[str, object]) -> dict[str, Array]:
        """What the runtime is given for these inputs. Raises `SpecError` for those that do not fit."""
        given = {name: self._array(name, value) for name, value in inputs.items()}
        sizes = check_inputs(self.inputs, given)
        check_promises(self.promises, sizes)
        return with_defaults(self.inputs, given, {**self.lowest, **sizes})

    def _array(self, name: str, value: object) -> Array:
        """Lists and numbers in the input's element type; arrays as they are."""
        if isinstance(value, np.ndarray):
            return value
        dtype = next((port.dtype for port in self.inputs if port.name == name), None)
        return np.asarray(value, None if dtype is None else numpy_dtype(dtype))

    def _failure(self, error: Exception) -> SpecError:
        text = str(error)
        found = _NODE.search(text)
        place = _place(found.group(1), node_places(self.model)) if found else NodePlace("", "")
        return fail(RunFailed(place.layer, place.source, _reason(text)))


def runtime_version() -> str:
    """Version of onnxruntime."""
    return str(ort.__version__)


def open_session(
    model: Path | bytes, settings: SessionSettings = SessionSettings(), noted: Noted | None = None
) -> Session:
    """Load a model from a file or from its bytes. Raises `SpecError` where that is impossible; never runs on another
    device than the one that is asked for. `noted` is what the model notes, where that is known already."""
    ort.set_default_logger_severity(_SILENT)
    noted = _noted(model, settings, noted)
    load = partial(
        ort.InferenceSession,
        str(model) if isinstance(model, Path) else model,
        _options(settings, noted),
        providers=_providers(settings, noted),
        disabled_optimizers=_disabled(settings, noted),
    )
    try:
        native = load()
    except Exception as error:
        raise _unloadable(model, str(error)) from None
    if settings.device == "cuda" and CUDA not in native.get_providers():
        raise fail(CudaUnavailable("the runtime found no device that it can use"))
    return _wrapped(model, native)


def open_logging(model: Path | bytes, threads: int) -> ort.InferenceSession:
    """A session on the CPU that logs all that it does, and has the arena of the process: weights stay as they are
    stored, and no pattern of memory is kept."""
    settings = SessionSettings(threads=threads)
    noted = _noted(model, settings)
    options = _options(settings, noted)
    options.log_severity_level = 0
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    options.add_session_config_entry("session.disable_prepacking", "1")
    source = str(model) if isinstance(model, Path) else model
    return ort.InferenceSession(source, options, providers=[CPU], disabled_optimizers=_disabled(settings, noted))


def open_profiled(
    model: Path | bytes, settings: SessionSettings, rewritten: Path, profile: Path | None
) -> ort.InferenceSession:
    """A session that writes the model as the runtime has rewritten it, and where `profile` is given the times of its
    kernels."""
    noted = _noted(model, settings)
    options = _options(settings, noted)
    options.optimized_model_filepath = str(rewritten)
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "rewritten.data")
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    source = str(model) if isinstance(model, Path) else model
    providers, disabled = _providers(settings, noted), _disabled(settings, noted)
    return ort.InferenceSession(source, options, providers=providers, disabled_optimizers=disabled)


def _noted(model: Path | bytes, settings: SessionSettings, known: Noted | None = None) -> Noted | None:
    """What the model notes, where it is for the device that it is run on."""
    found = known or noted_session(model)
    return found if found is not None and found.device == settings.device else None


def _options(settings: SessionSettings, noted: Noted | None) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = _SILENT
    options.intra_op_num_threads = settings.threads
    if not settings.optimise:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    for key, value in {**(noted.options if noted else {}), **(settings.options or {})}.items():
        options.add_session_config_entry(key, value)
    return options


def _disabled(settings: SessionSettings, noted: Noted | None) -> list[str]:
    if settings.disabled is not None:
        return list(settings.disabled)
    if noted is not None:
        return list(noted.disabled_optimizers)
    return list(HARMFUL_ON_CUDA if settings.device == "cuda" else HARMFUL)


def _providers(settings: SessionSettings, noted: Noted | None) -> list[str | tuple[str, dict[str, str]]]:
    """The providers of the device, the first with the options that the model notes."""
    first, *others = _cuda_providers() if settings.device == "cuda" else [CPU]
    return [(first, dict(noted.provider_options)) if noted and noted.provider_options else first, *others]


def _cuda_providers() -> list[str]:
    """The CUDA provider, once its libraries are known to load."""
    if CUDA not in ort.get_available_providers():
        raise fail(CudaUnavailable("this build of onnxruntime does not have it"))
    with redirect_stdout(io.StringIO()):
        ort.preload_dlls()
    folder = Path(ort.__file__).parent / "capi"
    for part in ("shared", "cuda"):
        for library in folder.glob(f"*onnxruntime_providers_{part}.*"):
            try:
                ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL if part == "shared" else ctypes.DEFAULT_MODE)
            except OSError as error:
                raise fail(CudaUnavailable(str(error))) from None
    return [CUDA, CPU]


def _unloadable(model: Path | bytes, text: str) -> SpecError:
    name = str(model) if isinstance(model, Path) else "model"
    if isinstance(model, Path) and not model.exists():
        return fail(ModelUnreadable(name, "there is no such file"))
    damaged = "it is not an ONNX model, or is damaged"
    return fail(ModelUnreadable(name, damaged if "Protobuf parsing failed" in text else _reason(text)))


def _reason(text: str) -> str:
    """The first line of the runtime's message, without its codes and the node's address."""
    plain = _HEADER.sub("", text.strip())
    status = plain.rpartition("Status Message: ")[2]
    lines = [line for line in status.splitlines() if line.strip()]
    return re.sub(r"^/\S+:\d+ .*?\) ", "", lines[0]).strip() if lines else "unknown failure"


def _place(node: str, places: Mapping[str, NodePlace]) -> NodePlace:
    """The place of a node, or of the one with the longest name that a fused node's name starts with."""
    names = [name for name in places if node == name or node.startswith(f"{name}_") or node.endswith(f"_{name}")]
    return places[max(names, key=len)] if names else NodePlace("", "")


def _wrapped(model: Path | bytes, native: ort.InferenceSession) -> Session:
    metadata = dict(native.get_modelmeta().custom_metadata_map)
    declared = _declared(metadata.get("specc.defaults", "{}"))
    states: list[list[str]] = json.loads(metadata.get("specc.states", "[]"))
    required = tuple(_port(node.name, node.type, tuple(node.shape)) for node in native.get_inputs())
    required = tuple(_optional(port, declared, True) if port.name in declared else port for port in required)
    optional = tuple(
        _optional(_port(node.name, node.type, tuple(node.shape)), declared, False)
        for node in native.get_overridable_initializers()
    )
    outputs = tuple(_port(node.name, node.type, tuple(node.shape)) for node in native.get_outputs())
    pairs = tuple((pair[0], pair[1]) for pair in states)
    promises = read_promises(metadata.get("specc.promises"))
    ports = (*required, *optional)
    lowest = lowest_sizes(promises, (dim for port in ports for dim in port.shape if isinstance(dim, str)))
    return Session(model, ports, outputs, pairs, metadata, native, promises, lowest)


def _declared(text: str) -> dict[str, tuple[tuple[int | str, ...], float]]:
    """Shape and value of the inputs with a default, as the model's metadata has them."""
    try:
        noted: dict[str, dict[str, list[int | str]]] = json.loads(text)
        found = {name: (tuple(entry["shape"]), float(str(entry["value"]))) for name, entry in noted.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {name: entry for name, entry in found.items() if all(isinstance(dim, int | str) for dim in entry[0])}


def _optional(port: Port, declared: Mapping[str, tuple[tuple[int | str, ...], float]], filled: bool) -> Port:
    shape, default = declared.get(port.name, (port.shape, None))
    return Port(port.name, port.dtype, shape, True, default, filled)


def _port(name: str, kind: str, shape: tuple[int | str | None, ...]) -> Port:
    word = kind.removeprefix("tensor(").removesuffix(")")
    dtype: DType | None = DTYPES.get(_ORT_NAMES.get(word, word))
    return Port(name, dtype, tuple("" if dim is None else dim for dim in shape))
