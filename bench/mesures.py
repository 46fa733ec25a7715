#!/usr/bin/env python3
"""Measures `oru` against something real in the same run, and writes the ratios with the machine they were taken on.

* OSCOUR ingest of a region-quarter, end to end, against a bare quick-xml event scan of the same bytes, on one core and on two;
  peak memory, and the same for a year.
* Rules and indicators of one quarter against the same aggregations written for DuckDB over the same Parquet (bench/duckdb_main.py).
* The row rules of a region-year against pointblank on its polars back end, over the same Parquet (bench/pointblank_main.py); both
  must count the same anomalies.
* A night, ingest to findings, with three years in the lake against one month.
* The quarterly report and every sheet, from the figures to the PDF, beside the key figures of the same quarter in DuckDB; the
  disclosure audit is timed apart.
* Flat files of regulation and of stays, and RS-RPIS messages, against a bare `csv` or `serde_json` read of the same bytes, on one core;
  beside the flat files, what DuckDB takes to make Parquet of them without checking anything (bench/duckdb_plat.py).
* The night of a whole region with every kind.

Each time is the best of five (nine for the loads, one and two cores in turn), that of a night of four. Two bare scans at
once say what the machine itself gives on two cores. Figures are ratios: a machine twice as fast gives the same page.
"""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

target, page = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
work = target / "bench"
oru, fixtures, balayage = target / "release/oru", target / "release/fixtures", target / "release/balayage"
SEED = "2026"
ENOUGH = 5
TURNS = 9


def measure(command, allowed=(0,), cores=None):
    """Seconds, processor seconds and peak memory (MB) of a command, held to so many cores."""
    held = (lambda: os.sched_setaffinity(0, range(cores))) if cores else None
    begin = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=held)
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in allowed:
        sys.exit(f"{command[0]} a échoué : {' '.join(map(str, command))}\n{text}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def region(name, first, last, nights=None):
    folder = work / name
    if not folder.exists():
        command = [fixtures, "region", "--graine", SEED, "--du", first, "--au", last, "--tous", "--sortie", folder]
        seconds, *_ = measure(command + (["--nuits-depuis", nights] if nights else []))
        print(f"région {name} : {seconds:.0f} s")
    return folder


def lake(name, files=(), now="2026-06-01T05:00:00+02:00", threads=2):
    """A fresh lake with these files in it; returns its configuration and the measures of the load."""
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "depot").mkdir(parents=True)
    # The lakes of the measures have no reference lengths of stay nor registers of sites beside them: DuckDB is not given them either.
    beside = ("dms_reference", "parametres", "groupements")
    lines = pathlib.Path("demo/pipelines.toml").read_text().splitlines(keepends=True)
    (folder / "pipelines.toml").write_text("".join(line for line in lines if not line.startswith(beside)))
    command = [oru, "--config", folder / "pipelines.toml", "--threads", str(threads), "--now", now]
    measure(command + ["key", "new", "--demonstration"])
    measure(command + ["lake", "init", "--synthetique"])
    # What the former measure left to be written must not be paid by this one.
    os.sync()
    return command, measure(command + ["ingest", *files], (0, 3), threads) if files else None


def together(command):
    """Seconds until two of the same command, begun at once, are both done."""
    begin = time.monotonic()
    children = [subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL) for _ in range(2)]
    if any([child.wait() for child in children]):
        sys.exit(f"{command[0]} a échoué")
    return time.monotonic() - begin


def size(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())


def ingest():
    quarter = region("trimestre", "2025-01-01", "2025-03-31") / "historique/rpu"
    octets = size(quarter)
    # The bare scan (bench/balayage) reads the same files, each whole in memory, and does nothing with the events.
    turns = [
        (
            measure([balayage, "memoire", quarter], cores=1),
            measure([balayage, "flux", quarter], cores=1),
            together([balayage, "memoire", quarter]),
            lake("lac-1", [quarter], threads=1)[1],
            lake("lac-2", [quarter], threads=2)[1],
        )
        for _ in range(TURNS)
    ]
    bare, stream, both = min(turn[0][0] for turn in turns), min(turn[1][0] for turn in turns), min(turn[2] for turn in turns)
    one, two = (min((turn[at] for turn in turns), key=lambda run: run[0]) for at in (3, 4))
    year = region("annee", "2024-01-01", "2024-12-31") / "historique/rpu"
    whole = lake("lac-annee", [year])[1]
    rows = [
        ("balayage nu quick-xml des mêmes fichiers, un cœur", f"{octets / bare / 1e6:.0f} Mo/s"),
        ("le même, en mémoire bornée", f"{octets / stream / 1e6:.0f} Mo/s"),
        ("deux balayages nus à la fois", f"{2 * octets / both / 1e6:.0f} Mo/s", 2 * bare / both, "× un seul : ce que donnent les deux cœurs"),
        ("ingest d'un trimestre, un cœur", f"{octets / one[0] / 1e6:.0f} Mo/s", bare / one[0], f"× le balayage nu (au moins 0.4) ; {stream / one[0]:.2f} × celui en mémoire bornée", 0.4),
        ("ingest d'un trimestre, deux cœurs", f"{octets / two[0] / 1e6:.0f} Mo/s", one[0] / two[0], "× un cœur (au moins 1.7)", 1.7),
        ("mémoire, trimestre", f"{max(one[2], two[2]):.0f} Mo", max(one[2], two[2]) / 500, "× 500 Mo (au plus 1)", 1, False),
        (f"mémoire, année ({size(year) / 1e6:.0f} Mo de XML)", f"{whole[2]:.0f} Mo", whole[2] / 500, "× 500 Mo (au plus 1)", 1, False),
    ]
    return rows


def night():
    three = region("trois-ans", "2022-04-01", "2025-04-02", nights="2025-04-01")
    month = region("un-mois", "2025-03-01", "2025-04-02", nights="2025-04-01")
    seconds = {}
    for name, folder in (("trois ans", three), ("un mois", month)):
        best = []
        for _ in range(2):
            command, _ = lake("lac-" + name.replace(" ", "-"), [folder / "historique"], now="2025-04-01T05:00:00+02:00")
            for night in sorted((folder / "nuits").iterdir()):
                shutil.copytree(night, work / ("lac-" + name.replace(" ", "-")) / "depot", dirs_exist_ok=True)
                command[command.index("--now") + 1] = f"{night.name}T06:00:00+02:00"
                best.append(measure(command + ["run", "nightly"], (0, 3))[0])
        seconds[name] = min(best)
    ratio = seconds["trois ans"] / seconds["un mois"]
    return [
        ("une nuit, un mois dans le lac", f"{seconds['un mois']:.1f} s"),
        ("une nuit, trois ans dans le lac", f"{seconds['trois ans']:.1f} s", ratio, "× (au plus 1.2)", 1.2, False),
    ]


def extracts():
    """Every kind of a region-month, then a night of all of them."""
    folder = work / "extraits"
    if not folder.exists():
        every = ["--regulation-du", "2025-01-01", "--dossiers-du", "2025-01-01", "--aval-du", "2025-01-01"]
        days = ["--du", "2025-01-01", "--au", "2025-01-31", "--nuits-depuis", "2025-01-31"]
        measure([fixtures, "region", "--graine", SEED, *days, "--tous", *every, "--sortie", folder])
    rpis = work / "rs-rpis"
    if not rpis.exists():
        messages(rpis)
    rows = []
    for name, mode, files in (
        ("dossiers et décisions du SAMU, RPIS à plat", "csv", folder / "historique/regulation"),
        ("séjours", "csv", folder / "historique/sejours"),
        ("messages RS-RPIS", "json", rpis),
    ):
        octets = size(files)
        turns = [(measure([balayage, mode, files], cores=1)[0], lake("lac-extraits", [files], threads=1)[1][0]) for _ in range(ENOUGH)]
        bare, ours = min(turn[0] for turn in turns), min(turn[1] for turn in turns)
        rows.append((f"{name} ({octets / 1e6:.0f} Mo), lecture nue {mode}, un cœur", f"{octets / bare / 1e6:.0f} Mo/s"))
        rows.append((f"{name}, ingest, un cœur", f"{octets / ours / 1e6:.0f} Mo/s", bare / ours, f"× la lecture nue {mode} (au moins 0.4)", 0.4))
        if mode == "csv":
            rows.append(conversion(name, files, ours))
    command, _ = lake("lac-extraits", [folder / "historique"], now="2025-01-31T05:00:00+02:00")
    seconds = []
    for night in sorted((folder / "nuits").iterdir()):
        shutil.copytree(night, work / "lac-extraits/depot", dirs_exist_ok=True)
        command[command.index("--now") + 1] = f"{night.name}T06:00:00+02:00"
        seconds.append(measure(command + ["run", "nightly"], (0, 3))[0])
    whole = max(seconds)
    rows.append(("une nuit, 64 sites, toutes les sortes", f"{whole:.1f} s", whole / 10, "× 10 s (au plus 1)", 1, False))
    return rows


def conversion(name, files, ours):
    """The same flat files made Parquet by DuckDB: what their rows cost without a check, a hash, a copy or a view."""
    octets = sum(path.stat().st_size for path in files.glob("*.csv"))
    command = [sys.executable, "bench/duckdb_plat.py", files, work / "plat-duckdb"]
    duck = min(measure(command, cores=1)[0] for _ in range(ENOUGH))
    # Per byte: the few messages of the folder, which DuckDB is not given, are in the bytes of the ingest.
    speed = size(files) / ours / 1e6
    return (
        f"{name}, conversion DuckDB csv → Parquet zstd, sans contrôle, un cœur",
        f"{octets / duck / 1e6:.0f} Mo/s",
        speed / (octets / duck / 1e6),
        "× pour l'ingest, en débit",
    )


def messages(folder):
    """RS-RPIS messages from the national examples (ingest/tests/files), each with its own mission number: 2 000 a file."""
    examples = sorted(pathlib.Path("ingest/tests/files/samu_hub").glob("RS-RPIS_*.json"))
    texts = [json.loads(path.read_text()) for path in examples]
    folder.mkdir()
    for rank in range(5):
        several = []
        for number in range(2000):
            message = json.loads(json.dumps(texts[number % len(texts)]))
            renumber(message, f"{rank}{number:04}")
            several.append(message)
        (folder / f"rpis_{rank}.json").write_text(json.dumps(several, ensure_ascii=False))


def renumber(value, suffix):
    """Every identifier of a message ends with that number, so that each message is a mission of its own."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            renumber(inner, suffix)
        elif isinstance(key, str) and key.lower().endswith("id") and isinstance(inner, str):
            value[key] = inner + suffix


def rules():
    quarter = region("trimestre", "2025-01-01", "2025-03-31") / "historique"
    command, _ = lake("lac-regles", [quarter])
    ours = min((measure(command + ["transform", "--quarter", "2025-Q1"]) for _ in range(ENOUGH)), key=lambda run: run[0])
    theirs = [measure([sys.executable, "bench/duckdb_main.py", work / "lac-regles/lac/current/rpu", "2025-Q1"]) for _ in range(ENOUGH)]
    duck = min(theirs, key=lambda run: run[0])
    return [
        ("règles et indicateurs d'un trimestre, oru", f"{ours[0]:.1f} s, {ours[2]:.0f} Mo"),
        ("les mêmes agrégats, DuckDB", f"{duck[0]:.1f} s, {duck[2]:.0f} Mo", ours[0] / duck[0], "× pour oru (au plus 1)", 1, False),
    ]


def checks():
    """A check of one weekly file of a thousand records, from the shell, all that is read at the start included."""
    file = work / "semaine.xml"
    text = next((region("trimestre", "2025-01-01", "2025-03-31") / "historique/rpu").glob("*.xml")).read_text(encoding="utf-8", errors="replace")
    head, *records = text.split("<PATIENT>")
    tail = records[-1].split("</PATIENT>")[1]
    records = [record.split("</PATIENT>")[0] for record in records]
    several = (records * (1000 // len(records) + 1))[:1000]
    file.write_text(head + "".join(f"<PATIENT>{record}</PATIENT>" for record in several) + tail, encoding="utf-8")
    seconds = min(measure([oru, "check", file], (0, 3))[0] for _ in range(ENOUGH))
    return [("certificat d'un fichier de 1 000 passages (oru check)", f"{seconds * 1000:.0f} ms", seconds / 0.1, "× 100 ms (au plus 1)", 1, False)]


def quality():
    """The row rules of a region-year, those that name only columns of the view, beside pointblank on the same files."""
    view = work / "lac-annee/lac/current/rpu"
    examples = target / "release/examples"
    declared = work / "regles.json"
    declared.write_text(measure([examples / "regles_json"])[3])
    ours = min((measure([examples / "juger", view, "2024"]) for _ in range(3)), key=lambda run: run[0])
    theirs = min((measure([sys.executable, "bench/pointblank_main.py", declared, view]) for _ in range(2)), key=lambda run: run[0])
    here, there = json.loads(ours[3]), json.loads(theirs[3])
    differ = [name for name, failed in there.items() if here.get(name, [None])[0] != failed]
    if differ:
        sys.exit(f"oru et pointblank ne comptent pas les mêmes anomalies : {', '.join(differ)}")
    return [
        (f"{len(there)} règles de ligne d'une année, oru", f"{ours[0]:.1f} s, {ours[2]:.0f} Mo"),
        ("les mêmes, pointblank (polars), mêmes anomalies", f"{theirs[0]:.1f} s, {theirs[2]:.0f} Mo", theirs[0] / ours[0], "× le temps d'oru (au moins 3)", 3),
    ]


def documents():
    """The quarterly report and every sheet of a region-quarter with three years before it, beside its key figures in DuckDB."""
    command = [oru, "--config", work / "lac-trois-ans/pipelines.toml", "--now", "2025-04-02T12:00:00+02:00"]
    quarter = ["--quarter", "2025-Q1"]
    computed = measure(command + ["transform", *quarter])
    gate = measure(command + ["release", *quarter, "--audience", "partenaire"])
    all_of = (["trimestriel"], ["fiche-etablissement", "--all"], ["fiche-departement", "--all"])

    def written(formats):
        runs = [measure(command + ["report", *which, *quarter, "--formats", formats]) for which in all_of]
        return sum(run[0] for run in runs), max(run[2] for run in runs)

    light = min(written("html,xlsx,donnees") for _ in range(2))
    whole = min(written("html,pdf,xlsx,donnees") for _ in range(2))
    duck = measure([sys.executable, "bench/duckdb_main.py", work / "lac-trois-ans/lac/current/rpu", "2025-Q1"])
    out = work / "lac-trois-ans/out"
    page = max(path.stat().st_size for path in out.rglob("trimestriel-*.html")) / 1e6
    print_ = max(path.stat().st_size for path in out.rglob("trimestriel-*.pdf")) / 1e6
    sheets = len(list((out / "fiche-etablissement-2025-Q1").iterdir())) + len(list((out / "fiche-departement-2025-Q1").iterdir()))
    most = max(light[1], whole[1], computed[2])
    return [
        ("calcul d'un trimestre, trois ans dans le lac", f"{computed[0]:.1f} s, {computed[2]:.0f} Mo"),
        ("les chiffres clés du même trimestre, DuckDB", f"{duck[0]:.1f} s, {duck[2]:.0f} Mo", computed[0] / duck[0], "× pour oru"),
        ("contrôle de diffusion, audit compris", f"{gate[0]:.1f} s, {gate[2]:.0f} Mo"),
        (f"rapport et {sheets} fiches : HTML, classeurs, données", f"{light[0]:.1f} s, {light[1]:.0f} Mo", light[0] / 60, "× 60 s (au plus 1)", 1, False),
        ("le calcul et les mêmes", f"{computed[0] + light[0]:.1f} s", (computed[0] + light[0]) / 60, "× 60 s (au plus 1)", 1, False),
        ("les mêmes avec les PDF, calcul compris", f"{computed[0] + whole[0]:.1f} s, {whole[1]:.0f} Mo", (computed[0] + whole[0]) / 120, "× 120 s (au plus 1)", 1, False),
        ("mémoire, du calcul au PDF", f"{most:.0f} Mo", most / 1500, "× 1,5 Go (au plus 1)", 1, False),
        ("rapport trimestriel, page HTML", f"{page:.1f} Mo", page / 3, "× 3 Mo (au plus 1)", 1, False),
        ("rapport trimestriel, PDF", f"{print_:.1f} Mo", print_ / 5, "× 5 Mo (au plus 1)", 1, False),
    ]


def line(name, value, ratio=None, text="", limit=None, above=True):
    """A line of the page; with a limit, whether it is kept."""
    kept = "" if limit is None else "oui" if (ratio >= limit if above else ratio <= limit) else "**non**"
    shown = "" if ratio is None else f"{ratio:.2f} {text}"
    return f"| {name} | {value} | {shown} | {kept} |".replace(".", ",")


def main():
    work.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    rows = ingest() + checks() + rules() + quality() + night() + documents() + extracts()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    lines = [
        "# Performance",
        "",
        "Made by `make bench`; do not edit. Each line is the best of nine runs (rules, certificate: of five; a night: of four), except memory (the peak",
        "of one process). One core and two are measured in turn.",
        "",
        f"Load average when it began: {load:.1f} (a quiet machine has less than 0.5; above, the ratios of wall times are pessimistic).",
        f"Machine: {os.cpu_count()} cores, {model}, {platform.system()} {platform.release().split('-')[0]}.",
        "",
        "| mesure | valeur | rapport | tenu |",
        "|---|---|---|---|",
        *(line(*row) for row in rows),
        "",
        "The synthetic region is the 64 sites of Occitanie, seed 2026; a quarter is 450 000 passages. The bare scan (`bench/balayage`) reads",
        "the same files with quick-xml, each whole in memory, and does nothing with the events.",
        "The DuckDB side (`bench/duckdb_main.py`) computes the same rule counts and the same",
        "aggregates from the same Parquet files.",
    ]
    page.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


main()
