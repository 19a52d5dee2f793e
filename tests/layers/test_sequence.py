"""What attention and recurrence reject, in which words, what they count, and which operators they become."""

from __future__ import annotations

import pytest

import specc

X = "input x: float32[N, T, 60]\n"
QK = "input q: float32[N, T, 64]\ninput k: float32[N, S, 64]\n"

MESSAGES = {
    X + "output y = attention(x, num_heads=7)": (
        "SP3301",
        "`attention`: 7 heads do not divide the 60 elements of `query`",
    ),
    X + "output y = multihead_attention(x, 7)": (
        "SP3301",
        "`multihead_attention`: 7 heads do not divide the 60 elements of `query`",
    ),
    X + "output y = attention(x, num_heads=4, num_kv_heads=3)": (
        "SP3212",
        "`attention` needs the sizes of a query and of a key to be equal, and got 15 and 20",
    ),
    "input q: float32[N, T, 60]\ninput k: float32[N, T, 45]\noutput y = attention(q, k, num_heads=4, num_kv_heads=3)": (
        "SP3302",
        "3 heads of keys and values cannot serve 4 heads of queries equally",
    ),
    "input q: float32[N, 8, T, 64]\noutput y = attention(q, num_heads=4)": (
        "SP3303",
        "4 heads are wanted, and float32[N, 8, T, 64] has 8",
    ),
    QK + "output y = attention(q, k, causal=true)": (
        "SP3304",
        "causal attention of T queries and S keys: there may be more queries than keys",
    ),
    QK + "input m: bool[N, T]\noutput y = attention(q, k, mask=m)": (
        "SP3305",
        "`mask` is bool[N, T], and does not fit [N, 1, T, S]",
    ),
    QK + "input m: bool[N, T]\noutput y = attention(q, k, key_mask=m)": (
        "SP3305",
        "`key_mask` is bool[N, T], and does not fit [N, S]",
    ),
    QK + "input m: float32[N, S]\noutput y = attention(q, k, key_mask=m)": (
        "SP3004",
        "`attention` needs a mask of bool or integers, and got float32[N, S]",
    ),
    QK + "input m: int64[T, S]\noutput y = attention(q, k, mask=m)": (
        "SP3004",
        "`attention` needs a mask of bool or float32, and got int64[T, S]",
    ),
    QK + "input v: float32[N, T, 64]\noutput y = attention(q, k, v)": (
        "SP3212",
        "`attention` needs the numbers of keys and values to be equal, and got S and T",
    ),
    "input x: float32[N, T, C]\noutput y = multihead_attention(x, 2)": (
        "SP3002",
        "`multihead_attention` has weights whose shape depends on `C`, which is known only at run time",
    ),
    "input x: float32[N, 8]\ny, s = x -> lstm(4)\noutput y = y": (
        "SP3001",
        "`lstm` needs 3 dims, [N, T, size], and got float32[N, 8]",
    ),
    "input x: int64[N, T, 8]\noutput y = x -> gru(4)": (
        "SP3004",
        "`gru` needs float32 or float16, and got int64[N, T, 8]",
    ),
    "input x: float32[N, T, 8]\ninput s: float32[2, N, 4]\noutput y = lstm(x, s, hidden_size=4)": (
        "SP3212",
        "`lstm` needs axis 0 of `h0` and the size of the state to be equal, and got 1 and 2",
    ),
    "input x: float32[N, T, 8]\ninput s: float32[1, M, 4]\noutput y = gru(x, s, hidden_size=4)": (
        "SP3212",
        "`gru` needs axis 1 of `h0` and the size of the state to be equal, and got N and M",
    ),
    "input x: float32[N, 8]\ninput h: float32[N, 5]\noutput y = gru_cell(x, h, 4)": (
        "SP3212",
        "`gru_cell` needs the size of `h` and of the state to be equal, and got 5 and 4",
    ),
    "block wide(x, h):\n    return concat(x, h)\ninput x: float32[N, T, 8]\ninput h: float32[N, 8]\n"
    "y, last = scan(wide, over=x, state=h)\noutput y = y\noutput z = last": (
        "SP3306",
        "state 0 of the scan is float32[N, 8] before a step and float32[N, 16] after it",
    ),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model bad\n{text}\n", syntax="text").check()
    found = caught.value.diagnostics[0]
    assert (found.code, found.message) == MESSAGES[text]


N, T, S, E, H = 2, 5, 7, 12, 3


@pytest.mark.parametrize(
    ("text", "macs"),
    [
        (f"output y = x -> lstm({H})", 4 * H * (E + H) * T * N),
        (f"output y = x -> gru({H}, bidirectional=true)", 2 * 3 * H * (E + H) * T * N),
        (f"output y = x -> rnn({H}, num_layers=2)", (H * (E + H) + H * 2 * H) * T * N),
        (f"output y = x[:, 0] -> linear({H}) as a -> gru_cell(x[:, 0, :{H}], {H}) as b", N * E * H + 3 * H * 2 * H * N),
        ("output y = x -> attention(num_heads=3)", N * T * T * 2 * E),
        ("output y = attention(x, m, num_heads=3, causal=true)", N * T * S * 2 * E),
        ("output y = multihead_attention(x, 3)", 4 * N * T * E * E + N * T * T * 2 * E),
        ("output y = multihead_attention(x, m, num_heads=3)", 2 * N * (T + S) * E * E + N * T * S * 2 * E),
        (f"h0 = x[:, 0, :{H}]\ny, h = scan(gru_cell({H}), over=x, state=h0)\noutput y = y", 3 * H * (E + H) * T * N),
    ],
)
def test_macs(text: str, macs: int) -> None:
    lines = f"model counted\ninput x: float32[N, T, {E}]\ninput m: float32[N, S, {E}]\nrequire S >= T\n{text}\n"
    assert specc.loads(lines, syntax="text").report(N=N, T=T, S=S).macs == macs


@pytest.mark.parametrize(
    ("step", "operator"),
    [("gru_cell(8) as layer", "GRU"), ("cell as layer", "Scan")],
)
def test_a_scan_over_a_known_cell_is_the_fused_operator(step: str, operator: str) -> None:
    text = f"""model recurrent
block cell(x, h):
    return tanh(linear(x, 8) + h)
input x: float32[N, T, 4]
input h: float32[N, 8]
y, last = scan({step}, over=x, state=h)
output y = y
output last = last
"""
    types = {node.op_type for node in specc.loads(text, syntax="text").compile().proto.graph.node}
    assert operator in types
    assert len(types & {"GRU", "Scan"}) == 1
