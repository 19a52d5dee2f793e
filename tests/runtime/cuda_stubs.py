"""Libraries that stand for CUDA where there is no device: every symbol that the runtime's CUDA provider needs is there
and succeeds, and one device of compute capability 9.0 is reported. Sessions can be made with them, so that the runtime
tells where it would place each node; nothing can run."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import onnxruntime

PROVIDER = Path(onnxruntime.__file__).parent / "capi" / "libonnxruntime_providers_cuda.so"
TOOLS = ("gcc", "nm")
LINKED = ("libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10", "libcuda.so.1")
OPENED = ("libcudnn.so.9", "libcudnn.so")
"""cuDNN is opened at run time: its symbols are texts in the provider."""
ANSWERS = {
    "cudaGetDeviceCount": "int cudaGetDeviceCount(int *n) { *n = 1; return 0; }",
    "cudaGetDevice": "int cudaGetDevice(int *n) { *n = 0; return 0; }",
    "cudaMemGetInfo": "int cudaMemGetInfo(unsigned long *a, unsigned long *b) { *a = *b = 1ul << 34; return 0; }",
    "cudaGetErrorString": 'const char *cudaGetErrorString(int e) { return "stub"; }',
    "cudaGetErrorName": 'const char *cudaGetErrorName(int e) { return "stub"; }',
    "cudaDriverGetVersion": "int cudaDriverGetVersion(int *n) { *n = 13000; return 0; }",
    "cudaRuntimeGetVersion": "int cudaRuntimeGetVersion(int *n) { *n = 13000; return 0; }",
    "cudaMalloc": "void *malloc(unsigned long); "
    "int cudaMalloc(void **p, unsigned long n) { *p = malloc(n); return 0; }",
    # attributes 75 and 76 are the two parts of the compute capability
    "cudaDeviceGetAttribute": "int cudaDeviceGetAttribute(int *v, int a, int d) "
    "{ *v = a == 75 ? 9 : a == 76 ? 0 : 1; return 0; }",
    "cudnnDropoutGetStatesSize": "int cudnnDropoutGetStatesSize(void *h, unsigned long *n) { *n = 1024; return 0; }",
    "cudnnGetRNNWeightSpaceSize": "int cudnnGetRNNWeightSpaceSize(void *h, void *d, unsigned long *n) "
    "{ *n = 1ul << 26; return 0; }",
    "cudnnGetRNNTempSpaceSizes": "int cudnnGetRNNTempSpaceSizes(void *h, void *d, int m, void *x, unsigned long *a, "
    "unsigned long *b) { *a = 1024; if (b) *b = 1024; return 0; }",
    "cudnnGetRNNWeightParams": "int cudnnGetRNNWeightParams(void *h, void *d, int l, unsigned long n, void *s, int i, "
    "void *md, void **m, void *bd, void **b) { *m = *b = s; return 0; }",
    "cudnnGetTensorNdDescriptor": "int cudnnGetTensorNdDescriptor(void *d, int want, int *type, int *n, int *dims, "
    "int *strides) { *type = 0; *n = want; for (int i = 0; i < want; i++) dims[i] = strides[i] = 1; return 0; }",
}


def missing() -> str:
    """What is not there to build or use the libraries; empty where all is."""
    tools = [tool for tool in TOOLS if shutil.which(tool) is None]
    if tools:
        return f"{', '.join(tools)} is not installed"
    return "" if PROVIDER.exists() else "this onnxruntime has no CUDA provider"


def build(folder: Path) -> None:
    """Make the libraries in `folder`."""
    for library, symbols in _needed().items():
        body = "\n".join(ANSWERS.get(name, f"long {name}(void) {{ return 0; }}") for name in sorted(symbols))
        _link(folder, library, body, versioned=library != "libcuda.so.1" and bool(symbols))
    names = {name.decode() for name in re.findall(rb"(?<=\0)cudnn[A-Z]\w+(?=\0)", PROVIDER.read_bytes())}
    body = "\n".join(ANSWERS.get(name, _of_cudnn(name)) for name in sorted(names))
    for library in OPENED:
        _link(folder, library, body, versioned=False)


def _needed() -> dict[str, set[str]]:
    """Symbols that the provider is linked with, by library; only some carry its name."""
    listing = subprocess.run(
        ["nm", "-D", "--undefined-only", str(PROVIDER)], capture_output=True, text=True, check=True
    )
    needed: dict[str, set[str]] = defaultdict(set, {library: set() for library in LINKED})
    for line in listing.stdout.splitlines():
        name, _, library = line.split()[-1].partition("@")
        if library:
            needed[library.lstrip("@")].add(name)
        elif name.startswith("curand"):
            needed["libcurand.so.10"].add(name)
        elif name.startswith("cu"):
            needed["libcuda.so.1"].add(name)
    return {library: needed[library] for library in LINKED}


def _of_cudnn(name: str) -> str:
    if name.startswith("cudnnCreate"):
        return f"int {name}(void **p) {{ *p = (void *)0x1000; return 0; }}"
    return f"long {name}(void) {{ return 0; }}"


def _link(folder: Path, library: str, body: str, versioned: bool) -> None:
    source, script = folder / f"{library}.c", folder / f"{library}.map"
    source.write_text(body + "\n")
    command = ["gcc", "-shared", "-fPIC", "-w", "-o", str(folder / library), str(source), f"-Wl,-soname,{library}"]
    if versioned:
        script.write_text(f"{library} {{ global: *; }};\n")
        command.append(f"-Wl,--version-script={script}")
    subprocess.run(command, check=True)
