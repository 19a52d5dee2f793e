"""Values that grow: loops, lists, strings, numbers, recursion."""

from __future__ import annotations

from case import HEAD, TAIL, Case, chain, net, table


def loops(header: str, depth: int, body: str) -> str:
    """`depth` loops one inside the other."""
    lines = [f"{'    ' * level}for i{level} in {header}:" for level in range(depth)]
    return "\n".join((*lines, *(f"{'    ' * depth}{line}" for line in body.split("\n"))))


def doubling(start: str, step: str, count: int = 64, more: str = "") -> str:
    """`a` becomes `step` of itself, `count` times."""
    return net(f"a = {start}\nfor i in range({count}):\n    a = {step}\n{more}")


LOOPS = table(
    "loop",
    {
        "a billion": ("?", chain("y = x\nfor i in range(10 ** 9):\n    y = y -> relu")),
        "a googol": ("?", net("for i in range(10 ** 100):\n    a = 1")),
        "2 to the 64": ("?", net("for i in range(2 ** 64):\n    a = 1")),
        "a negative googol": ("?", net("a = range(-10 ** 100, 0)")),
        "a step of one": ("?", net("a = range(0, 10 ** 12, 1)")),
        "two levels": ("?", net(loops("range(100000)", 2, "a = 1"))),
        "three levels": ("?", net(loops("range(1000)", 3, "a = 1"))),
        "ten levels": ("?", net(loops("range(10)", 10, "a = 1"))),
        "fifty levels": ("?", net(loops("[0, 1]", 50, "a = 1"))),
        "empty inner loops": ("?", net(loops("range(1000)", 2, "for j in []:\n    a = 1"))),
        "ranges in a loop": ("?", net(loops("range(100000)", 1, "a = range(100000)"))),
        "ranges kept": ("?", net("a = [range(1000000) for i in range(1000)]")),
        "a million layers": ("?", chain("y = x\nfor i in range(1000000):\n    y = y -> relu")),
        "a million linear": ("?", chain("y = x\nfor i in range(1000000):\n    y = y -> linear(4)")),
        "a million named": ("?", chain("y = x\nfor i in range(1000000):\n    y = y -> linear(4) as l.{i}")),
        "a million convolutions": (
            "?",
            "model m\ninput x: float32[N, 4, H, W]\ny = x\n"
            "for i in range(1000000):\n    y = y -> conv(4, 3, padding=1)\noutput out = y\n",
        ),
        "a million operators": ("?", chain("y = x\nfor i in range(1000000):\n    y = y -> onnx.Relu()")),
        "a million additions": ("?", chain("y = x\nfor i in range(1000000):\n    y = y + 1")),
        "a million subscripts": ("?", chain("y = x\nfor i in range(1000000):\n    y = y[:]")),
        "a million blocks": ("?", chain("block b(x):\n    return x\ny = x\nfor i in range(1000000):\n    y = y -> b")),
        "a million definitions": ("?", net("for i in range(1000000):\n    block b(x):\n        return x")),
        "a million weights": (
            "?",
            net("for i in range(1000000):\n    param w as w.{i}: float32[4]"),
        ),
        "a million constants": ("?", net("for i in range(1000000):\n    const w as w.{i}: float32[4] = 1")),
        "a million errors": ("?", net("for i in range(1000000):\n    a = x -> linear(-i)")),
        "a million unknown names": ("?", net("for i in range(1000000):\n    a = q")),
        "a million scans": (
            "?",
            "model m\ninput x: float32[N, T, 4]\nfor i in range(1000000):\n"
            "    a, h = scan(gru_cell(4), over=x, state=zeros([N, 4]))\noutput out = a\n",
        ),
    },
)
VALUES = table(
    "growth",
    {
        "list doubled": ("?", doubling("[1]", "a + a")),
        "list times a thousand": ("?", doubling("[1]", "a * 1000")),
        "list of itself": ("?", doubling("[1]", "[a, a]", 100, "b = a == a")),
        "list of itself, compared": ("?", doubling("[1]", "[a, a]", 40, "b = a == [a, a]")),
        "list in a list": ("?", doubling("[]", "[a]", 100_000)),
        "list in a list, compared": ("?", doubling("[]", "[a]", 50_000, "b = a == [a]")),
        "map in a map": ("?", doubling("{}", '{"a": a}', 100_000)),
        "tuples by zip": ("?", doubling("[1]", "zip(a, a)", 50, "b = a == a")),
        "tuples by enumerate": ("?", doubling("[1]", "enumerate(a)", 100_000)),
        "string doubled": ("?", doubling('"ab"', "a + a")),
        "string repeated": ("?", net('a = "ab" * 10 ** 12')),
        "string by a string": ("?", net('a = "ab" * "ab"')),
        "list repeated": ("?", net("a = [1] * 10 ** 12")),
        "list by a googol": ("?", net("a = [0] * 10 ** 100")),
        "negative repeat": ("?", net("a = [1] * -(10 ** 12)\nb = a[0]")),
        "a million appended": ("?", doubling("[]", "a + [i]", 1_000_000)),
        "strings appended": ("?", doubling('""', 'a + "abcdefgh"', 1_000_000)),
        "comprehension of comprehensions": (
            "?",
            net("a = [[[[i for i in range(100)] for j in range(100)] for k in range(100)] for l in range(100)]"),
        ),
        "comprehension with a condition": (
            "?",
            net("a = [i for i in range(1000000) if i * i % 7 == 8 and i > 10 ** 9]"),
        ),
        "comprehension in a loop": ("?", net("for j in range(1000):\n    a = [i for i in range(1000000)]")),
        "sum": ("?", net("for j in range(100000):\n    a = sum(range(1000))")),
        "max": ("?", net("for j in range(100000):\n    a = max(range(100000))")),
        "all": ("?", net("for j in range(100000):\n    a = all([true] * 1000000)")),
        "sorted by in": ("?", net("a = range(100000)\nb = [i for i in a if -i in a]")),
        "string in string": ("?", net('a = "a" * 500000\nb = [1 for i in range(100000) if (a + "b" + a) in a]')),
        "strings compared": ("?", net('a = "a" * 1000000\nb = [1 for i in range(100000) if a + "a" * 0 == a]')),
        "reversed": ("?", net("a = range(1000000)\nfor i in range(100000):\n    a = reversed(a)")),
        "sliced": ("?", net("a = range(1000000)\nfor i in range(100000):\n    b = a[1:]")),
        "sum of lists": ("?", net("a = sum([[1] * 100000] * 100000)")),
        "names of layers": ("?", chain('a = "ab" * 500000\ny = x -> linear(4) as l.{a}')),
        "names of many layers": (
            "?",
            chain('a = "ab" * 500\ny = x\nfor i in range(1000000):\n    y = y -> linear(4) as l.{a}.{i}'),
        ),
        "name with format": ("?", chain('y = x -> linear(4) as l.{"{0:999999999}"}.{"%s" * 10}.{9 ** 9 ** 9}')),
        "long path": ("?", chain("y = x -> linear(4) as " + ".".join(["a"] * 50_000))),
        "a deep block path": (
            "?",
            chain("block b(x):\n    return x -> linear(4) as a\ny = x -> b as " + ".".join(["a"] * 50_000)),
        ),
    },
)
NUMBERS = table(
    "number",
    {
        "ten thousand digits": ("?", net("a = " + "9" * 10_000)),
        "a million digits": ("?", lambda: net("a = " + "9" * 1_000_000)),
        "a million zeros": ("?", lambda: net("a = " + "0" * 1_000_000)),
        "a million decimals": ("?", lambda: net(f"a = 0.{'1' * 900_000}\nb = q")),
        "grouped": ("?", lambda: net("a = 1" + "_000" * 200_000)),
        "suffix": ("?", net("a = " + "9" * 1_300 + "T")),
        "tower": ("?", net("a = 9 ** 9 ** 9")),
        "tower of towers": ("?", net("a = 9 ** 9 ** 9 ** 9")),
        "two to a trillion": ("?", net("a = 2 ** (2 ** 40)")),
        "minus two": ("?", net("a = (-2) ** (2 ** 40)")),
        "float tower": ("?", net("a = 9.0 ** 9 ** 9")),
        "negative exponent": ("?", net("a = 2 ** -(2 ** 40)\nb = 1 // a")),
        "root of minus one": ("?", net("a = (-1) ** 0.5")),
        "zero to minus one": ("?", net("a = 0 ** -1")),
        "huge to a float": ("?", net("a = (10 ** 400) ** 0.5")),
        "huge by a float": ("?", net("a = 10 ** 400 * 1.5")),
        "huge as a float": ("?", net("a = float(10 ** 400)")),
        "huge divided": ("?", net("a = 10 ** 400 / 3")),
        "huge root": ("?", net("a = sqrt(10 ** 401)")),
        "huge logarithm": ("?", net("a = log(10 ** 400) / 0")),
        "huge to text": ("?", chain("y = x -> linear(4) as l.{10 ** 1000}\na = q")),
        "huge in a list": ("?", net("a = [10 ** 1200, 10 ** 1200]\nb = a + 1")),
        "multiplied in a loop": ("?", net("a = 3\nfor i in range(100000):\n    a = a * a")),
        "added in a loop": ("?", net("a = 2 ** 4000\nfor i in range(100000):\n    a = a + a")),
        "factorial": ("?", net("a = 1\nfor i in range(1, 100000):\n    a = a * i")),
        "float overflow": ("?", net("a = 1e309")),
        "float exponent": ("?", net("a = 1e999999999999")),
        "float in a loop": ("?", net("a = 1e300\nfor i in range(10):\n    a = a ** 2")),
        "infinity as a size": ("?", chain("y = x -> linear(inf)")),
        "infinity rounded": ("?", net("a = int(inf)")),
        "not a number": ("?", net("a = int(inf - inf)")),
        "floor of infinity": ("?", net("a = floor(inf)")),
        "round of infinity": ("?", net("a = round(inf)")),
        "infinity divided": ("?", net("a = inf // 1\nb = int(a)")),
        "kind of infinity": (
            "?",
            "model m(a: int = 1)\ninput x: float32[N, 4]\nblock b(x, k: int):\n    return x\ny = b(x, inf)\noutput out = y\n",
        ),
        "exponential": ("?", net("a = exp(1000)")),
        "division by zero": ("?", net("a = 1 / 0")),
        "modulo zero": ("?", net("a = 1.5 % 0")),
        "floor division by zero": ("?", net("a = 1 // 0")),
        "modulo of infinity": ("?", net("a = inf % 3\nb = int(a)")),
    },
)
RECURSION = table(
    "recursion",
    {
        "direct": ("?", chain("block b(x):\n    return x -> b\ny = b(x)")),
        "in an expression": ("?", chain("block b(x):\n    return (x + 1) -> b -> b\ny = b(x)")),
        "function": ("?", net("function f(n):\n    return f(n + 1)\na = f(1)")),
        "bounded function": ("?", net("function f(n):\n    return 1 if n == 0 else n * f(n - 1)\na = f(5)")),
        "mutual": ("?", chain("block a(x):\n    return x -> b\nblock b(x):\n    return x -> a\ny = a(x)")),
        "through a parameter": ("?", chain("block a(x, f):\n    return f(x, f)\ny = a(x, a)")),
        "omega": ("?", net("function w(f):\n    return f(f)\na = w(w)")),
        "through a list": ("?", net("function w(f):\n    return f[0](f)\na = w([w])")),
        "through a map": ("?", net('function w(f):\n    return f["a"](f)\na = w({"a": w})')),
        "through an instance": ("?", chain("block a(x, f):\n    return x -> f(f=f)\ny = x -> a(f=a)")),
        "through a default": ("?", chain("block a(x, y = a(x)):\n    return x\ny = a(x)")),
        "through a loop": ("?", net("function w(f):\n    for g in [f]:\n        return g(g)\na = w(w)")),
        "twice at each level": ("?", net("function w(f):\n    return [f(f), f(f)]\na = w(w)")),
        "inner block": ("?", chain("block a(x):\n    block c(x):\n        return x -> a\n    return x -> c\ny = a(x)")),
        "through scan": (
            "?",
            "model m\ninput x: float32[N, T, 4]\nblock s(h, x):\n    a, b = scan(s, over=x, state=h)\n    return a, b\na, b = scan(s, over=x, state=zeros([N, 4]))\noutput out = a\n",
        ),
        "forty blocks that fan out": (
            "?",
            HEAD
            + "block b0(x):\n    return x -> relu\n"
            + "".join(f"block b{i}(x):\n    return x -> b{i - 1} -> b{i - 1}\n" for i in range(1, 40))
            + "output y = x -> b39\n",
        ),
        "forty functions that fan out": (
            "?",
            HEAD
            + "function f0(x):\n    return 1\n"
            + "".join(f"function f{i}(x):\n    return f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 40))
            + "a = f39(1)\n"
            + TAIL,
        ),
        "sixty blocks in a row": (
            "?",
            HEAD
            + "block b0(x):\n    return x\n"
            + "".join(f"block b{i}(x):\n    return x -> b{i - 1}\n" for i in range(1, 60))
            + "output y = x -> b59\n",
        ),
        "five thousand blocks in a row": (
            "?",
            lambda: (
                HEAD
                + "block b0(x):\n    return x\n"
                + "".join(f"block b{i}(x):\n    return x -> b{i - 1}\n" for i in range(1, 5000))
                + "output y = x -> b4999\n"
            ),
        ),
        "variable of itself": ("?", net("a = a + 1")),
        "symbol of itself": ("?", "model m\ninput x: float32[N, N + q]\nq = N\noutput y = x\n"),
    },
)
CASES: tuple[Case, ...] = (*LOOPS, *VALUES, *NUMBERS, *RECURSION)
