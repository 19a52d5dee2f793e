"""What recurrent layers, cells and scans reject, in which words, what they count, and which operators they become."""

from __future__ import annotations

import numpy as np
import pytest

import specc

X = "input x: float32[N, T, 8]\n"
MESSAGES = {
    X + "output y = x -> lstm(4, proj_clip=3.0)": (
        "SP3310",
        "`lstm` has the bound 3.0 of its projection, and no projection",
    ),
    "input x: float32[N, 8]\ninput h: float32[N, 4]\ny, c = lstm_cell(x, h, h, 4, proj_clip=1)\noutput y\noutput c": (
        "SP3310",
        "`lstm_cell` has the bound 1.0 of its projection, and no projection",
    ),
    X + "input l: int64[M]\noutput y = lstm(x, lengths=l, hidden_size=4)": (
        "SP3212",
        "`lstm` needs the number of `lengths` and the batch to be equal, and got M and N",
    ),
    X + "input l: int64[N, 1]\noutput y = gru(x, lengths=l, hidden_size=4)": (
        "SP3001",
        "`gru` needs 1 dims, [N], and got int64[N, 1]",
    ),
    X + "input l: float32[N]\noutput y = rnn(x, lengths=l, hidden_size=4)": (
        "SP3004",
        "`rnn` needs int64 or int32, and got float32[N]",
    ),
    X + "input l: int64[T]\noutput y = jordan(x, lengths=l, hidden_size=4)": (
        "SP3212",
        "`jordan` needs the number of `lengths` and the batch to be equal, and got T and N",
    ),
    X + "input h: float32[1, N, 4]\noutput y = lstm(x, h, hidden_size=4, proj_size=2)": (
        "SP3212",
        "`lstm` needs axis 2 of `h0` and the size of the state to be equal, and got 2 and 4",
    ),
    X + "output y = x -> gru(4, bias=both)": (
        "SP2001",
        "`both` is not the name of a value, a block or a layer",
    ),
    X + 'output y = x -> gru(4, bias="both")': (
        "SP2006",
        '`bias` of `gru` must be true, false or single, and is the string "both"',
    ),
    "input x: float32[N, 8]\ninput s: float32[N, 4]\ny, t = jordan_cell(x, s, 4, out_size=3)\noutput y\noutput t": (
        "SP3212",
        "`jordan_cell` needs the size of `s` and of the state to be equal, and got 4 and 3",
    ),
    X + "input l: int64[N]\noutput y = reverse_sequence(x, l, axis=0)": (
        "SP3312",
        "`reverse_sequence` has both the sequences and their steps along axis 0",
    ),
    X + "input l: int64[N]\noutput y = reverse_sequence(x, l, axis=3)": (
        "SP3009",
        "`reverse_sequence` works along axis 3, and the input has 3 dims",
    ),
    X + "input l: int64[N]\noutput y = reverse_sequence(x, l, batch_axis=-1)": (
        "SP3212",
        "`reverse_sequence` needs the number of `lengths` and the batch to be equal, and got N and 8",
    ),
    X + "y, last = linear_recurrence(x, x[:, 0])\noutput y\noutput last": (
        "SP3201",
        "`linear_recurrence` of float32[N, T, 8] and float32[N, 8]: T and N are neither equal nor 1",
    ),
    X + "y, last = linear_recurrence(x, x, x[:, 0, :4])\noutput y\noutput last": (
        "SP3212",
        "`linear_recurrence` needs axis 1 of `h0` and of a step to be equal, and got 8 and 4",
    ),
    X + "y, last = linear_recurrence(x, x, axis=3)\noutput y\noutput last": (
        "SP3009",
        "`linear_recurrence` works along axis 3, and the input has 3 dims",
    ),
    "input x: float32[N, P]\nrequire P >= 0\ny, last = linear_recurrence(x, x)\noutput y\noutput last": (
        "SP3216",
        "`linear_recurrence` needs at least one element along axis 1, whose size P may be 0",
    ),
    "input u: float32[N, 6, T]\ninput A: float32[6, 2]\ninput B: float32[N, 4, 2, T]\n"
    "y, h = selective_scan(u, u, A, B, B)\noutput y\noutput h": (
        "SP3313",
        "`selective_scan`: 4 groups of `B` do not divide the 6 channels of `u`",
    ),
    "input u: float32[N, 6, T]\ninput A: float32[6, 2]\ninput B: float32[N, T, 2]\n"
    "y, h = selective_scan(u, u, A, B, B)\noutput y\noutput h": (
        "SP3212",
        "`selective_scan` needs [N, 2, T] and axis 1 of `B` to be equal, and got 2 and T",
    ),
    "input u: float32[N, 6, T]\ninput A: float32[6, 2]\ninput B: float32[2, T]\n"
    "y, h = selective_scan(u, u, A, B, B)\noutput y\noutput h": (
        "SP3212",
        "`selective_scan` needs [6, 2] and axis 0 of `B` to be equal, and got 6 and 2",
    ),
    "input x: float32[N, T, P]\nrequire P >= 0\ninput h: float32[N]\nblock f(x, h):\n    return sum(x, axes=1) + h\n"
    "y, last = scan(f, over=x, state=h)\noutput y\noutput last": (
        "SP3216",
        "`scan` needs at least one element along axis 2, whose size P may be 0",
    ),
    X + "input q: float32[P]\nrequire P >= 0\nblock f(x, h):\n    return q + 1, sum(x) + h\ninput h: float32[]\n"
    "y, last = scan(f, over=x, state=h, axis=0)\noutput y\noutput last": (
        "SP3311",
        "a step of the scan gives float32[P], which may have no elements",
    ),
    X + "input h: float32[N, 4]\ny, last = scan(gru_cell(4), x, h, 1, false, 3)\noutput y\noutput last": (
        "SP2005",
        "`scan` takes 5 arguments, and got 6",
    ),
    X + "input h: float32[N, 4]\ny, last = scan(gru_cell(4), x, h, over=x)\noutput y\noutput last": (
        "SP2007",
        "`scan` gets `over` twice",
    ),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model bad\n{text}\n", syntax="text").check()
    found = caught.value.diagnostics[0]
    assert (found.code, found.message) == MESSAGES[text]


N, T, E, H, P = 2, 5, 7, 3, 2


@pytest.mark.parametrize(
    ("text", "macs", "params"),
    [
        (f"lstm({H}, bias=single)", 4 * H * (E + H) * T * N, 4 * H * (E + H + 1)),
        (f"lstm({H}, peephole=true)", 4 * H * (E + H) * T * N, 4 * H * (E + H + 2) + 3 * H),
        (f"lstm({H}, proj_size={P})", (4 * H * (E + P) + P * H) * T * N, 4 * H * (E + P + 2) + P * H),
        (
            f"lstm({H}, 2, bidirectional=true, proj_size={P})",
            2 * (4 * H * (E + P) + 4 * H * 3 * P + 2 * P * H) * T * N,
            2 * (4 * H * (E + P + 2) + 4 * H * (3 * P + 2) + 2 * P * H),
        ),
        (f"lstm({H}, coupled=true, bias=false)", 3 * H * (E + H) * T * N, 3 * H * (E + H)),
        (f"gru({H}, bias=single, reset_after=false)", 3 * H * (E + H) * T * N, 3 * H * (E + H + 1)),
        (f"rnn({H}, bias=single)", H * (E + H) * T * N, H * (E + H + 1)),
        (f"jordan({H}, out_size={P})", (H * (E + P) + P * H) * T * N, H * (E + P + 1) + P * (H + 1)),
    ],
)
def test_macs_and_parameters(text: str, macs: int, params: int) -> None:
    spec = specc.loads(f"model counted\ninput x: float32[N, T, {E}]\noutput y = x -> {text}\n", syntax="text")
    report = spec.report(N=N, T=T)
    assert (report.macs, report.params.trainable) == (macs, params)


def test_flops_of_what_is_added() -> None:
    def flops(text: str) -> int | None:
        lines = f"model counted\ninput x: float32[N, T, {E}]\noutput y = x -> {text}\n"
        return specc.loads(lines, syntax="text").report(N=N, T=T).flops

    plain = flops(f"lstm({H})")
    assert plain == 2 * 4 * H * (E + H) * T * N + (13 + 8) * H * T * N
    assert flops(f"lstm({H}, peephole=true)") == plain + 6 * H * T * N
    assert flops(f"lstm({H}, bias=single)") == plain - 4 * H * T * N
    assert flops(f"lstm({H}, cell_clip=1)") == plain + H * T * N


def test_cost_of_scans_that_are_layers() -> None:
    text = f"""model counted
input u: float32[N, {E}, T]
input A: float32[{E}, {H}]
input B: float32[N, {H}, T]
y, h = selective_scan(u, u, A, B, B)
z, last = linear_recurrence(u, y, axis=2)
output z
output h
output last
"""
    report = specc.loads(text, syntax="text").report(N=N, T=T)
    assert (report.macs, report.flops) == (N * E * T * H, N * E * T * (7 * H + 1 + 2))


CELL = "y, last = scan({}, over=x, state=h)\noutput y\noutput last"
TWO = "y, last, c = scan({}, over=x, state=[h, h])\noutput y\noutput last\noutput c"


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("output y = x -> lstm(4, peephole=true, bias=single)", "LSTM"),
        ("output y = x -> gru(4, reset_after=false, recurrent_activation=keras2_hard_sigmoid)", "GRU"),
        ("output y = x -> rnn(4, nonlinearity=sigmoid)", "RNN"),
        ("output y = x -> lstm(4, proj_size=4)", "Scan"),
        ("output y = x -> lstm(4, coupled=true)", "Scan"),
        ("output y = x -> lstm(4, cell_clip=1)", "Scan"),
        ("output y = x -> jordan(4)", "Scan"),
        (CELL.format("rnn_cell(4, nonlinearity=relu)"), "RNN"),
        (CELL.format("gru_cell(4, reset_after=false, bias=single)"), "GRU"),
        (TWO.format("lstm_cell(4, peephole=true)"), "LSTM"),
        (TWO.format("lstm_cell(4, proj_size=4)"), "Scan"),
        (CELL.format("jordan_cell(4)"), "Scan"),
    ],
)
def test_operators(text: str, operator: str) -> None:
    lines = f"model emitted\n{X}input h: float32[N, 4]\n{text}\noutput g = h\n"
    types = {node.op_type for node in specc.loads(lines, syntax="text").compile().proto.graph.node}
    assert types & {"LSTM", "GRU", "RNN", "Scan"} == {operator}


@pytest.mark.parametrize(
    "layer",
    [
        "y, last = gru(x, h, lengths=l, hidden_size=3)",
        "y, last, _ = lstm(x, h, lengths=l, hidden_size=3, coupled=true)",
    ],
)
def test_lengths_are_kept_within_the_sequence(layer: str) -> None:
    """A sequence of no steps keeps its first state, and gives zeros."""
    text = f"model kept\ninput x: float32[N, T, 2]\ninput h: float32[1, N, 3]\ninput l: int64[N]\n{layer}\n"
    model = specc.loads(f"{text}output y\noutput last\n", syntax="text").compile(seed=0)
    x, h = np.ones((4, 3, 2), np.float32), np.ones((1, 4, 3), np.float32)
    made = model.run(x=x, h=h, l=np.array([-2, 0, 3, 2**40]))
    assert (made["y"][:2] == 0).all() and (made["last"][0, :2] == 1).all()
    np.testing.assert_array_equal(made["y"][2], made["y"][3])
    np.testing.assert_array_equal(made["last"][0, 2], made["y"][2, -1])


def test_positions_of_the_arguments_of_scan() -> None:
    text = "model called\ninput x: float32[T, N, 8]\ninput h: float32[N, 4]\n"
    by_name = specc.loads(f"{text}output y = scan(gru_cell(4) as c, over=x, state=h, axis=0, reverse=true)\n")
    by_place = specc.loads(f"{text}output y = scan(gru_cell(4) as c, x, h, 0, true)\n")
    x, h = np.ones((3, 2, 8), np.float32), np.ones((2, 4), np.float32)
    made = [spec.compile(seed=0).run(x=x, h=h)["y"] for spec in (by_name, by_place)]
    np.testing.assert_array_equal(*made)


def test_moving_average_with_a_number() -> None:
    text = "model average\ninput x: float32[N, T]\noutput y = linear_recurrence(0.9, 0.1 * x)\n"
    made = specc.loads(text, syntax="text").compile().run(x=np.ones((1, 3), np.float32))["y"]
    np.testing.assert_allclose(made, [[0.1, 0.19, 0.271]], rtol=1e-6)
