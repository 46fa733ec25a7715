#!/usr/bin/env python3
"""The rules and indicators of one quarter, written for DuckDB over the Parquet files of the current view: the thing `oru transform`
is measured against. The derived columns are written here by hand; the predicates of the rules and the expressions of the indicators are
read from their declarations, since the SQL subset is the same on both engines.

    duckdb_main.py LAKE/current/rpu 2025-Q1
"""
import pathlib, sys, tomllib

import duckdb

root = pathlib.Path(__file__).parent.parent
view, quarter = pathlib.Path(sys.argv[1]), sys.argv[2]
year, number = int(quarter[:4]), int(quarter[-1])
months = [3 * number - 2, 3 * number - 1, 3 * number]


def months_of(year):
    return [str(path) for month in months for path in (view / f"mois={year}-{month:02d}").glob("*.parquet")]


def derive(base, files):
    """One row per passage with every column that rules and indicators name."""
    base.execute(f"create or replace table structures as select * from read_csv('{root}/lake/reference/structures.csv', all_varchar=true)")
    base.execute(f"create or replace table feries as select date::date as jour from read_csv('{root}/lake/reference/jours_feries_metropole.csv')")
    base.execute(f"create or replace table cim10 as select * from read_csv('{root}/lake/reference/cim10_codes.csv', all_varchar=true)")
    base.execute(f"create or replace table sans_soins as select code from read_csv('{root}/lake/codes/rpu_orientation.csv', all_varchar=true) where sans_soins = 'oui'")
    base.execute(f"create or replace table sfmu as select distinct code from read_csv('{root}/lake/codes/rpu_motif_thesaurus.csv', all_varchar=true)")
    base.execute(f"create or replace table avc as select code, categorie from read_csv('{root}/lake/codes/rpu_avc_cim10.csv', all_varchar=true)")
    base.execute(f"create or replace table grp as select * from read_csv('{root}/lake/codes/rpu_dp_categories.csv', all_varchar=true)")
    base.execute(f"create or replace table sous as select * from read_csv('{root}/lake/codes/rpu_dp_sous_chapitres.csv', all_varchar=true)")
    base.execute(f"""create or replace table limitrophes as
        with own as (select code from read_csv('{root}/lake/reference/departements.csv', all_varchar=true) where region = '76'),
          around as (select unnest(string_split(limitrophes, '|')) as code
                     from read_csv('{root}/lake/reference/departements_limitrophes.csv', all_varchar=true) where code in (from own))
        select distinct code from around where code <> '' and code not in (from own)""")
    listed = ", ".join(f"'{file}'" for file in files)
    base.execute(f"create or replace table v as select * from read_parquet([{listed}], hive_partitioning=false)")
    base.execute("""create or replace table dps as
        with d as (select distinct dp from v where dp is not null)
        select dp,
          coalesce((select g.type_code from grp g where g.rule='prefix' and starts_with(d.dp, g.code_from) order by length(g.code_from) desc limit 1),
                   (select g.type_code from grp g where g.rule='range3' and left(d.dp,3) between g.code_from and g.code_to limit 1)) as type_urgence,
          coalesce((select g.chapitre from grp g where g.rule='prefix' and starts_with(d.dp, g.code_from) order by length(g.code_from) desc limit 1),
                   (select g.chapitre from grp g where g.rule='range3' and left(d.dp,3) between g.code_from and g.code_to limit 1)) as chapitre,
          (select s.sous_chapitre from sous s where starts_with(d.dp, s.prefix) order by length(s.prefix) desc limit 1) as sous_chapitre,
          (select a.categorie from avc a where a.code = d.dp) as avc,
          exists(select 1 from sfmu s where s.code = d.dp) as dp_sfmu,
          coalesce((select c.type_mco in ('1','2','4') from cim10 c where c.code = d.dp), false) or left(d.dp,1) in ('V','W','X','Y') as dp_interdit
        from d""")
    base.execute("""create or replace table motifs as
        with d as (select distinct motif from v where motif is not null)
        select motif, (select s.sous_chapitre from sous s where starts_with(d.motif, s.prefix) order by length(s.prefix) desc limit 1) as motif_sous_chapitre
        from d""")
    base.execute("""create or replace table p as
        select v.*, v.finess || '/' || v.ordre as flux_id, s.departement, s.type as type_etablissement,
          entree::date as jour, strftime(entree, '%Y-%m') as mois, hour(entree)::int as heure, isodow(entree)::int as jour_semaine,
          isodow(entree) in (6,7) as weekend, f.jour is not null as ferie,
          case when hour(entree) < 8 then 'H5' when hour(entree) < 12 then 'H1' when hour(entree) < 16 then 'H2' when hour(entree) < 20 then 'H3' else 'H4' end as tranche,
          hour(entree) >= 20 or hour(entree) < 8 as nuit, hour(entree) < 8 as nuit_profonde, hour(entree) >= 20 as soiree,
          hour(entree) >= 20 or hour(entree) < 8 or f.jour is not null or isodow(entree) = 7
            or (isodow(entree) = 6 and (hour(entree) >= 12 or g.jour is not null)) as en_pdsa,
          case when f.jour is not null then 'FERIE' when g.jour is not null and isodow(entree) = 5 or e.jour is not null and isodow(entree) = 1 then 'PONT'
               when isodow(entree) = 7 or (isodow(entree) = 6 and hour(entree) >= 12) or (isodow(entree) = 1 and hour(entree) < 8) then 'WEEKEND'
               when hour(entree) >= 20 or hour(entree) < 8 then 'SEMAINE_NUIT' else 'HORS_PDSA' end as periode_fedoru,
          case when age >= 95 then '95+' else printf('%02d-%02d', age // 5 * 5, age // 5 * 5 + 4) end as age_5,
          age < 18 as pediatrie, age >= 75 as geriatrie,
          case when residence_classe = 'france' and residence_departement in (select code from limitrophes) then 'limitrophe'
               else residence_classe end as residence_provenance,
          case residence_classe when 'region' then 1 when 'france' then 0 when 'etranger' then 0 end as resident,
          d.* exclude (dp), motifs.motif_sous_chapitre, orient in (select code from sans_soins) as sans_soins,
          coalesce(orient not in (select code from sans_soins), true) as gravite_attendu,
          coalesce(orient not in (select code from sans_soins), true) as dp_attendu, coalesce(orient = 'UHCD', false) as uhcd, mode_sortie in ('6','7') as hospitalise,
          hour(sortie)::int as heure_sortie, sortie::date as jour_sortie, date_diff('minute', entree, sortie)::int as duree_brute_min,
          date_diff('minute', extract, sortie)::int as sortie_future_min, date_diff('minute', entree, extract)::int as recul_min,
          false as heure_changee,
          case when date_diff('minute', entree, sortie) > 0 and date_diff('minute', entree, sortie) <= 4320 then date_diff('minute', entree, sortie)::int end as duree_min,
          case when duree_min < 60 then 'D6A' when duree_min < 120 then 'D6B' when duree_min < 240 then 'D6C' when duree_min < 480 then 'D6D'
               when duree_min < 720 then 'D6E' when duree_min is not null then 'D6F' end as duree_6classes,
          case when sortie is null then 'manquante' when sortie < entree then 'negative' when sortie = entree then 'nulle'
               when date_diff('minute', entree, sortie) > 4320 then 'excessive' else 'valide' end as duree_etat,
          case when date_diff('minute', entree, sortie) between 1 and 719 then printf('%04d', date_diff('minute', entree, sortie) // 15 * 15)
               when date_diff('minute', entree, sortie) <= 4320 then '0720' end as duree_15min
        from v left join structures s on s.finess = v.finess and s.ordre::int = v.ordre
          left join feries f on f.jour = v.entree::date left join feries g on g.jour = v.entree::date - 1
          left join feries e on e.jour = v.entree::date + 1
          left join dps d on d.dp = v.dp left join motifs on motifs.motif = v.motif""")


# Bounds that declarations name, with their defaults (lake/src/bornes.rs).
BORNES = {"pediatrie_moins_de": "18", "geriatrie_a_partir_de": "75", "adultes_jusqu_a": "74"}


def declared(file):
    """A file of declarations, the bounds in their places."""
    text = file.read_text()
    for name, value in BORNES.items():
        text = text.replace("{" + name + "}", value)
    return tomllib.loads(text)


def sql_value(value):
    if isinstance(value, list):
        return ", ".join(sql_value(item) for item in value)
    return f"'{value}'" if isinstance(value, str) else str(value)


def clauses():
    """(parmi, anomalie) of every row rule of the table rpu."""
    for file in sorted([*(root / "transform/rules").glob("*.toml"), *(root / "lake/rules").glob("*.toml")]):
        for rule in declared(file).get("regle", []):
            if rule.get("table") != "rpu" or rule.get("portee") != "row" or "anomalie" not in rule:
                continue
            for item in rule.get("pour_chaque", [""]):
                words = {name: sql_value(value) for name, value in rule.get("parametres", {}).items()} | {"item": item}
                yield rule["parmi"].format(**words), rule["anomalie"].format(**words)


def rules(base):
    """Counts by structure and day of every rule, in one query."""
    parts = []
    for among, anomaly in clauses():
        among, anomaly = f"({among})", f"({anomaly})"
        parts.append(f"count(*) filter ({among} and {anomaly} is not null)")
        parts.append(f"count(*) filter ({among} and {anomaly})")
        parts.append(f"count(*) filter ({among} is null or ({among} and {anomaly} is null))")
    return len(base.execute(f"select flux_id, jour, {', '.join(parts)} from p group by all").fetchall())


def aggregates(indicator):
    """SQL of the numbers behind an indicator declared as count, quotient, mean or quantile over the passages."""
    formula = indicator["formule"]
    only = f" filter ({formula['filtre']})" if formula.get("filtre") else ""
    match formula["forme"]:
        case "count":
            return [f"count(*){only}"]
        case "quotient":
            sides = [formula.get("numerateur"), formula.get("denominateur")]
            return [f"count(*) filter ({side})" for side in sides if isinstance(side, str)]
        case "mean":
            return [f"avg({formula['expression']}){only}", f"count({formula['expression']}){only}"]
        case "quantile":
            return [f"quantile_cont({formula['expression']}, {formula['p']}){only}"]
    return []


def indicators(base, periods):
    folder = root / "transform/indicators"
    rows, grains = [], {}
    for file in sorted(folder.glob("*.toml")):
        text = declared(file)
        rows += text.get("indicateur", [])
        grains |= {grain["id"]: grain for grain in text.get("grain", [])}
    populations = {row["id"]: row.get("filtre", "TRUE") for row in declared(folder / "populations.toml")["population"]}
    dimensions = {row["id"]: row["expression"] for row in declared(folder / "dimensions.toml")["dimension"]}
    levels = {"region": "'76'", "departement": "departement", "type_etablissement": "type_etablissement", "etablissement": "finess"}
    # What shares a population and dimensions is one query, as one would write it by hand.
    plain, crossed = {}, {}
    for row in rows:
        if row.get("table", "rpu") != "rpu" or row["domaine"] != "rpu":
            continue
        names = [grains[name] for name in row.get("grains", []) if name in grains]
        wanted = {population for grain in names for population in grain.get("populations", ["tous"])}
        dims = row.get("ventilations", [])
        for population in wanted:
            if dims:
                for dim in dims:
                    known = [dimensions[name] for name in (dim if isinstance(dim, list) else [dim]) if name in dimensions]
                    if known:
                        crossed.setdefault((population, ", ".join(known)), []).extend(part for part in aggregates(row) if "{dim}" not in part)
            else:
                plain.setdefault(population, []).extend(aggregates(row))
    figures = 0
    for level in levels.values():
        for period in periods:
            for population, parts in plain.items():
                query = f"select {level} as lieu, {', '.join(dict.fromkeys(parts))} from p where ({populations[population]}) and {period} group by 1"
                figures += len(base.execute(query).fetchall()) * len(parts)
        for (population, columns), parts in crossed.items():
            parts = list(dict.fromkeys(parts))
            if not parts:
                continue
            query = f"select {level} as lieu, {columns}, {', '.join(parts)} from p where ({populations[population]}) group by all"
            figures += len(base.execute(query).fetchall()) * len(parts)
    for level in levels.values():
        for population in ("tous", "pediatrie", "geriatrie"):
            figures += len(base.execute(f"select {level} as lieu, jour, count(*), count(*) filter (hospitalise) from p where {populations[population]} group by all").fetchall())
    return figures


def main():
    base = duckdb.connect()
    base.execute("set threads = 2")
    derive(base, months_of(year))
    judged = rules(base)
    periods = ["TRUE"] + [f"mois = '{year}-{month:02d}'" for month in months]
    print(f"{judged} lignes de règles, {indicators(base, periods)} chiffres")


if __name__ == "__main__":
    main()
