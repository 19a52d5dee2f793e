"""What layers of signals reject, in which words, what they count, and which operators they become."""

from __future__ import annotations

import pytest

import specc

S = "input x: float32[N, T]\n"
SPECTRUM = "input x: float32[N, 257, T, 2]\nrequire T >= 2\n"
BANDS = "input x: float32[N, 201, T]\n"

MESSAGES = {
    S + "output y = x -> stft(256, win_length=400)": (
        "SP3400",
        "the window of `stft` has 400 samples, and a frame only 256",
        "use `n_fft` of at least 400, or a shorter `win_length`",
    ),
    S + "output y = x -> stft(400)": (
        "SP3401",
        "`stft` needs 201 samples, and axis 1 may have fewer: T",
        "promise a length, as in `require T >= 201`",
    ),
    S + "output y = x -> stft(400, center=false)": (
        "SP3401",
        "`stft` needs 400 samples, and axis 1 may have fewer: T",
        "promise a length, as in `require T >= 400`",
    ),
    "input x: float32[2, 100]\noutput y = x -> stft(400)": (
        "SP3401",
        "`stft` needs 201 samples, and axis 1 has 100",
        "use a longer signal, or shorter frames",
    ),
    "input x: int64[2, 1000]\noutput y = x -> stft(400)": (
        "SP3004",
        "`stft` needs float32, float16 or bfloat16, and got int64[2, 1000]",
        "convert it with `cast(x, TYPE)`, or declare the input in another type",
    ),
    S + "output y = x -> stft(100000)": (
        "SP2006",
        "`n_fft` of `stft` must be an integer from 1 to 65536, and is the number 100000",
        "`specc layers NAME` shows what each attribute takes",
    ),
    S + "output y = x -> frame(16, axis=0)": (
        "SP3401",
        "`frame` needs 16 samples, and axis 0 may have fewer: N",
        "promise a length, as in `require N >= 16`",
    ),
    S + "output y = x -> frame(16, axis=2)": (
        "SP3009",
        "`frame` works along axis 2, and the input has 2 dims",
        "use an axis from -2 to 1",
    ),
    SPECTRUM + "output y = x -> istft(400)": (
        "SP3402",
        "`istft` needs [..., 201, frames, 2], and got float32[N, 257, T, 2]",
        "give `istft` the `n_fft` and `onesided` of the `stft` that made it, in the form complex",
    ),
    SPECTRUM + "output y = x -> istft(512, onesided=false)": (
        "SP3402",
        "`istft` needs [..., 512, frames, 2], and got float32[N, 257, T, 2]",
        "give `istft` the `n_fft` and `onesided` of the `stft` that made it, in the form complex",
    ),
    "input x: float32[N, 257, T, 2]\noutput y = x -> istft(512)": (
        "SP3401",
        "`istft` needs 2 frames, and axis 2 may have fewer: T",
        "promise a length, as in `require T >= 2`",
    ),
    SPECTRUM + "output y = x -> istft(512, 512)": (
        "SP3403",
        "windows `hann` of 512 samples, 512 apart, do not cover the whole signal",
        "use a shorter hop, such as a quarter of the window",
    ),
    SPECTRUM + "output y = x -> istft(512, center=false)": (
        "SP3403",
        "windows `hann` of 512 samples, 128 apart, do not cover the whole signal",
        "with `center=false` the window must not be zero at its ends: use `rect` or `hamming` of `n_fft` samples",
    ),
    SPECTRUM + "output y = x -> istft(512, length=128 * T + 200)": (
        "SP3404",
        "`istft` is told to give 128*T + 200 samples, and its frames cover 128*T + 128",
        "ask for at least 1 and at most 128*T + 128 samples, or leave `length` out",
    ),
    BANDS + "output y = x -> mel_filterbank(40, sample_rate=8000, f_max=8000.0)": (
        "SP3405",
        "`mel_filterbank` goes from 0 to 8000 Hz, and the spectrum from 0 to 4000",
        "set `sample_rate` to that of the signal, and `f_min` below `f_max`",
    ),
    BANDS + "output y = x -> mel_filterbank(40, f_min=9000.0)": (
        "SP3405",
        "`mel_filterbank` goes from 9000 to 8000 Hz, and the spectrum from 0 to 8000",
        "set `sample_rate` to that of the signal, and `f_min` below `f_max`",
    ),
    "input x: float32[N, 1, T]\noutput y = x -> mel_filterbank(40)": (
        "SP3406",
        "`mel_filterbank` needs at least 2 frequencies, and got 1",
        "the axis before the last holds the frequencies: [..., frequencies, frames]",
    ),
    "input x: float32[N, F, T]\noutput y = x -> mel_filterbank(40)": (
        "SP3002",
        "`mel_filterbank` has weights whose shape depends on `F`, which is known only at run time",
        "make this dim a number or a parameter of the model",
    ),
    "require N >= 0\ninput x: float32[N, 40, T]\noutput y = x -> mel_filterbank(40)": (
        "SP3216",
        "`mel_filterbank` needs at least one element along axis 0, whose size N may be 0",
        "promise a size, as in `require N >= 1`",
    ),
    "require N >= 0\ninput x: float32[N, 40, T]\noutput y = x -> dct(axis=1)": (
        "SP3216",
        "`dct` needs at least one element along axis 0, whose size N may be 0",
        "promise a size, as in `require N >= 1`",
    ),
    "input x: float32[N, 40]\noutput y = x -> dct(80)": (
        "SP3407",
        "`dct` is told to give 80 coefficients of 40 elements",
        "keep at most 40, or name the axis that is transformed, as in `axis=1`",
    ),
    "input x: float32[]\noutput y = x -> preemphasis": (
        "SP3001",
        "`preemphasis` needs 1 to 16 dims, [..., T], and got float32[]",
        "add, drop or join axes with `unsqueeze`, `squeeze`, `reshape` or `flatten`",
    ),
    S + "output y = x -> stochastic_depth(1.5)": (
        "SP2006",
        "`p` of `stochastic_depth` must be a number from 0 to 1, and is the number 1.5",
        "`specc layers NAME` shows what each attribute takes",
    ),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model bad\n{text}\n", syntax="text").check()
    found = caught.value.diagnostics[0]
    assert (found.code, found.message, found.help) == MESSAGES[text]


N, T = 3, 1000


@pytest.mark.parametrize(
    ("text", "macs", "flops"),
    [
        ("x -> stft(400, 160)", N * 402 * 7 * 400, N * 402 * 7 * 800),
        ("x -> stft(400, 160, form=power)", N * 402 * 7 * 400, N * 402 * 7 * 800 + N * 201 * 7 * 3),
        ("x -> stft(400, 160, form=magnitude)", N * 402 * 7 * 400, N * 402 * 7 * 800 + N * 201 * 7 * 4),
        ("x -> stft(400, 160, onesided=false)", N * 800 * 7 * 400, N * 800 * 7 * 800),
        ("x -> dct(10)", N * 10 * T, 2 * N * 10 * T),
        ("x -> preemphasis", 0, 2 * N * T),
        ("x -> frame(400, 160)", 0, 0),
        ("x -> stochastic_depth(0.1)", 0, 0),
    ],
)
def test_cost(text: str, macs: int, flops: int) -> None:
    report = specc.loads(f"model counted\ninput x: float32[N, {T}]\noutput y = {text}\n", syntax="text").report(N=N)
    assert (report.macs, report.flops) == (macs, flops)


def test_cost_of_spectra() -> None:
    text = "model counted\ninput x: float32[N, 201, 50, 2]\noutput y = x -> istft(400, 160)\n"
    text += "output z = x[..., 0] -> mel_filterbank(80)\n"
    assert specc.loads(text, syntax="text").report(N=N).macs == (N * 402 + 1) * 50 * 400 + N * 80 * 201 * 50


def test_tables_are_no_parameters_and_stored_once() -> None:
    text = f"model twice\n{S}require T >= 400\noutput a = x -> stft(400)\noutput b = x + 1 -> stft(400, 160)\n"
    spec = specc.loads(text, syntax="text")
    assert spec.report(N=1, T=400).params.total == 0
    tables = [tensor for tensor in spec.compile().proto.graph.initializer if list(tensor.dims) == [402, 1, 400]]
    assert len(tables) == 1


def test_a_spectrum_is_made_by_operators_that_cuda_has() -> None:
    text = f"model portable\n{S}require T >= 400\noutput y = x -> stft(400) -> istft(400, length=T)\n"
    types = {node.op_type for node in specc.loads(text, syntax="text").compile().proto.graph.node}
    assert {"Conv", "ConvTranspose"} < types
    assert not types & {"STFT", "DFT", "HannWindow", "Col2Im"}
