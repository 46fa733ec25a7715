#!/usr/bin/env python3
"""Replays the cases of every rule on DuckDB: the verdicts must be those written in the case files, which the tests hold true on polars.

    portabilite.py            needs the package duckdb; builds and runs the example `regles_json`
"""
import csv, json, pathlib, subprocess, sys

import duckdb

here = pathlib.Path(__file__).parent
TYPES = {
    "text": "VARCHAR", "etat": "VARCHAR", "int16": "SMALLINT", "int32": "INTEGER", "bool": "BOOLEAN", "date": "DATE",
    "civil": "TIMESTAMP", "instant": "TIMESTAMP", "decimal": "DOUBLE", "list": "VARCHAR[]",
}


def rules():
    command = ["cargo", "run", "--quiet", "--locked", "-p", "transform", "--example", "regles_json"]
    return json.loads(subprocess.run(command, cwd=here, check=True, stdout=subprocess.PIPE).stdout)


def cases(rule):
    """(expected verdict, cells) of the clause; a companion that is not written follows from its column, as ingest fills it."""
    lines = [line for line in open(here / f"cases/rules/{rule['id']}.csv", encoding="utf-8") if not line.startswith("#")]
    for row in csv.DictReader(lines):
        if row.get("clause", "") != rule["clause"]:
            continue
        cells = []
        for name, kind in rule["colonnes"]:
            value = row.get(name) or None
            if value is None and kind == "etat" or value is None and name.endswith("_etat"):
                value = "conforme" if row.get(name.removesuffix("_etat")) else "manquant"
            cells.append(value)
        yield row["verdict"], cells


def verdict(base, rule, cells):
    columns = ", ".join(f"CAST(? AS {TYPES[kind]}) AS {name}" for name, kind in rule["colonnes"]) or "1 AS rien"
    among, anomaly = f"({rule['parmi']})", f"({rule['anomalie']})"
    query = f"""SELECT CASE WHEN {among} IS NULL THEN 'non_juge' WHEN NOT {among} THEN 'hors_champ'
        WHEN {anomaly} IS NULL THEN 'non_juge' WHEN {anomaly} THEN 'anomalie' ELSE 'ok' END FROM (SELECT {columns})"""
    return base.execute(query, cells).fetchone()[0]


def main():
    base, wrong, count = duckdb.connect(), [], 0
    for rule in rules():
        name = rule["id"] + (rule["clause"] and f".{rule['clause']}")
        for expected, cells in cases(rule):
            count += 1
            try:
                found = verdict(base, rule, cells)
            except duckdb.Error as error:
                found = f"erreur: {error}"
            if found != expected:
                wrong.append(f"{name}: attendu {expected}, DuckDB dit {found}: {dict(zip([c for c, _ in rule['colonnes']], cells))}")
    print("\n".join(wrong + [f"{count} cas rejoués sur DuckDB {duckdb.__version__}, {len(wrong)} désaccords"]))
    return 1 if wrong or not count else 0


sys.exit(main())
