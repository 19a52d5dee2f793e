"""What YAML makes of innocent spellings, and what makes YAML dangerous."""

from __future__ import annotations

from case import Case, table, yaml, yaml_net

SCALARS = (
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "Y"), ("octal", "010"), ("octal 1.2", "0o10"),
    ("hexadecimal", "0x1F"), ("binary", "0b11"), ("sexagesimal", "1:30:00"), ("not a number", ".nan"),
    ("infinity", ".inf"), ("minus infinity", "-.inf"), ("date", "2001-12-14"), ("time", "2001-12-14t21:59:43.10-05:00"),
    ("tilde", "~"), ("null", "null"), ("Null", "Null"), ("True", "True"), ("merge", "<<"), ("equals", "="),
    ("number", "1_000"), ("float", "1e-5"), ("bare point", ".5"), ("point", "5."), ("plus", "+1"), ("empty quotes", "''"),
    ("quoted string", "\"'text'\""), ("question", "?"), ("at", "'@'"), ("percent", "'%'"), ("ampersand", "'&'"),
)  # fmt: skip
VALUES = table("YAML value", {name: ("?", yaml_net(f"linear({text})(x)")) for name, text in SCALARS}, ".yaml")
VALUES += table("YAML scalar", {name: ("?", yaml_net(text)) for name, text in SCALARS}, ".yaml")
MERGE = "a: &a {b: 1}\n"
FEATURES = table(
    "YAML feature",
    {
        "anchor": ("?", yaml("params: {a: &w 4}")),
        "alias": ("?", yaml("params: {a: &w 4, b: *w}")),
        "alias of nothing": ("?", yaml("params: {a: *w}")),
        "alias of itself": ("?", yaml("graph: &g\n  - *g")),
        "merge key": ("?", yaml("graph:\n  <<: {y: x}")),
        "merge of an alias": ("?", MERGE + yaml("graph:\n  <<: *a")),
        "python object": ("?", yaml("doc: !!python/object/apply:os.system ['id']")),
        "python name": ("?", yaml("doc: !!python/name:os.system")),
        "python tuple": ("?", yaml("doc: !!python/tuple [1]")),
        "local tag": ("?", yaml("doc: !x text")),
        "tag of a string": ("?", yaml("doc: !!str text")),
        "tag of an integer": ("?", yaml("params: {a: !!int '4'}")),
        "binary": ("?", yaml("doc: !!binary aGk=")),
        "set": ("?", yaml("params: !!set {a, b}")),
        "ordered": ("?", yaml("params: !!omap [a: 1]")),
        "timestamp": ("?", yaml("doc: !!timestamp 2001-12-14")),
        "verbatim tag": ("?", yaml("doc: !<tag:yaml.org,2002:str> text")),
        "tag of the root": ("?", "!!map\n" + yaml("")),
        "bare exclamation": ("?", yaml("doc: ! text")),
        "directive": ("?", "%YAML 1.2\n---\n" + yaml("")),
        "tag directive": ("?", "%TAG ! tag:example.com,2000:\n---\n" + yaml("")),
        "unknown directive": ("?", "%FOO bar\n---\n" + yaml("")),
        "directive without document": ("?", "%YAML 1.1\n"),
        "future version": ("?", "%YAML 9.9\n---\n" + yaml("")),
        "two documents": ("?", yaml("outputs: {y: '= x'}") + "---\n" + yaml("")),
        "document end and more": ("?", yaml("outputs: {y: '= x'}") + "...\nspecc: 1\n"),
        "a thousand documents": ("?", lambda: "--- {}\n" * 1000),
        "complex key": ("?", yaml("graph:\n  ? [a, b]\n  : x")),
        "mapping as key": ("?", yaml("graph: {{a: 1}: x}")),
        "empty key": ("?", yaml("graph:\n  : x")),
        "null key": ("?", yaml("graph: {~: x}")),
        "number as key": ("?", yaml("graph: {1: x}")),
        "truth as key": ("?", yaml("graph: {true: x}")),
        "float as key": ("?", yaml("graph: {1.5: x}")),
        "question mark alone": ("?", yaml("graph:\n  ? y")),
        "duplicate key": ("?", yaml("graph: {y: x, y: x}")),
        "duplicate section": ("?", yaml("doc: a\ndoc: b")),
        "duplicate in quotes": ("?", yaml("graph: {y: x, 'y': x}")),
        "duplicate by escape": ("?", yaml('graph: {y: x, "\\x79": x}')),
        "a thousand duplicates": ("?", lambda: yaml("graph: {" + "y: x, " * 1000 + "}")),
        "unknown section": ("?", yaml("graphs: {y: x}")),
        "section in capitals": ("?", yaml("Graph: {y: x}")),
        "version 2": ("?", yaml("").replace("specc: 1", "specc: 2")),
        "version as text": ("?", yaml("").replace("specc: 1", "specc: one")),
        "version missing": ("?", yaml("").replace("specc: 1\n", "")),
        "JSON": ("?", '{"specc": 1, "model": "m", "a": [1, 2]}'),
        "list at the top": ("?", "- 1\n- 2\n"),
        "text at the top": ("?", "hello"),
        "number at the top": ("?", "1"),
        "nothing": ("?", ""),
        "comment": ("?", "# nothing"),
        "marker": ("?", "---\n"),
        "text form": ("?", "model m\ninput x: float32[N, 4]\noutput y = x\n"),
    },
    ".yaml",
)
LAYOUT = table(
    "YAML layout",
    {
        "tab": ("?", yaml("graph:\n\ty: x")),
        "odd indentation": ("?", yaml("graph:\n    y: x\n  z: x")),
        "no space": ("?", yaml("graph:\n  y:x")),
        "unquoted bracket": ("?", "specc: 1\nmodel: m\ninputs: {x: float32[N, 4]}\n"),
        "colon in a value": ("?", yaml("graph: \n  y: a: b")),
        "unclosed list": ("?", yaml("graph: [y")),
        "unclosed mapping": ("?", yaml("graph: {y: x")),
        "unclosed double quote": ("?", yaml('doc: "text')),
        "unclosed single quote": ("?", yaml("doc: 'text")),
        "closed twice": ("?", yaml("graph: {y: x}}")),
        "wrong bracket": ("?", yaml("graph: [y: x}")),
        "block scalar with a tab": ("?", yaml("graph:\n  y: |\n\tx")),
        "block scalar of a wrong indent": ("?", yaml("graph:\n  y: |9\n    x +\n    1")),
        "block scalar dedented": ("?", yaml("graph:\n  y: >\n      x\n   + q")),
        "block scalar of nothing": ("?", yaml("graph:\n  y: |\noutputs: {y: }")),
        "block scalar as key": ("?", yaml("graph:\n  ? |\n   a b\n  : x")),
        "bad block indicator": ("?", yaml("graph:\n  y: |x\n    x")),
        "reserved at": ("?", yaml("graph:\n  y: @x")),
        "reserved backtick": ("?", yaml("graph:\n  y: `x`")),
        "unknown escape": ("?", yaml('graph: {y: "\\q"}')),
        "escaped NUL": ("?", yaml('graph: {y: "x\\0"}')),
        "escaped surrogate": ("?", yaml('graph: {y: "x\\ud800"}')),
        "escape beyond Unicode": ("?", yaml('graph: {y: "x\\UFFFFFFFF"}')),
        "escaped override": ("?", yaml('graph: {y: "x\\u202e"}')),
        "dash in a mapping": ("?", yaml("graph:\n  y: x\n  - z: x")),
        "list in a flow": ("?", yaml("graph: {- y}")),
        "percent at the start": ("?", yaml("graph:\n  y: %x")),
        "comment without space": ("?", yaml("graph:\n  y: x#comment")),
        "carriage returns only": ("?", yaml("graph: {y: q}").replace("\n", "\r")),
        "document marker in quotes": ("?", yaml("doc: 'a\n---\n b'")),
        "expression with a comment": ("?", yaml('graph: {y: "x # text"}')),
        "two statements": ("?", yaml('graph: ["y = x\\nz = x"]')),
    },
    ".yaml",
)
KINDS = table(
    "YAML kind",
    {
        f"{section} as {name}": ("?", yaml(f"{section}: {value}"))
        for section in ("params", "states", "require", "blocks", "graph", "outputs", "next", "expect", "weights", "import")
        for name, value in (("number", "1"), ("deep list", "[[[[1]]]]"))
    },
    ".yaml",
)
CASES: tuple[Case, ...] = (*VALUES, *FEATURES, *LAYOUT, *KINDS)
