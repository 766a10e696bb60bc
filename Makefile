# Two commands from nothing but Python 3.11 and the package registry:
#   make demo   installs the light core and reads a photograph and a clip made from it
#   make test   installs everything and passes the whole suite
PYTHON ?= python3
CORE := .venv
FULL := .venv-dev

.PHONY: demo test lint smoke clean

demo: $(CORE)/.done
	$(CORE)/bin/python demo/make_clip.py demo/eileen_collins.jpg build/demo/eileen_collins.mp4
	$(CORE)/bin/duchenne analyze demo/eileen_collins.jpg build/demo/eileen_collins.mp4 -o out/demo --overwrite
	@echo "The reports are in out/demo: open out/demo/eileen_collins_mp4/report.html"

# One file of tests to a process at a time, up to four of them. One thread each: PyTorch's threads wait for one
# another, and beside a second process two of them are slower than one.
test: $(FULL)/.done
	OMP_NUM_THREADS=1 $(FULL)/bin/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --cov --cov-report=term:skip-covered --cov-fail-under=95

lint: $(FULL)/.done
	$(FULL)/bin/ruff format --check .
	$(FULL)/bin/ruff check .
	$(FULL)/bin/mypy

$(CORE)/.done: pyproject.toml
	$(PYTHON) -m venv $(CORE)
	$(CORE)/bin/python -m pip install --quiet --editable .
	touch $@

# torch first and by version, so that the small CPU build is taken where the registry offers one.
$(FULL)/.done: pyproject.toml
	$(PYTHON) -m venv $(FULL)
	$(FULL)/bin/python -m pip install --quiet torch==2.13.0
	$(FULL)/bin/python -m pip install --quiet --editable ".[synth,train,dev]"
	touch $@

clean:
	rm -rf $(CORE) $(FULL) build out
