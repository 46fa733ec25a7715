# One command each: `make run` shows everything on a synthetic region, `make test` is what the continuous integration runs.
# The build cache stands outside the clone, so that a clean checkout stays clean.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/oru/target
SORTIE ?= $(CURDIR)/out
VENV := $(CARGO_TARGET_DIR)/venv
ESSAIS := $(CARGO_TARGET_DIR)/essais

.PHONY: run test lint unit portabilite oracle documents bench docs fautes oru-check clean

## run: builds, makes a synthetic region, plays its last nights, prints the quarterly report
run:
	./demo/run "$(SORTIE)"

## test: format, lints, all tests, the portability of the rules on DuckDB, figures computed twice, and the documents where people open them
test: lint unit portabilite oracle documents

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

unit:
	cargo test --workspace --locked

portabilite: $(VENV)/pret
	$(VENV)/bin/python transform/portabilite.py

## oracle: the figures of a small region, computed again from the raw deliveries by a program that shares no code, one by one
oracle: $(VENV)/pret
	./fixtures/oracle/run

## documents: every kind of document in a browser, its workbook in a spreadsheet, its PDF page by page
documents: $(ESSAIS)/pret
	cargo build --workspace --locked --bins --example apercu
	rm -rf $(ESSAIS)/documents
	$(CARGO_TARGET_DIR)/debug/examples/apercu $(ESSAIS)/documents > $(ESSAIS)/apercu.txt 2>&1 || { cat $(ESSAIS)/apercu.txt; exit 1; }
	$(CARGO_TARGET_DIR)/debug/oru-check ingest/tests/files/exemple_fictif.xml --format html --sortie $(ESSAIS)/documents/certificat
	DOCUMENTS=$(ESSAIS)/documents NODE_PATH=$(ESSAIS)/node_modules node --test --test-reporter=spec --test-concurrency=1 reports/essais/*.test.cjs

$(ESSAIS)/pret: reports/essais/installer reports/essais/package-lock.json
	./reports/essais/installer $(ESSAIS)
	touch $@

## bench: ratios against bare quick-xml and DuckDB in one run, written to docs/performance.md
bench: $(VENV)/pret
	./bench/run

## docs: regenerates the reference pages
docs:
	cargo run --locked --bin oru -- catalogue build

## fautes: switches the generator's faults on, compares what the checks find with what was done, writes docs/reference/fautes.md
fautes:
	ORU_PAGES=1 cargo test --workspace --locked --test it truth -- --ignored

$(VENV)/pret: bench/requirements.txt
	mkdir -p $(CARGO_TARGET_DIR)
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement bench/requirements.txt
	touch $@

## oru-check: the small standalone checker for hospitals, statically linked; CIBLE=x86_64-pc-windows-gnu for Windows
CIBLE ?= x86_64-unknown-linux-musl
oru-check:
	rustup target add $(CIBLE)
	cargo build --package verificateur --profile verificateur --target $(CIBLE) --locked
	@! find $(CARGO_TARGET_DIR)/$(CIBLE)/verificateur -maxdepth 1 -name 'oru-check*' -size +9500k -exec echo 'plus de 9,5 Mo :' {} ';' | grep .
	@ls -l $(CARGO_TARGET_DIR)/$(CIBLE)/verificateur/oru-check*

clean:
	rm -rf $(SORTIE)
