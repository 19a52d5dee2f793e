"""Comparisons of a model with itself, as a table and as JSON."""

from __future__ import annotations

from specc.base.jsonable import Json, to_json
from specc.report.grid import Column, Grid, markdown, plain
from specc.verify import Compared, Verification

_COLUMNS = (
    Column("beside the model as it is"),
    Column("sizes"),
    Column("max |error|", True),
    Column("relative", True),
    Column("cosine", True),
    Column("top-1", True),
    Column("seconds", True),
    Column("agrees"),
)


def verify_text(found: Verification, form: str) -> str:
    """The comparisons in a form: `table`, `markdown` or `json`."""
    if form == "json":
        return to_json(verify_json(found))
    grid = Grid(_COLUMNS, tuple(_row(one) for one in found.compared))
    if form == "markdown":
        return f"# {found.model}, {found.dtype}\n\n{markdown(grid)}"
    return f"{found.model}, {found.dtype}\n\n{plain(grid)}"


def _row(one: Compared) -> tuple[str, ...]:
    if one.skipped:
        return one.contender, _sizes(one), "", "", "", "", "", f"left out: {one.skipped}"
    largest = max((output.max for output in one.outputs), default=0.0)
    cosine = min((output.cosine for output in one.outputs if output.floating), default=1.0)
    top1 = min((output.top1 for output in one.outputs), default=1.0)
    word = "yes" if one.agrees else "NO"
    figures = f"{largest:.2g}", f"{one.relative:.2g}", f"{cosine:.6f}", f"{top1:.1%}", f"{one.seconds:.2f}"
    return one.contender, _sizes(one), *figures, word


def _sizes(one: Compared) -> str:
    return " ".join(f"{name}={size}" for name, size in one.sizes.items())


def verify_json(found: Verification) -> dict[str, Json]:
    """The same for programs."""
    compared: list[Json] = [
        {
            "contender": one.contender,
            "sizes": dict(one.sizes),
            "skipped": one.skipped or None,
            "agrees": one.agrees,
            "relative": one.relative,
            "seconds": one.seconds,
            "outputs": [
                {
                    "name": output.output,
                    "max": output.max,
                    "mean": output.mean,
                    "cosine": output.cosine if output.floating else None,
                    "top1": output.top1,
                }
                for output in one.outputs
            ],
        }
        for one in found.compared
    ]
    first = found.divergence
    place: Json = None
    if first is not None:
        place = {"contender": first.contender, "layer": first.layer, "relative": first.relative}
        place |= {"source": str(first.span) if first.span else "", "rewrites": list(first.rewrites)}
    return {"model": found.model, "dtype": found.dtype, "agrees": found.agrees, "compared": compared, "first": place}
