"""Shapes, sizes and attributes that are too large, dims that explode, proofs that would take forever, patterns."""

from __future__ import annotations

from case import FAMILY, HEAD, TAIL, Case, chain, net, table

IMAGE = "model m\ninput x: float32[N, 3, 32, 32]\n"
SEQUENCE = "model m\ninput x: float32[N, T, 8]\n"
NAMES = [f"S{i}" for i in range(40)]


def typed(dims: str, more: str = "output y = x\n") -> str:
    """A model of one input with these dims."""
    return f"model m\ninput x: float32[{dims}]\n{more}"


def image(body: str) -> str:
    """A model of an image whose `body` assigns `y`."""
    return f"{IMAGE}{body}\noutput out = y\n"


def sequence(body: str) -> str:
    """A model of a sequence whose `body` assigns `y`."""
    return f"{SEQUENCE}{body}\noutput out = y\n"


def symbols(count: int) -> str:
    """A model with an input of `count` symbols, and an input for each."""
    return "model m\n" + "".join(f"input i{k}: float32[{NAMES[k]}]\n" for k in range(count))


SUM = "+".join(NAMES[:12])
SHAPES = table(
    "shape",
    {
        "beyond 64 bits": ("SP9101", typed("10 ** 19")),
        "default of a billion elements": (
            "SP9101",
            "model m\ninput x: float32[W, 4] = 0.5\nrequire W >= 10 ** 9\noutput y = x\n",
        ),
        "default of a googol": ("SP9101", "model m\ninput x: float32[W] = 0\nrequire 10 ** 400 <= W\noutput y = x\n"),
        "multiple of a billion": ("SP9101", "model m\ninput x: int64[W] = 1\nrequire W % 10 ** 9 == 0\noutput y = x\n"),
        "order of a norm": ("SP2006", image("y = x -> global_lppool(10 ** 400)")),
        "product beyond 64 bits": ("SP9101", typed("10 ** 7, 10 ** 7, 10 ** 7")),
        "product with a symbol": ("SP9101", typed("N, 10 ** 10, 10 ** 10")),
        "a googol": ("SP9101", typed("10 ** 100")),
        "rank 17": ("SP3010", typed(", ".join(["2"] * 17))),
        "rank 64": ("SP3010", typed(", ".join(["2"] * 64))),
        "rank 1000": ("SP3010", typed(", ".join(["1"] * 1000))),
        "negative": ("SP3007", typed("-1")),
        "maybe negative": ("SP3007", typed("N - 10")),
        "float": ("SP3007", typed("1.5")),
        "string": ("SP3007", typed('"a"')),
        "list": ("SP3007", typed("[1, 2]")),
        "true": ("SP3007", typed("true")),
        "none": ("SP3007", typed("none")),
        "expand to 10 ** 30": ("SP9101", chain("y = x -> expand([10 ** 10, 10 ** 10, 10 ** 10, N, 4])")),
        "zeros of 10 ** 20": ("SP2150", chain("y = x + zeros([10 ** 20, 1, 4])")),
        "zeros of 10 ** 12": ("SP2006", chain("y = x -> linear(4, bias=zeros([10 ** 12]))")),
        "full": ("SP9101", chain("y = full([10 ** 15, 10 ** 15], 1)")),
        "range": ("SP2150", chain("y = arange(10 ** 18) + arange(10 ** 19)")),
        "upsample": ("SP9101", image("y = x -> upsample(10 ** 12)")),
        "padding": ("SP9101", image("y = x -> pad([10 ** 18, 10 ** 18])")),
        "reshape to 70 dims": ("SP3010", chain("y = x -> reshape([N, 4" + ", 1" * 70 + "])")),
        "unsqueeze a hundred": ("SP3010", chain("y = x" + " -> unsqueeze(0)" * 100)),
        "doubled by concat": ("SP9101", chain("y = x\nfor i in range(100):\n    y = concat(y, y, axis=1)")),
        "outer products": ("SP3010", chain("y = x\nfor i in range(100):\n    y = y[..., none] * y[:, none]")),
    },
)
ATTRIBUTES = table(
    "attribute",
    {
        "conv of 10 ** 12": ("SP9101", image("y = x -> conv(10 ** 12, 3, padding=1)")),
        "conv of 10 ** 30": ("SP2150", image("y = x -> conv(10 ** 30, 3, padding=1)")),
        "kernel of 10 ** 9": ("SP3102", image("y = x -> conv(8, 10 ** 9)")),
        "kernel padded": ("SP9101", image("y = x -> conv(8, 10 ** 9, padding=10 ** 9)")),
        "dilation of 10 ** 18": ("SP3102", image("y = x -> conv(8, 3, dilation=10 ** 18)")),
        "stride of 10 ** 30": ("SP2150", image("y = x -> conv(8, 3, stride=10 ** 30)")),
        "groups of 10 ** 9": ("SP3101", image("y = x -> conv(8, 3, groups=10 ** 9)")),
        "pool of 10 ** 12": ("SP3102", image("y = x -> maxpool(10 ** 12)")),
        "pool padded": ("SP2150", image("y = x -> maxpool(10 ** 19, padding=5 * 10 ** 18)")),
        "adaptive pool": ("SP9101", image("y = x -> adaptive_avgpool(10 ** 9)")),
        "adaptive pool gathered": ("SP9101", image("y = x -> adaptive_avgpool(10 ** 7)")),
        "adaptive pool of a long one": ("SP9101", typed("N, 1, 10 ** 9", "output y = x -> adaptive_avgpool(7)\n")),
        "embedding of 10 ** 15": ("SP9101", "model m\ninput x: int64[N]\noutput y = x -> embedding(10 ** 15, 8)\n"),
        "embedding of 10 ** 30": ("SP2150", "model m\ninput x: int64[N]\noutput y = x -> embedding(10 ** 30, 8)\n"),
        "linear of 10 ** 15": ("SP9101", chain("y = x -> linear(10 ** 15)")),
        "linear of 10 ** 400": ("SP2150", chain("y = x -> linear(10 ** 400)")),
        "linear of minus": ("SP2006", chain("y = x -> linear(-(10 ** 400))")),
        "linear twice": ("SP9101", chain("y = x -> linear(10 ** 8) -> linear(10 ** 8)")),
        "linear ten thousand times": ("SP9101", chain("y = x\nfor i in range(10000):\n    y = y -> linear(30000)")),
        "lstm layers": ("SP9101", sequence("y = x -> lstm(8, num_layers=10 ** 9)")),
        "gru layers": ("SP9101", sequence("y = x -> gru(8, num_layers=10 ** 6)")),
        "rnn layers": ("SP9101", sequence("y = x -> rnn(8, num_layers=10 ** 18)")),
        "lstm units": ("SP9101", sequence("y = x -> lstm(10 ** 12)")),
        "split into 10 ** 7": ("SP9101", chain("y = split(x, 10 ** 7, axis=1)")),
        "split a long one": ("SP9101", typed("10 ** 7, N", "y = split(x, 10 ** 7, axis=0)\noutput out = y[0]\n")),
        "split a long one in sizes": (
            "SP9101",
            typed("10 ** 6, N", "y = split(x, [1] * 10 ** 6, axis=0)\noutput out = y[0]\n"),
        ),
        "split in a loop": (
            "SP9101",
            typed("1000, N", "for i in range(1000):\n    y = split(x, 1000, axis=0)\noutput out = y[0]\n"),
        ),
        "concat of a million": ("SP9101", chain("y = concat([x] * 1000000, axis=1)")),
        "stack of a million": ("SP9101", chain("y = stack([x] * 1000000, axis=1)")),
        "einsum of a thousand": (
            "SP2005",
            chain('y = einsum("' + ",".join(["ab"] * 1000) + '->ab"' + ", x" * 1000 + ")"),
        ),
        "heads": ("SP3301", sequence("y = x -> multihead_attention(10 ** 9)")),
        "negative axis": ("SP2150", chain("y = x -> softmax(-(10 ** 30))")),
        "axis as text": ("SP9101", chain('y = x -> softmax("a" * 1000000)')),
        "epsilon": ("SP2006", chain("y = x -> layernorm(eps=10 ** 400)")),
        "epsilon infinite": ("SP2006", chain("y = x -> layernorm(eps=inf)")),
        "axes of a million": ("SP9101", chain("y = x -> mean(axes=[0] * 1000000)")),
        "slices": ("SP2001", chain("y = x[10 ** 30:, -(10 ** 30):]\nz = q")),
        "index": ("SP3207", chain("y = x[:, 10 ** 30]")),
        "outputs of an operator": (
            "SP2006",
            chain("y = onnx.Split(x, axis=1, num_outputs=10 ** 6, outputs=10 ** 6)[0]"),
        ),
        "no element type": ("SP6005", chain("y = onnx.Cast(x, to=0)")),
        "more results than parts": ("SP6005", chain("y, z, w = onnx.Split(x, axis=1, num_outputs=1, outputs=3)")),
        "an axis far outside": ("SP6005", chain("y = onnx.LayerNormalization(x, x, axis=2 ** 31)")),
        "negative batch dims": ("SP6005", chain("y = onnx.GatherND(x, [[0]], batch_dims=-5)")),
        "attribute of an operator": ("SP2150", chain("y = onnx.Elu(x, alpha=10 ** 400)")),
        "integer attribute": ("SP2150", chain("y = onnx.Softmax(x, axis=10 ** 30)")),
        "list attribute": ("SP2150", chain("y = onnx.Unsqueeze(x, [10 ** 30])")),
        "long list attribute": ("SP9101", chain("y = onnx.Unsqueeze(x, [0] * 1000000)")),
        "tensor type of an operator": ("SP9101", chain("y = onnx.ConstantOfShape([10 ** 15, 10 ** 15])")),
    },
)
WEIGHTS = table(
    "weight",
    {
        "param of 10 ** 13": ("SP9101", net("param w: float32[10 ** 13]\nz = x + sum(w)")),
        "param of 10 ** 400": ("SP9101", net("param w: float32[10 ** 400]")),
        "param beyond 64 bits": ("SP9101", net("param w: float32[10 ** 10, 10 ** 10]")),
        "const formula": ("SP9101", net("const c[i]: float32[10 ** 12] = sin(i)")),
        "const formula of two": ("SP9101", net("const c[i, j]: float32[10 ** 7, 10 ** 7] = i * j")),
        "const number": ("SP9101", net("const c: float32[10 ** 13] = 1")),
        "const list": ("SP9101", net("const c: int64[1000000] = range(1000000)\nd = q")),
        "const list of the wrong size": ("SP9101", net("const c: int64[10] = range(1000000)")),
        "const of a huge number": ("SP2150", net("const c: int64[1] = 10 ** 400")),
        "const beyond int64": ("SP2150", net("const c: int64[1] = [2 ** 63]")),
        "const beyond int8": ("SP2150", net("const c: int8[1] = [300]")),
        "const beyond float32": ("SP2150", net("const c: float32[1] = [10 ** 400]")),
        "const formula of everything": (
            "SP2001",
            net("const c[i]: float32[4] = " + " + ".join(["i"] * 15_000) + " + q"),
        ),
        "initialiser": ("SP2010", chain("y = x -> linear(4, init=normal(10 ** 400))")),
        "initialiser that is a number": ("SP2006", chain("y = x -> linear(4, init=10 ** 400)")),
        "initialiser of infinity": ("SP2010", chain("y = x -> linear(4, init=normal(inf))")),
        "added to a huge number": ("SP2150", chain("y = x + 10 ** 400")),
        "compared with a huge number": ("SP2150", chain("y = where(x < 10 ** 400, x, 0)")),
        "input filled with a huge number": ("SP2150", "model m\ninput x: float32[N] = 10 ** 400\noutput y = x + 1\n"),
        "input filled beyond int64": ("SP2150", "model m\ninput x: int64[N] = 2 ** 70\noutput y = x + 1\n"),
        "state filled with a huge number": (
            "SP2150",
            "model m\ninput x: float32[N]\nstate h: float32[N] = 10 ** 400\nnext h = h + x\noutput y = x\n",
        ),
        "range of a tensor": ("SP9101", chain("y = x + range(1000000)")),
        "list of numbers": ("SP9101", chain("y = x + [1] * 1000000")),
    },
)
POLYNOMIALS = table(
    "polynomial",
    {
        "power of a sum": ("SP2010", symbols(12) + f"a = ({SUM}) ** 50\noutput y = i0\n"),
        "power 8 of a sum": ("SP9201", symbols(12) + f"a = ({SUM}) ** 8\noutput y = i0\nb = q\n"),
        "product of sums": ("SP9201", symbols(12) + f"a = {' * '.join([f'({SUM})'] * 20)}\noutput y = i0\n"),
        "squared in a loop": (
            "SP9101",
            symbols(12) + f"a = {SUM}\nfor i in range(50):\n    a = a * a\noutput y = i0\n",
        ),
        "power in a loop": (
            "SP9101",
            symbols(3) + "a = S0 + S1\nfor i in range(100000):\n    a = a * S2\noutput y = i0\n",
        ),
        "sum in a loop": (
            "SP9101",
            symbols(3) + "a = S0\nfor i in range(100000):\n    a = a + a * S1 - i * S2\noutput y = i0\n",
        ),
        "nested floors": (
            "SP9201",
            symbols(2) + "a = S0\nfor i in range(100000):\n    a = (a + S1) // 3 + a\noutput y = i0\n",
        ),
        "a floor in a loop": (
            "SP9101",
            symbols(2) + "a = S0\nfor i in range(100000):\n    b = (a + S1) // 3 + a\noutput y = i0\n",
        ),
        "floors by symbols": (
            "SP9201",
            symbols(3) + "a = S0\nfor i in range(1000):\n    a = (a * S2 + 1) // (S1 + i)\noutput y = i0\n",
        ),
        "extrema": (
            "SP9201",
            symbols(3) + "a = S0\nfor i in range(1000):\n    a = max(a + S1, min(a * 2, S2 + i))\noutput y = i0\n",
        ),
        "extremum of many": (
            "SP2017",
            symbols(12) + f"a = max({', '.join(NAMES[:12])})\nrequire a <= 10 ** 9\nb = a == S0\noutput y = i0\n",
        ),
        "remainder": (
            "SP9201",
            symbols(2) + "a = S0 % 7\nfor i in range(1000):\n    a = (a * a + S1) % 11\noutput y = i0\n",
        ),
        "divisor of a product": ("SP9201", symbols(12) + f"a = (({SUM}) ** 6) // ({SUM})\noutput y = i0\nb = q\n"),
        "huge coefficients": (
            "SP9201",
            symbols(1) + "a = S0\nfor i in range(100000):\n    a = a * 10 ** 300\noutput y = i0\n",
        ),
        "huge constant": ("SP9201", symbols(1) + "a = S0\nfor i in range(100000):\n    a = a * 3 + 1\noutput y = i0\n"),
        "dim of a power": ("SP2010", symbols(4) + "input z: float32[(S0 + S1 + S2 + S3) ** 50]\noutput y = z\n"),
        "reshape of a power": ("SP2010", symbols(4) + "y = i0 -> reshape([(S0 + S1) ** 9, -1])\noutput out = y\n"),
        "concat of pools": (
            "SP3102",
            "model m\ninput x: float32[N, 1, H, W]\nrequire H >= 10 ** 9\n"
            "for i in range(60):\n    x = concat(x, x -> maxpool(2), axis=2)\noutput y = x\n",
        ),
        "pools": (
            "SP3005",
            "model m\ninput x: float32[N, 1, H, W]\nrequire H >= 10 ** 30 and W >= 10 ** 30\n"
            "for i in range(100):\n    x = x -> maxpool(3, stride=2, padding=1)\noutput y: float32[N] = x\n",
        ),
        "convolutions of any size": (
            "SP3102",
            "model m\ninput x: float32[N, 1, H, W]\nrequire H >= 10 ** 9 and W >= 10 ** 9\n"
            "for i in range(400):\n    x = x -> conv(1, 3, stride=1 + i % 2)\noutput y: float32[N] = x\n",
        ),
        "flattened sums": (
            "SP3005",
            symbols(12)
            + "".join(f"i{k} = i{k}[:, none] + i{k - 1}\ni{k} = i{k} -> reshape([-1])\n" for k in range(1, 12))
            + "output y: float32[1] = i11\n",
        ),
        "outer sums": (
            "SP9101",
            symbols(12) + "y = concat(" + ", ".join(f"i{k}" for k in range(12)) + ", axis=0)\n"
            "y = y[:, none] * y\ny = y -> reshape([-1])\ny = y[:, none] * y\ny = y -> reshape([-1])\n"
            "y = y[:, none] * y\ny = y -> reshape([-1])\noutput out: float32[1] = y\n",
        ),
        "forty symbols": (
            "SP3201",
            symbols(40) + "output y = concat(" + ", ".join(f"i{k}" for k in range(40)) + ", axis=0) + i0\n",
        ),
        "symbols in a shape": ("SP9101", typed(" + ".join(f"A{i}" for i in range(5000)), "output y: float32[1] = x\n")),
        "symbols multiplied": ("SP9101", typed(" * ".join(f"A{i}" for i in range(5000)), "output y: float32[1] = x\n")),
        "sum of products": (
            "SP3005",
            typed(" + ".join(f"A{i} * A{i + 1} // {i + 2}" for i in range(300)), "output y: float32[1] = x\n"),
        ),
    },
)
PROOFS = table(
    "proof",
    {
        "chain of requires": (
            "SP3208",
            symbols(40) + "".join(f"require S{k} <= S{k + 1}\n" for k in range(39)) + "require S39 <= 7\n"
            "output y = i0[:S39 - S0]\nz = q\n",
        ),
        "products required": (
            "SP3208",
            symbols(20)
            + "".join(f"require S{k} * S{k + 1} <= S{k + 2} * 7 + S{k + 3}\n" for k in range(16))
            + "a = i0[: S3 * S4 - S5]\noutput y = a[: S7 * S8 - S1 + 3]\n",
        ),
        "cubes required": (
            "SP3208",
            symbols(20)
            + "".join(f"require S{k} ** 3 - S{k + 1} ** 2 >= S{k + 2} - 5\n" for k in range(16))
            + "output y = i0[: S3 ** 3 - S4]\n",
        ),
        "floors required": (
            "SP3208",
            symbols(20)
            + "".join(f"require S{k} // 3 + S{k + 1} // 5 >= S{k + 2} // 7\n" for k in range(16))
            + "output y = i0[: S3 // 3 - S4 // 2 + S5]\n",
        ),
        "extrema required": (
            "SP2017",
            symbols(20)
            + "".join(f"require max(S{k}, S{k + 1}) >= min(S{k + 2}, S{k + 3}) + 1\n" for k in range(16))
            + "output y = i0[: max(S3, min(S4, max(S5, min(S6, max(S7, S8))))) - S1]\n",
        ),
        "a thousand requires": (
            "SP9101",
            symbols(30)
            + "".join(f"require S{k % 30} * 2 + S{k * 7 % 30} <= S{k * 11 % 30} * 3 + {k}\n" for k in range(1000))
            + "output y = i0[: S3 - S4]\n",
        ),
        "a thousand requires of products": (
            "SP9101",
            symbols(30)
            + "".join(
                f"require S{k % 30} * S{k * 7 % 30} <= S{k * 11 % 30} * S{k * 13 % 30} + {k}\n" for k in range(1000)
            )
            + "output y = i0[: S3 - S4]\n",
        ),
        "a thousand claims": (
            "SP3208",
            symbols(10)
            + "".join(f"require S{k} + S{k + 1} <= S{k + 2} * 3\n" for k in range(8))
            + "y = i0\nfor i in range(1000):\n    y = y[: S1 * 5 + S2 - S3 + i]\noutput out = y\n",
        ),
        "a thousand comparisons": (
            "SP2017",
            symbols(10)
            + "".join(f"require S{k} + S{k + 1} <= S{k + 2} * 3\n" for k in range(8))
            + "a = [1 for i in range(1000) if S0 * S1 + i < S3 * S4]\noutput y = i0\n",
        ),
        "no value": ("SP2016", symbols(2) + "require S0 >= 10\nrequire S0 <= 5\noutput y = i0\n"),
        "no value by a chain": (
            "SP2016",
            symbols(3) + "require S0 > S1\nrequire S1 > S2\nrequire S2 > S0\noutput y: float32[1] = i0\n",
        ),
        "divisors": (
            "SP9101",
            symbols(2) + "".join(f"require S0 % {p} == 0\n" for p in range(2, 400)) + "output y: float32[S1] = i0\n",
        ),
        "huge divisor": ("SP9101", symbols(2) + "require S0 % 10 ** 1000 == 0\noutput y: float32[S1] = i0\n"),
        "equal by luck": (
            "SP3005",
            symbols(3) + "output y: float32[(S0 + S1) * (S0 - S1) + S1 ** 2 - S0 * S0 + S2] = i0\n",
        ),
    },
    errors=20,
)
RULES = {
    "nested quantifiers": "(a+)+$",
    "nested stars": "(a*)*b",
    "alternatives": "(a|a)*b",
    "alternatives of classes": "([a-z]|[a-y])+!",
    "any any any": "(.*)*x",
    "back reference": r"(a*)\\1*b",
    "look-ahead": "(?=(a+))a*b",
    "look-behind": "(?<=a)b",
    "conditional": "(a)?(?(1)b|c)",
    "recursion": "(?R)",
    "flags": "(?i)a",
    "counted": "(a{1,1000}){1,1000}",
    "counted too far": "a{999999999999999999999}",
    "many stars": ".*" * 200,
    "many optional": "a?" * 200 + "a" * 200,
    "many alternatives": "(a|b)" * 300,
    "unclosed group": "(a",
    "unclosed class": "[a",
    "nothing to repeat": "*a",
    "bad escape": r"\\q",
    "bad range": "[z-a]",
    "multiple repeat": "a**",
    "named twice": "(?P<a>x)(?P<a>y)",
    "overlapping suffix": r"^(\\w+\\s?)*$",
    "addresses": r"^([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*@$",
}
PATTERNS = table(
    "pattern", {name: (FAMILY, f'{HEAD}{TAIL}weights:\n    ignore "{rule}"\n') for name, rule in RULES.items()}
)
PATTERNS += table(
    "pattern",
    {
        "unknown group": ("SP4003", f'{HEAD}{TAIL}weights:\n    rename "(a)" -> "{chr(92) * 2}7"\n'),
        "bad replacement": ("SP4003", f'{HEAD}{TAIL}weights:\n    rename "(a)" -> "{chr(92) * 2}q"\n'),
        "unknown name": ("SP4003", f'{HEAD}{TAIL}weights:\n    rename "(a)" -> "{chr(92) * 2}g<b>"\n'),
        "long replacement": (
            "SP9101",
            lambda: f'{HEAD}{TAIL}weights:\n    rename "(a)" -> "{(chr(92) * 2 + "1") * 200_000}"\n',
        ),
        "a megabyte of groups": ("SP9101", lambda: f'{HEAD}{TAIL}weights:\n    ignore "{"(a)" * 300_000}"\n'),
        "a megabyte of brackets": ("SP9101", lambda: f'{HEAD}{TAIL}weights:\n    ignore "{"(" * 900_000}"\n'),
    },
)
EXPECTS = table(
    "expect",
    {
        "huge number": ("SP5001", f"{HEAD}{TAIL}expect: params == 10 ** 1000\n"),
        "tower": ("SP9101", f"{HEAD}{TAIL}expect: params == 9 ** 9 ** 9\n"),
        "long sum": ("SP5001", lambda: f"{HEAD}{TAIL}expect: params == 1{' + 1' * 20_000}\n"),
        "deep": ("SP9003", f"{HEAD}{TAIL}expect: params == {'(' * 1000}1{')' * 1000}\n"),
        "loop": ("SP9101", f"{HEAD}{TAIL}expect: params == sum([i for i in range(1000000)])\n"),
        "many lists": ("SP9101", f"{HEAD}{TAIL}expect: params == sum([sum(range(1000000)) for i in range(1000000)])\n"),
        "symbol bound to a googol": ("SP5001", f"{HEAD}{TAIL}expect: macs(N = 10 ** 100) == 1\n"),
        "symbol bound to minus": ("SP5001", f"{HEAD}{TAIL}expect: macs(N = -(10 ** 100)) == 1\n"),
        "symbol bound to infinity": ("SP2002", f"{HEAD}{TAIL}expect: macs(N = inf) == 1\n"),
        "power of a cost": (
            "SP2010",
            "model m\ninput x: float32[N, T, 4]\noutput y = x -> linear(4)\nexpect: macs ** 8 == 1\n",
        ),
        "shape of a name": ("SP3008", f"{HEAD}{TAIL}expect: y.shape[10 ** 100] == 1\n"),
        "text": ("SP9101", f'{HEAD}{TAIL}expect: params == "a" * 1000000\n'),
        "layers": ("SP5001", f"{HEAD}{TAIL}expect: (x -> linear(4)) == 1\n"),
    },
)
CASES: tuple[Case, ...] = (*SHAPES, *ATTRIBUTES, *WEIGHTS, *POLYNOMIALS, *PROOFS, *PATTERNS, *EXPECTS)
