"""Prints what DuckDB answers to a query, as a table of Markdown.

Usage: query.py SQL
"""

import sys

import duckdb


def main():
    found = duckdb.connect().execute(sys.argv[1])
    names = [column[0] for column in found.description]
    print("| %s |" % " | ".join(names))
    print("|%s" % ("---|" * len(names)))
    for row in found.fetchall():
        print("| %s |" % " | ".join(str(cell) for cell in row))


main()
