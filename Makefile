# Two commands for everyone: `make demo` shows the tool at work, `make test` checks it.
# Each sets up its own virtual environment on a machine that has only Python (3.11 or newer) and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STANCE := $(BIN)/stance
DEMO_ARTICLE ?= seeds/2025-03-05-after-lancaster-house.txt

.PHONY: demo test verify soak mutation coverage format default-model clean

# pip's own progress would drown the output; its errors still show.
$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# Real sentences may not be shipped; where HYDRATE names a folder that has them, they are used.
HYDRATE ?= $(STANCE_SHARED)

demo: $(VENV)/.demo
	@if [ -n "$(HYDRATE)" ]; then echo "== Finding shared annotations' texts" && \
		{ $(STANCE) --quiet hydrate "$(HYDRATE)" || true; }; fi
	@echo "== Articles into sentences" && $(STANCE) ingest seeds
	@echo "== Training" && $(STANCE) train
	@echo "== Evaluating on articles that training never saw" && $(STANCE) evaluate --force
	@echo "== One of those articles" && $(STANCE) predict $(DEMO_ARTICLE)
	@echo "== The flow so far" && $(STANCE) status
	@echo "The report: $$(ls -td reports/*/report.html | head -n 1)   Open it in a browser."

test: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

# Kills, faults, concurrent writers, damaged files, fuzzing: what each came to, and the headline.
# It takes an hour or two; so many loads at a time: make verify JOBS=2
JOBS ?= 1
verify: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]' || \
		echo "atheris is not to be had here; fuzzing goes on without it"
	$(BIN)/python benchmarks/verify --jobs $(JOBS)

# The same with new seeds again and again: make soak SOAK=minutes
SOAK ?= 60
soak: $(VENV)/.test
	$(BIN)/python benchmarks/verify --soak $(SOAK)

# A small version of the benchmarks of speed, in some minutes; writes benchmarks/RESULTS.md.
benchmark: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/small.py

# Which small mistakes in readers and stores the tests notice: make mutation SAMPLE="--sample 200"
mutation: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutation]'
	$(BIN)/python benchmarks/mutation.py $(SAMPLE)

# Branches of readers, stores, registry and model loader (pyproject.toml) that no test takes.
COVERED = storage corpus codebook models annotation prediction/test_inputs.py \
	prediction/test_inputs_arguments.py prediction/test_input_blocks.py prediction/test_answer.py
coverage: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutation]'
	$(BIN)/python -m coverage run -m pytest -o addopts= --import-mode=importlib -q $(addprefix tests/,$(COVERED))
	$(BIN)/python -m coverage report

# Trains the model that is committed; wants the texts of data/stand-off (see HYDRATE).
default-model: $(VENV)/.demo
	$(STANCE) --quiet hydrate "$(HYDRATE)"
	rm -rf models/default
	$(STANCE) train --config configs/default-model.toml --name default

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) reports dist .mypy_cache .ruff_cache .hypothesis
