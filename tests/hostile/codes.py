"""Expected codes of cases that are made in families: by category, the usual code, and the names with others."""

from __future__ import annotations

USUAL = {
    "reserved": "SP1112",
    "reserved as parameter": "SP1112",
    "in a name": "SP1102",
    "in a name of YAML": "SP1102",
    "encoding": "SP1003",
    "encoding of YAML": "SP1003",
    "binary": "SP1003",
    "binary as YAML": "SP1003",
    "YAML value": "SP1111",
    "YAML scalar": "SP1111",
    "YAML kind": "SP1209",
    "depth": "SP9003",
    "depth of YAML": "SP1205",
    "pattern": "SP9103",
    "no file": "SP1002",
    "import": "SP2018",
}
OTHERS = {
    "in a name": {
        "SP1004": "NUL; bell; escape sequence; delete; C1 control; right-to-left override; left-to-right "
        "embedding; isolate; Arabic letter mark; zero width space; zero width joiner; word joiner; byte "
        "order mark inside",
    },
    "in a name of YAML": {
        "SP1004": "NUL; bell; escape sequence; delete; C1 control; right-to-left override; left-to-right "
        "embedding; isolate; Arabic letter mark; zero width space; zero width joiner; word joiner; byte "
        "order mark inside",
        "SP1200": "not a character",
    },
    "encoding": {
        "SP1004": "UTF-16 little; UTF-16 big; UTF-32 little; mark twice",
        "SP1111": "UTF-7",
    },
    "encoding of YAML": {
        "SP1004": "UTF-16 little; UTF-16 big; UTF-32 little; mark twice",
        "SP1200": "UTF-7",
    },
    "binary": {
        "SP1004": "ELF; ONNX",
    },
    "binary as YAML": {
        "SP1004": "ELF; ONNX",
    },
    "YAML value": {
        "SP2001": "no; yes; on; off; y; null; Null; True",
        "SP1131": "octal; date",
        "SP1130": "binary; octal 1.2; hexadecimal; point",
        "SP1102": "tilde; question",
        "SP2006": "float; empty quotes; quoted string; at; percent; ampersand",
    },
    "YAML scalar": {
        "SP2001": "no; yes; on; off; y; Null; True",
        "SP1131": "octal; date",
        "SP1130": "octal 1.2; hexadecimal; binary; point",
        "SP1209": "tilde; null",
        "SP2009": "float; quoted string",
        "SP1200": "question",
        "SP1102": "ampersand",
    },
    "YAML kind": {
        "SP1113": "states as number; outputs as number; next as number",
        "SP1214": "states as deep list; graph as deep list; outputs as deep list; next as deep list; import as "
        "deep list",
        "SP2010": "require as number",
        "SP2019": "expect as number",
        "SP1111": "import as number",
    },
    "depth": {
        "SP9002": "subscripts 150000; members 150000; call tails 150000; minus 150000; minus with spaces 150000; "
        "not 150000; powers 150000; negative powers 150000; conditionals 150000; mixed precedence 150000",
        "SP2001": "mixed precedence 100; mixed precedence 5000",
    },
    "depth of YAML": {
        "SP1200": "flow lists 5000; flow lists 150000; flow open 5000; flow open 150000; flow at the top 5000; "
        "flow at the top 150000; mappings open 5000; mappings open 150000",
        "SP9003": "brackets in a value 100; brackets in a value 5000; brackets in a value 150000; minus in a value "
        "100; minus in a value 5000; calls in a value 100; calls in a value 5000; calls in a value "
        "150000",
        "SP9002": "minus in a value 150000",
    },
    "pattern": {
        "SP4003": "counted too far; unclosed group; unclosed class; nothing to repeat; bad escape; bad range; "
        "multiple repeat; named twice",
        "SP9101": "many alternatives",
    },
    "no file": {
        "SP1001": "link to nothing.specc; link to nothing.yaml; link to itself.specc; link to itself.yaml; "
        "missing.specc; missing.yaml; memory of the process.specc; memory of the process.yaml",
        "SP9001": "ten gigabytes.specc; ten gigabytes.yaml",
    },
    "import": {
        "SP1001": "home; URL; file URL; spaces; missing; line end in the name; itself by case",
        "SP1002": "pipe; folder; own folder; nothing",
        "SP1111": "with mistakes",
        "SP1003": "with bytes",
        "SP9001": "too large",
        "SP1117": "text that is YAML",
        "SP1208": "YAML that is text",
        "SP1201": "YAML with an anchor",
        "SP9101": "library that never ends",
    },
}


def expected(name: str) -> str:
    """Code of the case `CATEGORY/NAME`."""
    category, _, own = name.partition("/")
    found = [code for code, names in OTHERS.get(category, {}).items() if own in names.split("; ")]
    return found[0] if found else USUAL[category]
