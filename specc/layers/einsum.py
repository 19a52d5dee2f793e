"""Einstein summation."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import STRING, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.element_types import WIDE
from specc.layers.common.errors_tensor import WrongEquation
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType


@layer
class Einsum(Operation):
    """Einstein summation: axes by letters, those that the result does not name are summed over.

    Each input names its axes once; `...` stands for all others, which come first in the result of an equation without
    `->`, then the letters that occur once, in alphabetical order. Sizes under one letter have to be equal, and so have
    those under `...`, counted from the last.

    Formula: y[i, k] = sum over j of a[i, j] * b[j, k] for the equation "ij,jk->ik"
    Source: numpy.einsum; torch.einsum; ONNX Einsum
    Example:
        input a: float32[N, T, 64]
        input b: float32[N, S, 64]
        y = einsum(a, b, "bic,bjc->bij")
    """

    name: ClassVar[str] = "einsum"
    ports: ClassVar[tuple[Port, ...]] = (Port("inputs", variadic=True),)

    equation: str = attribute(STRING, "letters of the axes of each input and, after `->`, of the result")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The sizes of the letters of the result."""
        WIDE.need_one(self.name, inputs)
        terms, result = self._parsed(inputs)
        for port, (term, tensor) in enumerate(zip(terms, inputs, strict=True)):
            if len(term) != tensor.rank:
                reason = f"names {len(term)} axes of input {port}, and {tensor} has {tensor.rank}"
                raise Rejected(WrongEquation(self.equation, reason), Blame(port))
        sizes = self._sizes(terms, inputs)
        for port, term in enumerate(terms if len(terms) > 1 else ()):
            need_some(self.name, inputs[port], range(len(term)), port)
        return (inputs[0].with_shape(tuple(sizes[letter] for letter in result)),)

    def _parsed(self, inputs: Arguments[TensorType]) -> tuple[tuple[str, ...], str]:
        """Letters of each input and of the result, `...` being spelled out."""
        left, arrow, result = self.equation.replace(" ", "").partition("->")
        terms = tuple(left.split(","))
        if not arrow:
            once = "".join(letter for letter in sorted(set(left) - set(",.")) if left.count(letter) == 1)
            result = ("..." if "..." in left else "") + once
        if len(terms) != len(inputs):
            reason = f"names {len(terms)} inputs, and there are {len(inputs)}"
            raise Rejected(WrongEquation(self.equation, reason), Blame(0))
        terms, result = self._spelled(terms, result, inputs)
        left = "".join(terms)
        for term in (*terms, result):
            if not ((term.isascii() and term.isalpha()) or not term):
                raise Rejected(WrongEquation(self.equation, "has to consist of letters, `...`, commas and one `->`"))
            if len(set(term)) != len(term):
                raise Rejected(WrongEquation(self.equation, f"names an axis twice in `{term}`"))
        unknown = sorted(set(result) - set(left))
        if unknown:
            raise Rejected(WrongEquation(self.equation, f"has `{unknown[0]}` in the result, and no input has it"))
        return terms, result

    def _spelled(
        self, terms: tuple[str, ...], result: str, inputs: Arguments[TensorType]
    ) -> tuple[tuple[str, ...], str]:
        """Letters that the equation does not use in the place of `...`."""
        counts = [max(tensor.rank - len(term) + 3, 0) for term, tensor in zip(terms, inputs, strict=True)]
        most = max((count for count, term in zip(counts, terms, strict=True) if "..." in term), default=0)
        free = [letter for letter in ascii_letters if letter not in self.equation][:most]
        spelled = (
            term.replace("...", "".join(free[most - count :]), 1) if "..." in term else term
            for term, count in zip(terms, counts, strict=True)
        )
        return tuple(spelled), result.replace("...", "".join(free), 1)

    def _sizes(self, terms: Sequence[str], inputs: Arguments[TensorType]) -> dict[str, Dim]:
        """Sizes by letter."""
        sizes: dict[str, Dim] = {}
        places: dict[str, Blame] = {}
        for port, (term, tensor) in enumerate(zip(terms, inputs, strict=True)):
            for axis, (letter, size) in enumerate(zip(term, tensor.shape, strict=True)):
                here = Blame(port, axis)
                first = places.setdefault(letter, here)
                need_equal(self.name, f"all sizes of `{letter}`", sizes.setdefault(letter, size), size, first, here)
        return sizes

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: inputs are multiplied one after another; each product takes the sizes of all letters that it reads,
        letters that nothing after it names being summed at once. One input alone: one for each element."""
        terms, result = self._parsed(inputs)
        if len(terms) == 1:
            return Cost(0, inputs[0].size)
        sizes = self._sizes(terms, inputs)
        macs: Dim = 0
        letters = set(terms[0])
        for index, term in enumerate(terms[1:], 1):
            letters |= set(term)
            macs = macs + product(sizes[letter] for letter in sorted(letters))
            letters &= set("".join(terms[index + 1 :])) | set(result)
        return Cost(macs, 2 * macs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Einsum."""
        terms, result = self._parsed(site.types)
        return (build.op("Einsum", *site.inputs, equation=f"{','.join(terms)}->{result}"),)
