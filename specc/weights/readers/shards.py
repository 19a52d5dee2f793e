"""Several files as one checkpoint: the shards of a folder, or those that an index names."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.mapped import Damaged, map_file, reading, unreadable

ENDING = ".index.json"
_LARGEST_INDEX = 32 << 20


def is_index(path: Path) -> bool:
    """Whether the name is that of an index, such as `model.safetensors.index.json`."""
    return path.name.endswith(ENDING)


def index_of(folder: Path) -> Path | None:
    """The index in a folder: the only one, or that of the safetensors files. Raises `SpecError` for several."""
    found = sorted(folder.glob(f"*{ENDING}"))
    first = [path for path in found if path.name.endswith(f".safetensors{ENDING}")] or found
    if len(first) > 1:
        raise unreadable(str(folder), "the folder has more than one index; give the one that is meant")
    return first[0] if first else None


def merged(path: str, shards: Sequence[Checkpoint]) -> Checkpoint:
    """The tensors of all `shards`. Raises `SpecError` where two have a tensor of one name."""
    tensors: dict[str, StoredTensor] = {}
    for shard in shards:
        for name, tensor in shard.tensors.items():
            if name in tensors:
                raise unreadable(shard.path, f"`{name}` is in another file of the folder too")
            tensors[name] = tensor
    return Checkpoint(path, tensors, tuple(file for shard in shards for file in shard.files))


def read_index(path: Path, open_file: Callable[[Path], Checkpoint]) -> Checkpoint:
    """The tensors that an index lists, each in the file that it names, which lies beside the index."""
    with reading(str(path)):
        places = _places(path)
        shards = {name: open_file(path.parent / name) for name in sorted(set(places.values()))}
        tensors: dict[str, StoredTensor] = {}
        for name, shard in places.items():
            if name not in shards[shard].tensors:
                raise Damaged(f"it says that `{name[:200]}` is in `{shard}`, which has no such tensor")
            tensors[name] = shards[shard].tensors[name]
        for opened in shards.values():
            for name, tensor in opened.tensors.items():
                tensors.setdefault(name, tensor)
        return Checkpoint(str(path), tensors, tuple(file for opened in shards.values() for file in opened.files))


def _places(path: Path) -> dict[str, str]:
    content = map_file(path).data
    if len(content) > _LARGEST_INDEX:
        raise Damaged(f"it is larger than {_LARGEST_INDEX >> 20} MiB")
    try:
        index = json.loads(content[:])
    except (ValueError, RecursionError):
        raise Damaged("it is no JSON") from None
    places = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(places, dict) or not places:
        raise Damaged("it has no `weight_map`")
    for shard in places.values():
        if not isinstance(shard, str) or Path(shard).name != shard or shard in ("", "..") or "\\" in shard:
            raise Damaged("it names a file that does not lie beside it")
    return places
