"""How fast compiled models are beside the best of their peers: one run, all contenders in turn, medians.

    python benchmarks/latency/run.py [--nets resnet50 lstm ...] [--threads 1 2] [--launches 7] [--rounds 5] [--batch 1]
        [--variant NAME="--target cpu {bind}"] [--peers build/peers/bin/python]

A variant is a way to call `specc compile`; `{bind}` stands for the sizes of the net (`-b N=1 -b T=128`). The first one
is what the others and the peers are divided by. Each contender has a process of its own, which is stopped while another
one runs; all are started anew several times, since where a process gets its memory makes the same model up to a tenth
faster or slower for as long as it lives. Nothing is timed that does not give what PyTorch gives. Results are added to
`results.json`, and `results.md` is written from all that it has.

A variant whose name begins with `int8` is compared by the cosine of the angle between its outputs and those of PyTorch;
`{feeds}` in its options stands for a file with the inputs, to calibrate with.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from nets import NETS, sized
from processes import Contender, Worker
from table import Result, add_results, summary

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOLERANCE = 1e-4
QUANTISED, COSINE = "int8", 0.99
TURN_SECONDS = 0.15
VARIANTS = ("cpu=--target cpu", "bound=--target cpu {bind}", "portable=--target portable")
EXPORTS = ("dynamo", "slim", "optimizer", "script", "script_slim", "script_optimizer")
TORCH = ("eager", "compile", "autotune")


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    variants: dict[str, str]
    peers: tuple[str, ...]
    peer_python: str
    scratch: Path
    rounds: int
    batch: int
    threads: int
    launches: int


def prepared(net: str, settings: Settings) -> Path:
    """The folder of a net with weights, inputs, expected outputs and exports; made once."""
    folder = settings.scratch / (net if settings.batch == 1 else f"{net}_n{settings.batch}")
    if not (folder / "exports.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [settings.peer_python, str(HERE / "peers.py"), net, str(settings.batch), str(folder)]
        with open(folder / "exports.log", "w") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True)
    return folder


def compiled(net: str, variant: str, settings: Settings, folder: Path) -> Path:
    """A spec compiled as a variant says."""
    about, path = NETS[net], folder / f"ours_{variant}.onnx"
    spec = about.spec if about.spec.startswith("zoo:") else str(HERE / about.spec)
    fixed = {key: size for key, size in sized(net, settings.batch).items() if key not in about.growing}
    bind = " ".join(f"-b {key}={size}" for key, size in fixed.items())
    options = settings.variants[variant].replace("{bind}", bind).replace("{feeds}", str(folder / "feeds.npz"))
    more = shlex.split(options)
    command = [sys.executable, "-m", "specc", "compile", spec, "-q", "-o", str(path), *more]
    command += ["--weights", str(folder / "weights.safetensors")]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return path


def contenders(net: str, settings: Settings, folder: Path) -> tuple[list[Contender], dict[str, str]]:
    """All contenders of a net, and those that cannot be, with reasons."""
    common = (net, str(folder / "feeds.npz"), settings.threads, NETS[net].steps)
    made: list[Contender] = []
    missing: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for variant in settings.variants:
        try:
            path = compiled(net, variant, settings, folder)
        except subprocess.CalledProcessError as problem:
            missing[variant] = f"specc compile failed: {problem.returncode}"
            continue
        graph = graph_of(path)
        if graph in seen:
            missing[variant] = f"the same graph as {seen[graph]}"
            continue
        seen[graph] = variant
        made.append(Contender(variant, "specc", str(path), sys.executable, *common))
    told: dict[str, str] = json.loads((folder / "exports.json").read_text())
    for peer in settings.peers:
        if peer in EXPORTS:
            if not told.get(peer, "").startswith("ok"):
                missing[peer] = told.get(peer, "does not apply")
                continue
            made.append(Contender(peer, "ort", str(folder / f"{peer}.onnx"), settings.peer_python, *common))
        else:
            made.append(Contender(peer, peer, "", settings.peer_python, *common))
    return made, missing


def graph_of(path: Path) -> bytes:
    """The graph of a model, without the name of the file that has its weights."""
    graph = onnx.load(str(path), load_external_data=False).graph
    for tensor in graph.initializer:
        for entry in tensor.external_data:
            entry.value = entry.value if entry.key != "location" else ""
    made: bytes = graph.SerializeToString(deterministic=True)
    return made


def difference(made: Path, expected: Path) -> float:
    """Largest error of any output that PyTorch has, divided by the largest value; infinite where one is missing."""
    ours, theirs = np.load(made), np.load(expected)
    worst = 0.0
    for key in theirs.files:
        if key not in ours.files or ours[key].shape != theirs[key].shape:
            return float("inf")
        off = np.abs(ours[key].astype(np.float64) - theirs[key]).max()
        if theirs[key].ndim and np.ptp(theirs[key]) == 0:
            raise SystemExit(f"{expected}: nothing to compare in {key}")
        worst = max(worst, float(off) / max(float(np.abs(theirs[key]).max()), 1e-12))
    return worst if np.isfinite(worst) else float("inf")


def turned(made: Path, expected: Path) -> float:
    """What is missing to 1 in the smallest cosine of the angle between an output and that of PyTorch."""
    ours, theirs = np.load(made), np.load(expected)
    sides = [(ours[key].ravel().astype(np.float64), theirs[key].ravel().astype(np.float64)) for key in theirs.files]
    return max(1 - float(a @ b / np.sqrt((a @ a) * (b @ b))) for a, b in sides if a.size > 1)


def equal_workers(
    ready: list[Contender], folder: Path, missing: dict[str, str]
) -> tuple[list[Worker], dict[str, float]]:
    """Started workers whose outputs are PyTorch's, and their errors; tokens of a decoding have to be the same."""
    kept: list[Worker] = []
    errors: dict[str, float] = {}
    tokens: np.ndarray | None = None
    for contender in ready:
        path = folder / "made.npz"
        path.unlink(missing_ok=True)
        worker = Worker(contender, folder)
        try:
            worker.ask({"do": "outputs", "path": str(path)})
            quantised = contender.name.startswith(QUANTISED)
            error = (turned if quantised else difference)(path, folder / "expected.npz")
            if contender.steps:
                chosen = np.load(path)["tokens"]
                tokens = chosen if tokens is None else tokens
                error = error if np.array_equal(tokens, chosen) else float("inf")
        except RuntimeError as problem:
            missing[contender.name] = str(problem)[-300:]
            worker.close()
            continue
        if not error <= (1 - COSINE if quantised else TOLERANCE):
            missing[contender.name] = f"outputs differ by {error:.1e}"
            worker.close()
            continue
        errors[contender.name] = error
        kept.append(worker)
    return kept, errors


def turns(workers: list[Worker], rounds: int, turn: float = TURN_SECONDS) -> tuple[dict[str, list[float]], float]:
    """Seconds of each turn: in each round, each contender in a random order; and the part of the turns that other
    processes disturbed. All have as many runs in a turn; it counts with their median, with several threads by the
    fastest, since each time that one of the threads is interrupted delays all of them."""
    shuffled, order = random.Random(0), list(workers)
    first = [one.ask({"do": "time", "runs": 1, "warm": True})[-1] for one in workers]
    typical = float(np.median(first))
    request = {"do": "time", "runs": max(1, min(20, round(turn / typical))), "warm": typical < TURN_SECONDS}
    times: dict[str, list[float]] = {worker.contender.name: [] for worker in workers}
    disturbed = 0
    for _ in range(rounds):
        shuffled.shuffle(order)
        for worker in order:
            taken, quiet = worker.quiet(request)
            counts = min(taken) if worker.contender.threads > 1 else float(np.median(taken))
            times[worker.contender.name].append(counts)
            disturbed += not quiet
    return times, disturbed / max(1, rounds * len(workers))


def measured(net: str, settings: Settings) -> Result:
    """One net with one number of threads: for each contender the median of each launch."""
    folder = prepared(net, settings)
    ready, missing = contenders(net, settings, folder)
    times: dict[str, list[float]] = {}
    disturbed, errors = 0.0, {}
    for _ in range(settings.launches):
        workers, errors = equal_workers([one for one in ready if one.name not in missing], folder, missing)
        try:
            made, share = turns(workers, settings.rounds)
        finally:
            for worker in workers:
                worker.close()
        disturbed += share / settings.launches
        for name, taken in made.items():
            times.setdefault(name, []).append(float(np.median(taken)))
    times = {name: taken for name, taken in times.items() if name not in missing}
    ours = tuple(name for name in settings.variants if name in times)
    return Result(
        net,
        settings.batch,
        settings.threads,
        settings.rounds,
        ours,
        times,
        errors,
        missing,
        disturbed,
        settings.launches,
    )


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nets", nargs="*", default=list(NETS), choices=list(NETS))
    parser.add_argument("--threads", nargs="*", type=int, default=[2, 1])
    parser.add_argument("--rounds", type=int, default=5, help="of each launch")
    parser.add_argument("--launches", type=int, default=7, help="how often all processes are started")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--variant", action="append", metavar='NAME="OPTIONS"', help="repeatable")
    parser.add_argument("--ours-options", default="", help="options that every variant gets")
    parser.add_argument("--only", nargs="*", default=[*EXPORTS, *TORCH], help="peers to run")
    parser.add_argument("--peers", default=str(ROOT / "build" / "peers" / "bin" / "python"))
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/latency"))
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    return parser.parse_args()


def main() -> None:
    """Measure, print, write the results."""
    given = parsed()
    variants = dict(one.split("=", 1) for one in given.variant or VARIANTS)
    variants = {name: f"{options} {given.ours_options}" for name, options in variants.items()}
    for net in given.nets:
        for threads in given.threads:
            settings = Settings(
                variants,
                tuple(given.only),
                given.peers,
                given.scratch,
                given.rounds,
                given.batch,
                threads,
                given.launches,
            )
            result = measured(net, settings)
            if not result.ours:
                sys.exit(f"{net}: no variant is compiled and right: {result.missing}")
            add_results(given.results, [result], given.peers)
            print(summary(result), flush=True)


if __name__ == "__main__":
    main()
