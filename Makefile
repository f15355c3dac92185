# What the portal's people type; `make help` lists it. GNU make and a POSIX shell are enough.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
# The Python that the environment is made with; empty: the first on the PATH that is new enough.
PYTHON ?=
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes
MO := $(patsubst %.po,%.mo,$(wildcard newsportal/locale/*/LC_MESSAGES/*.po))
LOCK := $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate --python-version 3.11
# The environment of a real site, for what only `check --deploy` sees; nothing of it is connected to.
DEPLOYED := DEBUG=no SITE_URL=https://news.example.org ALLOWED_HOSTS=news.example.org TRUSTED_PROXIES=1 \
	SECRET_KEY=long-enough-for-the-checks-and-the-key-of-no-site-at-all-0123456789 DATABASE_URL= STORAGE_URL= \
	SUPPRESSION_KEY=another-long-text-that-is-the-key-of-no-site-either-0123456789 \
	CACHE_URL=redis://127.0.0.1:6379/15 EMAIL_URL=submission://user:password@mail.example.org:587

.NOTPARALLEL:
.PHONY: help run test check bench bench-newsletter bench-cache bench-relevance pictures lock messages clean folder venv install install-dev translations

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

run: install translations ## start the portal on http://127.0.0.1:8000/ (PORT=… moves it)
	@exec $(PY) manage.py serve

test: install-dev translations ## run every test on SQLite, or where DATABASE_URL and CACHE_URL say (ARGS=… for pytest)
	@if [ -n "$$DATABASE_URL" ]; then echo "Testing on the database of DATABASE_URL …"; \
	else echo "Testing on SQLite; PostgreSQL is left out, DATABASE_URL=postgres://… runs the suite there …"; fi
	@if [ -z "$$CACHE_URL" ]; then echo "Redis is left out, CACHE_URL=redis://… runs the suite with it …"; fi
	@exec $(PY) -m pytest -n auto --dist loadgroup -rs $(ARGS)

check: install-dev translations ## format, lint, templates, house rules, migrations, deployment
	@echo "Format and lint …"
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@echo "Templates …"
	@find templates articles newsletter newsportal -name '*.html' -exec $(PY) -m djhtml --check {} +
	@echo "House rules …"
	@$(PY) -m pytest -p no:xdist tests/test_conventions.py
	@echo "Migrations and deployment …"
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && export DATA_DIR="$$data" $(DEPLOYED) && \
		$(PY) manage.py makemigrations --check --dry-run && $(PY) manage.py check --deploy --fail-level WARNING

bench: install translations ## run the benchmarks and print their tables
	@exec $(PY) -m benchmarks $(ARGS)

bench-newsletter: install-dev translations ## how fast an issue goes out, and how much memory 100,000 readers need
	@exec $(PY) -m benchmarks newsletters newsletters_large subscription_flood

bench-cache: install-dev translations ## pages from the page cache against a bare WSGI function (needs wrk, CACHE_URL)
	@exec $(PY) -m benchmarks page_cache

bench-relevance: install translations ## how good related stories are, on the judged news kept beside the checkout
	@exec $(PY) -m benchmarks relevance relevance_search

pictures: install-dev translations ## make the pictures of the documentation anew from the demo newsroom (ARGS=screens: one part of them)
	@exec $(PY) docs/pictures.py $(ARGS)

lock: install-dev ## write both requirements files anew from pyproject.toml (ARGS=--upgrade takes newer versions)
	$(LOCK) $(ARGS) -o requirements.txt pyproject.toml
	$(LOCK) $(ARGS) --extra dev -c requirements.txt -o tests/requirements.txt pyproject.toml

messages: install-dev ## gather what is to be translated into newsportal/locale/bn
	@command -v xgettext >/dev/null || { echo "make messages needs GNU gettext: apt-get install gettext." >&2; exit 1; }
	@$(PY) manage.py makemessages --locale bn --add-location file --ignore '$(VENV)' --ignore 'tests/*'

clean: ## remove the environment and what tools leave behind; never your data (var/)
	rm -rf $(VENV) .ruff_cache .pytest_cache .hypothesis $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

folder:
	@[ -w . ] || { echo "The folder $$(pwd) cannot be written: copy the project to a folder of your own." >&2; exit 1; }

# An environment whose Python is gone or too old is made anew, as is one that was left half made.
venv: folder
	@$(PY) -c '$(NEW_ENOUGH)' 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1 && exit 0; \
	for python in $(if $(PYTHON),'$(PYTHON)',python3 python3.13 python3.12 python3.11); do \
		"$$python" -c '$(NEW_ENOUGH)' 2>/dev/null && break || python=; \
	done; \
	if [ -z "$$python" ]; then \
		found=$$("$(or $(PYTHON),python3)" --version 2>&1) || found="not to be found"; \
		echo "The portal needs Python 3.11 or newer, and $(or $(PYTHON),python3) is $$found: install one, or name one" \
			"with PYTHON=/path/to/python3.13." >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python comes without its venv module: apt-get install python3-venv, or name another Python with" \
			"PYTHON=/path/to/python3.13." >&2; exit 1; \
	fi; \
	echo "Making the environment $(VENV) with $$("$$python" --version) …"; \
	"$$python" -m venv --clear $(VENV) || { echo "The environment could not be made: mend what stands above." >&2; exit 1; }

# The copy of a lock in the environment says that its packages are there.
install: venv
	@cmp -s requirements.txt $(VENV)/installed.txt || { \
		echo "Installing the packages …" && $(PIP) -r requirements.txt && cp requirements.txt $(VENV)/installed.txt \
	; } || { echo "The packages could not be installed: mend what stands above and try again." >&2; exit 1; }

install-dev: venv
	@cmp -s tests/requirements.txt $(VENV)/installed-dev.txt || { \
		echo "Installing the packages for development …" && $(PIP) -r tests/requirements.txt && \
		cp tests/requirements.txt $(VENV)/installed-dev.txt \
	; } || { echo "The packages could not be installed: mend what stands above and try again." >&2; exit 1; }

translations: $(MO)

%.mo: %.po
	@$(PY) -m babel.messages.frontend compile --input-file $< --output-file $@
