"""Python code that opens a compiled model as it is meant to be run."""

from __future__ import annotations

from specc.emit.settings import Session


def snippet(path: str, session: Session) -> str:
    """A session of onnxruntime with the providers, options and left-out rewrites that the model notes."""
    lines = ["import onnxruntime as ort"]
    if session.device == "cuda":
        lines.append("ort.preload_dlls()")
    lines.append("options = ort.SessionOptions()")
    lines += [f"options.add_session_config_entry({key!r}, {value!r})" for key, value in session.options.items()]
    first, *others = session.providers
    chosen = (first, dict(session.provider_options)) if session.provider_options else first
    lines += [
        "session = ort.InferenceSession(",
        f"    {path!r},",
        "    options,",
        f"    providers={[chosen, *others]!r},",
        f"    disabled_optimizers={list(session.disabled_optimizers)!r},",
        ")",
    ]
    return "".join(f"{line}\n" for line in lines)
