"""Compares a CSV export with one in JSON Lines, by the rules of docs/audit.md. Prints what differs, as a JSON list.

Usage: read_csv.py COLUMNS CSV JSONL, where COLUMNS is a JSON list of [name, type].
"""

import csv
import json
import sys

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def seen(text):
    """The text with what cannot be seen written out."""
    out = []
    for c in text:
        n = ord(c)
        if n < 0x20 and c not in "\t\r\n":
            out.append(chr(0x2400 + n))
        elif n == 0x7F:
            out.append("␡")
        elif 0x80 <= n <= 0x9F or c in TURNS:
            out.append("[U+%04X]" % n)
        else:
            out.append(c)
    return "".join(out)


def is_formula(cell):
    first = cell
    while first and (first[0].isspace() or first[0] in NO_WIDTH or first[0] == "'"):
        first = first[1:]
    return cell.lstrip("'").startswith(("\t", "\r", "\n")) or first.startswith(FORMULA)


def undone(cell):
    """The cell without the apostrophe that keeps it from being a formula."""
    if is_formula(cell):
        if not cell.startswith("'"):
            raise ValueError("a formula: %r" % cell)
        return cell[1:]
    return cell


def of_line(line, name):
    if name in ("account", "region", "pipeline", "stage", "action"):
        return (line["gate"] or {}).get(name)
    if name in ("revision", "revision_message"):
        part = {"revision": "id", "revision_message": "summary"}[name]
        return line["revisions"][0][part] if line["revisions"] else None
    return line[name]


def plain(value):
    """Every text in a list with what cannot be seen written out."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        # A finding's evidence is in JSON Lines alone.
        return {name: plain(item) for name, item in value.items() if name != "evidence"}
    return seen(value) if isinstance(value, str) else value


def expected(value, kind):
    if value is None:
        return ""
    if kind == "flag":
        return "true" if value else "false"
    return seen(value) if isinstance(value, str) else str(value)


def main():
    columns, csv_path, lines_path = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
    csv.field_size_limit(1 << 30)
    with open(csv_path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    with open(lines_path, encoding="utf-8", newline="\n") as file:
        lines = [json.loads(line) for line in file]
    wrong = []
    if rows[0] != [name for name, _ in columns]:
        wrong.append("header: %r" % rows[0])
    if len(rows) != len(lines) + 1:
        wrong.append("%d rows and %d lines" % (len(rows) - 1, len(lines)))
    for row, line in zip(rows[1:], lines):
        if len(row) != len(columns):
            wrong.append("%d cells in %r" % (len(row), row))
        for cell, (name, kind) in zip(row, columns):
            value = of_line(line, name)
            if kind == "list":
                read, wanted = plain(json.loads(undone(cell) or "[]")), plain(value)
            else:
                read, wanted = undone(cell), expected(value, kind)
            if read != wanted:
                wrong.append("%s: %r is not %r" % (name, read, wanted))
    print(json.dumps(wrong))


main()
