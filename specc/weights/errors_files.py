"""Mistakes in files of weights."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake


@mistake
class CodeInWeights(Mistake):
    """A weights file holds something that only running code can rebuild.

    Why: a pickle can name any function to be called; of PyTorch's files only tensors, containers, text and numbers are
    read, by a reader that calls nothing.

    Wrong:
        torch.save(model, "net.pt")
    Right:
        torch.save(model.state_dict(), "net.pt")
    """

    code = "SP4210"
    title = "weights with code in them"
    path: str
    found: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.path}` holds {self.found}, and only tensors, containers, text and numbers are read"

    def hint(self) -> str | None:
        """Where to get a file without."""
        return "load it where you trust it, and save its tensors alone: `torch.save(model.state_dict(), ...)`"


@mistake
class TensorUnreadable(Mistake):
    """A tensor of a weights file is stored in a way that is not read.

    Why: types of less than a byte, text, and unusual compressions have no place in a model's weights.

    Wrong:
        specc compile net.specc --weights net_int4.onnx
    Right:
        specc compile net.specc --weights net.onnx
    """

    code = "SP4211"
    title = "tensor of the weights cannot be read"
    path: str
    tensor: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read `{self.tensor}` of `{self.path}`: {self.why}"


@mistake
class NotRules(Mistake):
    """A file of rules for weights holds something else.

    Why: `--weight-rules` takes what stands under `weights:` in a spec: a YAML list of rules, or a `.specc` file with a
    `weights:` statement and nothing else.

    Wrong:
        specc compile net.specc --weights net.pt --weight-rules net.specc
    Right:
        specc compile net.specc --weights net.pt --weight-rules net_rules.yaml
    """

    code = "SP4212"
    title = "no rules for weights"
    path: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.path}` is no list of rules for weights"

    def hint(self) -> str | None:
        """What such a file looks like."""
        return "write a YAML list: `- rename: [pattern, replacement]`, `- ignore: pattern`, ..."


ERRORS = (CodeInWeights, TensorUnreadable, NotRules)
