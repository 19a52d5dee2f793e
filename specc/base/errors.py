"""Mistakes in the files of targets, and limits."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.limits import allow_more
from specc.base.suggest import did_you_mean


@mistake
class UnknownTarget(Mistake):
    """There is no target of that name.

    Why: a target is one of those that come with the program, or the path of a `.yaml` file.

    Wrong:
        specc compile lenet5.yaml --target gpu -o lenet5.onnx
    Right:
        specc compile lenet5.yaml --target cuda -o lenet5.onnx
    """

    code = "SP6211"
    title = "unknown target"
    name: str
    known: tuple[str, ...]
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"there is no target `{self.name}`"

    def hint(self) -> str | None:
        """What there is."""
        return did_you_mean(self.near) or f"the targets are {', '.join(f'`{name}`' for name in self.known)}"


@mistake
class TargetUnreadable(Mistake):
    """The file of a target cannot be read.

    Why: it is missing, or is not a YAML mapping.

    Wrong:
        - cpu
    Right:
        name: cpu
    """

    code = "SP6212"
    title = "target cannot be read"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read the target `{self.path}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "a target is a YAML file like those of `specc/targets`; the given ones go by name, as `cpu`"


@mistake
class UnknownTargetKey(Mistake):
    """The file of a target has a key that means nothing, or has a key twice.

    Why: a misspelt key would be passed over in silence.

    Wrong:
        opsets: 21
    Right:
        opset: 21
    """

    code = "SP6213"
    title = "wrong key of a target"
    key: str
    why: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the key `{self.key}` {self.why}"

    def hint(self) -> str | None:
        """Keys that resemble it."""
        return did_you_mean(self.near) or "docs/targets.md lists the keys"


@mistake
class BadTargetValue(Mistake):
    """A value of a target is missing or of the wrong kind.

    Why: each key has one kind of value.

    Wrong:
        opset: newest
    Right:
        opset: 21
    """

    code = "SP6214"
    title = "wrong value of a target"
    key: str
    wanted: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.key}` has to be {self.wanted}"

    def hint(self) -> str | None:
        """What to do."""
        return "targets/h100.yaml is a complete example, and docs/targets.md lists the keys"


@mistake
class LimitExceeded(Mistake):
    """Expanding the spec would cost more than is allowed.

    Why: compiling always ends, whatever a file says; the limits lie far above real networks.

    Wrong:
        for i in range(10 ** 9):
            x = x -> relu
    Right:
        for i in range(100):
            x = x -> relu
    """

    code = "SP9101"
    title = "limit exceeded"
    what: str
    limit: int
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.what} (limit {self.limit:,})"

    def hint(self) -> str | None:
        """How to allow more."""
        return allow_more(self.name, self.limit)


@mistake
class UnknownLimit(Mistake):
    """A limit that is to be raised does not exist, or is not given a positive integer.

    Why: the limits are those of the table in docs/language.md.

    Wrong:
        specc check net.specc --limit step=2_000_000
    Right:
        specc check net.specc --limit steps=2_000_000
    """

    code = "SP9011"
    title = "unknown limit"
    name: str
    why: str
    known: tuple[str, ...]
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"the limit `{self.name}` {self.why}"

    def hint(self) -> str | None:
        """What there is."""
        return did_you_mean(self.near) or f"the limits are {', '.join(f'`{name}`' for name in self.known)}"


ERRORS = (UnknownTarget, TargetUnreadable, UnknownTargetKey, BadTargetValue, LimitExceeded, UnknownLimit)
