"""Mistakes that attention and recurrence find."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import divisors
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
class HeadsDoNotDivide(Mistake):
    """The heads of an attention do not divide the size of a tensor.

    Why: each head takes an equal share of the last dim.

    Wrong:
        input x: float32[N, T, 60]
        y = x -> attention(num_heads=7)
    Right:
        input x: float32[N, T, 60]
        y = x -> attention(num_heads=6)
    """

    code = "SP3301"
    title = "heads do not divide the size"
    layer: str
    heads: int
    size: int
    port: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}`: {self.heads} heads do not divide the {self.size} elements of `{self.port}`"

    def hint(self) -> str | None:
        """What to do."""
        return f"take {divisors(self.size)} heads, or another size"


@mistake
class HeadsDoNotGroup(Mistake):
    """The heads of the keys do not divide the heads of the queries.

    Why: each head of the keys serves the same number of heads of the queries.

    Wrong:
        input q: float32[N, T, 512]
        input k: float32[N, T, 192]
        y = attention(q, k, num_heads=8, num_kv_heads=3)
    Right:
        input q: float32[N, T, 512]
        input k: float32[N, T, 128]
        y = attention(q, k, num_heads=8, num_kv_heads=2)
    """

    code = "SP3302"
    title = "heads of keys do not divide heads of queries"
    heads: int
    kv_heads: int

    def message(self) -> str:
        """One sentence."""
        return f"{self.kv_heads} heads of keys and values cannot serve {self.heads} heads of queries equally"

    def hint(self) -> str | None:
        """What to do."""
        return f"take {divisors(self.heads)} heads of keys and values"


@mistake
class HeadsDiffer(Mistake):
    """The tensors of an attention have another number of heads than its attributes say.

    Why: where the heads are an axis of the tensor, their number is known from it.

    Wrong:
        input q: float32[N, 8, T, 64]
        y = attention(q, num_heads=4)
    Right:
        input q: float32[N, 8, T, 64]
        y = attention(q)
    """

    code = "SP3303"
    title = "number of heads differs"
    given: int
    tensor: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"{self.given} heads are wanted, and {self.tensor} has {self.tensor.shape[1]}"

    def hint(self) -> str | None:
        """What to do."""
        return "leave the attribute out, or give the number of the tensor's axis 1"


@mistake
class QueriesOutnumberKeys(Mistake):
    """Attention by places, causal or in a window, may have more queries than keys.

    Why: the last query stands beside the last key, and each sees the keys up to, or around, its own place. With more
    queries than keys, the first ones would see nothing.

    Wrong:
        input q: float32[N, T, 64]
        input k: float32[N, S, 64]
        y = attention(q, k, causal=true)
    Right:
        input q: float32[N, T, 64]
        input k: float32[N, S, 64]
        require S >= T
        y = attention(q, k, causal=true)
    """

    code = "SP3304"
    title = "more queries than keys"
    queries: Dim
    keys: Dim
    kind: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.kind} of {self.queries} queries and {self.keys} keys: there may be more queries than keys"

    def hint(self) -> str | None:
        """What to do."""
        known = isinstance(self.queries, int) and isinstance(self.keys, int)
        return None if known else f"promise enough keys, as in `require {self.keys} >= {self.queries}`"


@mistake
class MaskDoesNotFit(Mistake):
    """The mask of an attention does not fit its scores.

    Why: scores have the shape [N, heads, queries, keys]. A mask is aligned with it at the last dim, and each dim of the
    mask is equal or 1.

    Wrong:
        input x: float32[N, T, 64]
        input mask: bool[N, T]
        y = attention(x, mask=mask)
    Right:
        input x: float32[N, T, 64]
        input mask: bool[N, T]
        y = attention(x, key_mask=mask)
    """

    code = "SP3305"
    title = "mask does not fit"
    port: str
    mask: TensorType
    wanted: tuple[Dim, ...]

    def message(self) -> str:
        """One sentence."""
        return f"`{self.port}` is {self.mask}, and does not fit [{', '.join(map(str, self.wanted))}]"

    def hint(self) -> str | None:
        """What to do."""
        return "dims are aligned from the last, and each is equal or 1; a mask of the keys [N, T] is `key_mask`"


@mistake
class StateChanges(Mistake):
    """The state of a scan has another type after a step than before.

    Why: the state of one step goes into the next.

    Wrong:
        block cell(x, h):
            return concat(x, h)
        input x: float32[N, T, 8]
        input h: float32[N, 8]
        y, last = scan(cell, over=x, state=h)
    Right:
        block cell(x, h):
            return tanh(x + h)
        input x: float32[N, T, 8]
        input h: float32[N, 8]
        y, last = scan(cell, over=x, state=h)
    """

    code = "SP3306"
    title = "the state changes its type"
    index: int
    before: TensorType
    after: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"state {self.index} of the scan is {self.before} before a step and {self.after} after it"

    def hint(self) -> str | None:
        """The order of what a step returns."""
        return "a step returns its results first and then the next states, in the order of `state=`"


ERRORS: tuple[type[Mistake], ...] = (
    HeadsDoNotDivide,
    HeadsDoNotGroup,
    HeadsDiffer,
    QueriesOutnumberKeys,
    MaskDoesNotFit,
    StateChanges,
)
