"""Characters that should not be there, encodings that are not UTF-8, files that are not text."""

from __future__ import annotations

import gzip
import io
import zipfile

from case import FAMILY, HEAD, TAIL, Case, net, table

NAMED = {
    "NUL": "\0",
    "bell": "\a",
    "escape sequence": "\x1b[31m",
    "delete": "\x7f",
    "C1 control": "\x9b",
    "right-to-left override": "\u202e",
    "left-to-right embedding": "\u202a",
    "isolate": "\u2066",
    "Arabic letter mark": "\u061c",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark inside": "\ufeff",
    "soft hyphen": "\u00ad",
    "non-breaking space": "\u00a0",
    "ideographic space": "\u3000",
    "Mongolian vowel separator": "\u180e",
    "Hangul filler": "\u3164",
    "variation selector": "\ufe0f",
    "tag character": "\U000e0041",
    "private use": "\ue000",
    "not a character": "\uffff",
    "combining accent": "e\u0301",
    "a thousand combining marks": "e" + "\u0301" * 1000,
    "emoji": "\U0001f600",
    "Cyrillic a": "\u0430",
    "Greek omicron": "\u03bf",
    "full width a": "\uff41",
    "mathematical a": "\U0001d41a",
    "Arabic digit": "\u0661",
    "superscript": "\u00b2",
    "dotless i": "\u0131",
    "Kelvin sign": "\u212a",
    "curly quotes": "\u201c",
    "minus sign": "\u2212",
    "arrow": "\u2192",
    "object replacement": "\ufffc",
}
IN_NAME = table("in a name", {name: (FAMILY, net(f"a{sign} = 1")) for name, sign in NAMED.items()})
IN_YAML = table(
    "in a name of YAML",
    {
        name: (
            FAMILY,
            f"specc: 1\nmodel: m\ninputs: {{x: 'float32[N, 4]'}}\ngraph:\n  - a{sign}: x\noutputs: {{y: '= x'}}\n",
        )
        for name, sign in NAMED.items()
    },
    ".yaml",
)
HIDDEN = table(
    "hidden",
    {
        "NUL in a comment": ("SP1004", net("a = 1 # \0")),
        "override in a comment": ("SP1004", net("# \u202e} if admin {\na = 1")),
        "override in a string": ("SP1004", net('a = "\u202e"')),
        "NUL in a string": ("SP1004", net('a = "\0"')),
        "zero width in a docstring": ("SP1004", f'{HEAD}"""a\u200bb"""\n{TAIL}'),
        "look-alike of an input": ("SP1102", net("\u0445 = 1\nz = x")),
        "look-alike of a layer": ("SP1102", net("a = x -> r\u0435lu")),
        "zero width in a keyword": ("SP1004", net("f\u200bor i in range(3):\n    a = 1")),
        "NUL at the end": ("SP1004", net("a = 1") + "\0"),
        "only NUL": ("SP1004", "\0" * 1000),
        "a million NUL": ("SP1004", lambda: b"\0" * 1_000_000),
    },
)
ESCAPES = table(
    "escapes",
    {
        "lone surrogate": ("SP1132", net('a = "\\ud800"')),
        "low surrogate": ("SP1132", net('a = "\\udfff"')),
        "pair of surrogates": ("SP1132", net('a = "\\ud83d\\ude00"')),
        "unknown": ("SP1132", net('a = "\\q"')),
        "octal": ("SP1132", net('a = "\\101"')),
        "hexadecimal": ("SP1132", net('a = "\\x41"')),
        "named": ("SP1132", net('a = "\\N{BULLET}"')),
        "short": ("SP1132", net('a = "\\u12"')),
        "long": ("SP1132", net('a = "\\U0001f600"')),
        "line end": ("SP1103", net('a = "\\\n"')),
        "in a docstring": ("SP1132", f'{HEAD}"""\\q"""\n{TAIL}'),
        "NUL as a weight name": ("SP2151", f'{HEAD}output y = x -> linear(4) as a.{{"\\u0000"}}\n'),
        "slash in a path": ("SP2151", f'{HEAD}output y = x -> linear(4) as a.{{"../../b"}}\n'),
        "empty path": ("SP2151", f'{HEAD}output y = x -> linear(4) as {{""}}\n'),
        "newline in a path": ("SP2151", f'{HEAD}output y = x -> linear(4) as a.{{"\\n"}}\n'),
        "override in a path": ("SP2151", f'{HEAD}output y = x -> linear(4) as a.{{"\\u202e"}}\n'),
        "space in a path": ("SP2151", f'{HEAD}output y = x -> linear(4) as a.{{" "}}\n'),
    },
)
SURROGATE = net("a = 1").encode() + b"b = '\xed\xa0\x80'\n"
ENCODINGS = {
    "invalid byte": net("a = 1").encode() + b"\xff\n",
    "lone continuation": net("a = 1").encode() + b"\x80\n",
    "overlong slash": net("a = 1").encode() + b'b = "\xc0\xaf"\n',
    "overlong NUL": net("a = 1").encode() + b'b = "\xc0\x80"\n',
    "encoded surrogate": SURROGATE,
    "beyond Unicode": net("a = 1").encode() + b'b = "\xf4\x90\x80\x80"\n',
    "cut in a character": net("a = 1").encode() + b'b = "\xe2\x82',
    "Latin-1": net('a = "\u00e4"').encode("latin-1"),
    "UTF-16": net("a = 1").encode("utf-16"),
    "UTF-16 little": net("a = 1").encode("utf-16-le"),
    "UTF-16 big": net("a = 1").encode("utf-16-be"),
    "UTF-32": net("a = 1").encode("utf-32"),
    "UTF-32 little": net("a = 1").encode("utf-32-le"),
    "UTF-7": b"+AGE- = 1\n" + HEAD.encode(),
    "EBCDIC": net("a = 1").encode("cp500"),
    "UTF-16 mark alone": b"\xff\xfe",
    "UTF-32 mark alone": b"\xff\xfe\0\0",
    "mark twice": b"\xef\xbb\xbf" * 2 + net("a = 1").encode(),
    "half a mark": b"\xef\xbb" + net("a = 1").encode(),
}
ENCODED = table("encoding", {name: (FAMILY, content) for name, content in ENCODINGS.items()}, placed=False)
ENCODED += table(
    "encoding of YAML", {name: (FAMILY, content) for name, content in ENCODINGS.items()}, ".yaml", placed=False
)


def _zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.specc", net("a = 1"))
    return target.getvalue()


NOT_TEXT = {
    "gzip": lambda: gzip.compress(net("a = 1").encode(), mtime=0),
    "gzip bomb": lambda: gzip.compress(b"\0" * 10_000_000, mtime=0),
    "zip": _zipped,
    "every byte": lambda: bytes(range(256)) * 100,
    "ELF": lambda: b"\x7fELF" + bytes(200),
    "PNG": lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "pickle": lambda: b"\x80\x04cos\nsystem\n.",
    "ONNX": lambda: b"\x08\x0a\x12\x05specc\x3a\x10" + bytes(range(128)),
    "a megabyte of noise": lambda: bytes((i * 7919 >> 3) & 255 for i in range(1_000_000)),
}
BINARY = table("binary", {name: (FAMILY, content) for name, content in NOT_TEXT.items()}, placed=False)
BINARY += table(
    "binary as YAML", {name: (FAMILY, content) for name, content in NOT_TEXT.items()}, ".yaml", placed=False
)
CASES: tuple[Case, ...] = (*IN_NAME, *IN_YAML, *HIDDEN, *ESCAPES, *ENCODED, *BINARY)
