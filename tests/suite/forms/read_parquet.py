"""Says what DuckDB finds in a Parquet file, as JSON. Times are milliseconds since 1970.

Usage: read_parquet.py [--count] FILE
"""

import json
import sys

import duckdb

INSTANT = "TIMESTAMP WITH TIME ZONE"


def select(name, kind):
    """The column as JSON can have it."""
    quoted = '"%s"' % name
    if kind == INSTANT:
        return "epoch_ms(%s) AS %s" % (quoted, quoted)
    if kind.startswith("STRUCT("):
        parts = [part.strip().split(" ", 1) for part in kind[len("STRUCT(") : -len(")[]")].split(",")]
        fields = [
            "%s: %s" % (part, "epoch_ms(x.%s)" % part if of == INSTANT else "x.%s" % part) for part, of in parts
        ]
        return "list_transform(%s, lambda x: {%s}) AS %s" % (quoted, ", ".join(fields), quoted)
    return quoted


def main():
    path = sys.argv[-1]
    db = duckdb.connect()
    if sys.argv[1] == "--count":
        rows, ids = db.execute("SELECT count(*), count(DISTINCT approval) FROM read_parquet(?)", [path]).fetchone()
        groups = db.execute("SELECT num_row_groups FROM parquet_file_metadata(?)", [path]).fetchone()[0]
        print(json.dumps({"rows": rows, "groups": groups, "approvals": ids}))
        return
    types = [row[:2] for row in db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()]
    wanted = ", ".join(select(*column) for column in types)
    found = db.execute("SELECT %s FROM read_parquet(?)" % wanted, [path])
    names = [column[0] for column in found.description]
    print(
        json.dumps(
            {
                "rows": [dict(zip(names, row)) for row in found.fetchall()],
                "types": types,
                "schema": db.execute("SELECT name, type, converted_type FROM parquet_schema(?)", [path]).fetchall(),
                "chunks": db.execute(
                    "SELECT path_in_schema, compression, encodings FROM parquet_metadata(?)", [path]
                ).fetchall(),
                "created_by": db.execute("SELECT created_by FROM parquet_file_metadata(?)", [path]).fetchone()[0],
            }
        )
    )


main()
