#!/usr/bin/env python3
"""The row rules of the RPU that name only columns of the view, judged with pointblank (polars back end) over the Parquet of a year:
the same predicates as `transform/examples/juger.rs`, on the same files. Prints what each rule found as JSON: [anomalies, judged].

    pointblank_main.py <rules.json> <folder of current/rpu>
"""
import json
import pathlib
import sys

import pointblank as pb
import polars as pl

rules = [rule for rule in json.loads(pathlib.Path(sys.argv[1]).read_text()) if rule["table"] == "rpu" and rule["portee"] == "row" and not rule["derivees"]]
columns = sorted({name for rule in rules for name, _ in rule["colonnes"]})
files = sorted(pathlib.Path(sys.argv[2]).glob("*/donnees.parquet"))
data = pl.read_parquet(files, columns=columns)
validation = pb.Validate(data=data)
for rule in rules:
    wrong = pl.sql_expr(rule["parmi"]) & pl.sql_expr(rule["anomalie"])
    # pointblank has two answers: what cannot be judged passes.
    validation = validation.col_vals_expr(expr=~wrong.fill_null(False))
validation = validation.interrogate(collect_extracts=False)
failed = validation.n_failed()
print(json.dumps({rule["nom"]: failed[rank + 1] for rank, rule in enumerate(rules)}))
