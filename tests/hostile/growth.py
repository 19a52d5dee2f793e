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
        "a billion": ("SP9101", chain("y = x\nfor i in range(10 ** 9):\n    y = y -> relu")),
        "a googol": ("SP9101", net("for i in range(10 ** 100):\n    a = 1")),
        "2 to the 64": ("SP9101", net("for i in range(2 ** 64):\n    a = 1")),
        "a negative googol": ("SP9101", net("a = range(-10 ** 100, 0)")),
        "a step of one": ("SP9101", net("a = range(0, 10 ** 12, 1)")),
        "two levels": ("SP9101", net(loops("range(100000)", 2, "a = 1"))),
        "three levels": ("SP9101", net(loops("range(1000)", 3, "a = 1"))),
        "ten levels": ("SP9101", net(loops("range(10)", 10, "a = 1"))),
        "fifty levels": ("SP9101", net(loops("[0, 1]", 50, "a = 1"))),
        "empty inner loops": ("SP9101", net(loops("range(1000)", 2, "for j in []:\n    a = 1"))),
        "ranges in a loop": ("SP9101", net(loops("range(100000)", 1, "a = range(100000)"))),
        "ranges kept": ("SP9101", net("a = [range(1000000) for i in range(1000)]")),
        "a million layers": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y -> relu")),
        "a million linear": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y -> linear(4)")),
        "a million named": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y -> linear(4) as l.{i}")),
        "a million convolutions": (
            "SP9101",
            "model m\ninput x: float32[N, 4, H, W]\ny = x\n"
            "for i in range(1000000):\n    y = y -> conv(4, 3, padding=1)\noutput out = y\n",
        ),
        "a million operators": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y -> onnx.Relu()")),
        "a million additions": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y + 1")),
        "a million subscripts": ("SP9101", chain("y = x\nfor i in range(1000000):\n    y = y[:]")),
        "a million blocks": (
            "SP9101",
            chain("block b(x):\n    return x\ny = x\nfor i in range(1000000):\n    y = y -> b"),
        ),
        "a million definitions": ("SP9101", net("for i in range(1000000):\n    block b(x):\n        return x")),
        "a million weights": (
            "SP9101",
            net("for i in range(1000000):\n    param w as w.{i}: float32[4]"),
        ),
        "a million constants": ("SP9101", net("for i in range(1000000):\n    const w as w.{i}: float32[4] = 1")),
        "a million errors": ("SP9101", net("for i in range(1000000):\n    a = x -> linear(-i)")),
        "a million unknown names": ("SP9101", net("for i in range(1000000):\n    a = q")),
        "a million scans": (
            "SP9101",
            "model m\ninput x: float32[N, T, 4]\nfor i in range(1000000):\n"
            "    a, h = scan(gru_cell(4), over=x, state=zeros([N, 4]))\noutput out = a\n",
        ),
    },
)
VALUES = table(
    "growth",
    {
        "list doubled": ("SP9101", doubling("[1]", "a + a")),
        "list times a thousand": ("SP9101", doubling("[1]", "a * 1000")),
        "list of itself": ("SP9101", doubling("[1]", "[a, a]", 100, "b = a == a")),
        "list of itself, compared": ("SP9101", doubling("[1]", "[a, a]", 40, "b = a == [a, a]")),
        "list in a list": ("SP9101", doubling("[]", "[a]", 100_000)),
        "list in a list, compared": ("SP9101", doubling("[]", "[a]", 50_000, "b = a == [a]")),
        "map in a map": ("SP9101", doubling("{}", '{"a": a}', 100_000)),
        "tuples by zip": ("SP9101", doubling("[1]", "zip(a, a)", 50, "b = a == a")),
        "tuples by enumerate": ("SP9101", doubling("[1]", "enumerate(a)", 100_000)),
        "string doubled": ("SP9101", doubling('"ab"', "a + a")),
        "string repeated": ("SP9101", net('a = "ab" * 10 ** 12')),
        "string by a string": ("SP2010", net('a = "ab" * "ab"')),
        "list repeated": ("SP9101", net("a = [1] * 10 ** 12")),
        "list by a googol": ("SP9101", net("a = [0] * 10 ** 100")),
        "negative repeat": ("SP3008", net("a = [1] * -(10 ** 12)\nb = a[0]")),
        "a million appended": ("SP9101", doubling("[]", "a + [i]", 1_000_000)),
        "strings appended": ("SP9101", doubling('""', 'a + "abcdefgh"', 1_000_000)),
        "comprehension of comprehensions": (
            "SP9101",
            net("a = [[[[i for i in range(100)] for j in range(100)] for k in range(100)] for l in range(100)]"),
        ),
        "comprehension with a condition": (
            "SP9101",
            net("a = [i for i in range(1000000) if i * i % 7 == 8 and i > 10 ** 9]"),
        ),
        "comprehension in a loop": ("SP9101", net("for j in range(1000):\n    a = [i for i in range(1000000)]")),
        "sum": ("SP9101", net("for j in range(100000):\n    a = sum(range(1000))")),
        "max": ("SP9101", net("for j in range(100000):\n    a = max(range(100000))")),
        "all": ("SP9101", net("for j in range(100000):\n    a = all([true] * 1000000)")),
        "sorted by in": ("SP9101", net("a = range(100000)\nb = [i for i in a if -i in a]")),
        "string in string": ("SP9101", net('a = "a" * 500000\nb = [1 for i in range(100000) if (a + "b" + a) in a]')),
        "strings compared": ("SP9101", net('a = "a" * 1000000\nb = [1 for i in range(100000) if a + "a" * 0 == a]')),
        "reversed": ("SP9101", net("a = range(1000000)\nfor i in range(100000):\n    a = reversed(a)")),
        "sliced": ("SP9101", net("a = range(1000000)\nfor i in range(100000):\n    b = a[1:]")),
        "sum of lists": ("SP9101", net("a = sum([[1] * 100000] * 100000)")),
        "names of layers": ("SP9101", chain('a = "ab" * 500000\ny = x -> linear(4) as l.{a}')),
        "names of many layers": (
            "SP9101",
            chain('a = "ab" * 500\ny = x\nfor i in range(1000000):\n    y = y -> linear(4) as l.{a}.{i}'),
        ),
        "name with format": ("SP9101", chain('y = x -> linear(4) as l.{"{0:999999999}"}.{"%s" * 10}.{9 ** 9 ** 9}')),
        "long path": ("SP9002", chain("y = x -> linear(4) as " + ".".join(["a"] * 50_000))),
        "a deep block path": (
            "SP9002",
            chain("block b(x):\n    return x -> linear(4) as a\ny = x -> b as " + ".".join(["a"] * 50_000)),
        ),
    },
)
NUMBERS = table(
    "number",
    {
        "ten thousand digits": ("SP9004", net("a = " + "9" * 10_000)),
        "a million digits": ("SP9004", lambda: net("a = " + "9" * 1_000_000)),
        "a million zeros": ("SP1131", lambda: net("a = " + "0" * 1_000_000)),
        "a million decimals": ("SP2001", lambda: net(f"a = 0.{'1' * 900_000}\nb = q")),
        "grouped": ("SP9004", lambda: net("a = 1" + "_000" * 200_000)),
        "suffix": ("SP9004", net("a = " + "9" * 1_300 + "T")),
        "tower": ("SP9101", net("a = 9 ** 9 ** 9")),
        "tower of towers": ("SP9101", net("a = 9 ** 9 ** 9 ** 9")),
        "two to a trillion": ("SP9101", net("a = 2 ** (2 ** 40)")),
        "minus two": ("SP9101", net("a = (-2) ** (2 ** 40)")),
        "float tower": ("SP2010", net("a = 9.0 ** 9 ** 9")),
        "negative exponent": ("SP2010", net("a = 2 ** -(2 ** 40)\nb = 1 // a")),
        "root of minus one": ("SP2010", net("a = (-1) ** 0.5")),
        "zero to minus one": ("SP2010", net("a = 0 ** -1")),
        "huge to a float": ("SP2010", net("a = (10 ** 400) ** 0.5")),
        "huge by a float": ("SP2010", net("a = 10 ** 400 * 1.5")),
        "huge as a float": ("SP2010", net("a = float(10 ** 400)")),
        "huge divided": ("SP2010", net("a = 10 ** 400 / 3")),
        "huge root": ("SP2010", net("a = sqrt(10 ** 401)")),
        "huge logarithm": ("SP2010", net("a = log(10 ** 400) / 0")),
        "huge to text": ("SP9101", chain("y = x -> linear(4) as l.{10 ** 1000}\na = q")),
        "huge in a list": ("SP9101", net("a = [10 ** 1200, 10 ** 1200]\nb = a + 1")),
        "multiplied in a loop": ("SP9101", net("a = 3\nfor i in range(100000):\n    a = a * a")),
        "added in a loop": ("SP9101", net("a = 2 ** 4000\nfor i in range(100000):\n    a = a + a")),
        "factorial": ("SP9101", net("a = 1\nfor i in range(1, 100000):\n    a = a * i")),
        "float overflow": ("SP9004", net("a = 1e309")),
        "float exponent": ("SP9004", net("a = 1e999999999999")),
        "float in a loop": ("SP2010", net("a = 1e300\nfor i in range(10):\n    a = a ** 2")),
        "infinity as a size": ("SP2006", chain("y = x -> linear(inf)")),
        "infinity rounded": ("SP2010", net("a = int(inf)")),
        "not a number": ("SP2010", net("a = int(inf - inf)")),
        "floor of infinity": ("SP2010", net("a = floor(inf)")),
        "round of infinity": ("SP2010", net("a = round(inf)")),
        "infinity divided": ("SP2010", net("a = inf // 1\nb = int(a)")),
        "kind of infinity": (
            "SP2006",
            chain("block b(x, k: int):\n    return x\ny = b(x, inf)"),
        ),
        "exponential": ("SP2010", net("a = exp(1000)")),
        "division by zero": ("SP2010", net("a = 1 / 0")),
        "modulo zero": ("SP2010", net("a = 1.5 % 0")),
        "floor division by zero": ("SP2010", net("a = 1 // 0")),
        "modulo of infinity": ("SP2010", net("a = inf % 3\nb = int(a)")),
    },
)
RECURSION = table(
    "recursion",
    {
        "direct": ("SP2020", chain("block b(x):\n    return x -> b\ny = b(x)")),
        "in an expression": ("SP2020", chain("block b(x):\n    return (x + 1) -> b -> b\ny = b(x)")),
        "function": ("SP2020", net("function f(n):\n    return f(n + 1)\na = f(1)")),
        "bounded function": ("SP2020", net("function f(n):\n    return 1 if n == 0 else n * f(n - 1)\na = f(5)")),
        "mutual": ("SP2020", chain("block a(x):\n    return x -> b\nblock b(x):\n    return x -> a\ny = a(x)")),
        "through a parameter": ("SP9101", chain("block a(x, f):\n    return f(x, f)\ny = a(x, a)")),
        "omega": ("SP9101", net("function w(f):\n    return f(f)\na = w(w)")),
        "through a list": ("SP9101", net("function w(f):\n    return f[0](f)\na = w([w])")),
        "through a map": ("SP9101", net('function w(f):\n    return f["a"](f)\na = w({"a": w})')),
        "through an instance": ("SP9101", chain("block a(x, f):\n    return x -> f(f=f)\ny = x -> a(f=a)")),
        "through a default": ("SP9101", chain("block a(x, y = a(x)):\n    return x\ny = a(x)")),
        "through a loop": ("SP9101", net("function w(f):\n    for g in [f]:\n        return g(g)\na = w(w)")),
        "twice at each level": ("SP9101", net("function w(f):\n    return [f(f), f(f)]\na = w(w)")),
        "inner block": (
            "SP2020",
            chain("block a(x):\n    block c(x):\n        return x -> a\n    return x -> c\ny = a(x)"),
        ),
        "through scan": (
            "SP2020",
            "model m\ninput x: float32[N, T, 4]\nblock s(h, x):\n    a, b = scan(s, over=x, state=h)\n    return a, b\n"
            "a, b = scan(s, over=x, state=zeros([N, 4]))\noutput out = a\n",
        ),
        "forty blocks that fan out": (
            "SP9101",
            HEAD
            + "block b0(x):\n    return x -> relu\n"
            + "".join(f"block b{i}(x):\n    return x -> b{i - 1} -> b{i - 1}\n" for i in range(1, 40))
            + "output y = x -> b39\n",
        ),
        "forty functions that fan out": (
            "SP9101",
            HEAD
            + "function f0(x):\n    return 1\n"
            + "".join(f"function f{i}(x):\n    return f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 40))
            + "a = f39(1)\n"
            + TAIL,
        ),
        "sixty blocks in a row": (
            "SP9101",
            HEAD
            + "block b0(x):\n    return x\n"
            + "".join(f"block b{i}(x):\n    return x -> b{i - 1}\n" for i in range(1, 60))
            + "output y = x -> b59\n",
        ),
        "five thousand blocks in a row": (
            "SP9002",
            lambda: (
                HEAD
                + "block b0(x):\n    return x\n"
                + "".join(f"block b{i}(x):\n    return x -> b{i - 1}\n" for i in range(1, 5000))
                + "output y = x -> b4999\n"
            ),
        ),
        "variable of itself": ("SP2001", net("a = a + 1")),
        "symbol of itself": ("SP2001", "model m\ninput x: float32[N, N + q]\nq = N\noutput y = x\n"),
    },
)
CASES: tuple[Case, ...] = (*LOOPS, *VALUES, *NUMBERS, *RECURSION)
