#!/usr/bin/env python3
"""Flat files to zstd Parquet in DuckDB, on one core, without a single check, hash or copy: what the ingest of the same files is beside.

    duckdb_plat.py FOLDER OUTPUT

Each file becomes a Parquet file. DuckDB is given what it would else take most of its time to guess in small files: the separator, the
names of the columns, and that each is a text, which is also the least work.
"""
import pathlib
import shutil
import sys

import duckdb

folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def quoted(path):
    return "'" + str(path).replace("'", "''") + "'"


def main():
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    base = duckdb.connect()
    base.execute("set threads = 1")
    files = sorted(folder.glob("*.csv"))
    for file in files:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            names = [name.strip().strip('"') for name in lines.readline().split(";")]
        columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
        read = f"read_csv({quoted(file)}, header = true, delim = ';', quote = '\"', auto_detect = false, columns = {{{columns}}})"
        base.execute(f"copy (select * from {read}) to {quoted(output / (file.stem + '.parquet'))} (format parquet, compression zstd)")
    print(f"{len(files)} fichiers, {sum(file.stat().st_size for file in files)} octets")


if __name__ == "__main__":
    main()
