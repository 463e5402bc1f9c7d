# Every target sets up what it needs by itself: Odoo, Python packages, PostgreSQL, browser.
PYTHON ?= python3
ARGS ?=
DIR ?= tests/scenarios
VIA ?=
TOOLS := $(PYTHON) -m tools

.PHONY: help setup demo serve test lint unit scenarios soak bench-planner bench-usage manual-prices \
	fuzz slips tax-check kill addon-tests odoo-tests stop clean

help:
	@echo 'make demo        300 subscribers, two closings, then the web client (ARGS=--no-serve ends instead)'
	@echo 'make test        every check; ends with "N passed, N failed"'
	@echo 'make serve       web client on http://127.0.0.1:8069 (admin / admin)'
	@echo 'make lint        flake8, isort, pylint-odoo, import rules'
	@echo 'make unit        the pure code, with coverage'
	@echo 'make scenarios   billing scenarios (DIR=folder, VIA=odoo)'
	@echo 'make soak        10,000 random timelines against every law of the planner'
	@echo 'make bench-planner  contracts a second through the pure planner'
	@echo 'make bench-usage  a million rows of usage from a file, and the memory it takes'
	@echo 'make manual-prices  the manual page on kinds of price, from what is really billed'
	@echo 'make fuzz        a million generated records through the codecs'
	@echo 'make slips       a thousand slips printed as PDF and read back from the picture'
	@echo 'make tax-check   2,000 random invoices: core = ledger = paper'
	@echo 'make kill        kill the server at each step of a run and count'
	@echo 'make addon-tests the addons in Odoo (ARGS=/smart_billing:TestClass.test_name)'
	@echo "make odoo-tests  Odoo's own accounting tests with the addons installed"
	@echo 'make setup       fetch and prepare everything; make stop, make clean'

setup serve lint test unit stop clean:
	@$(TOOLS) $@ $(ARGS)

demo:
	@$(TOOLS) module tools.demo $(ARGS)

scenarios:
	@$(TOOLS) module tests.scenarios.runner $(DIR) $(if $(VIA),--via $(VIA)) $(ARGS)

soak:
	@$(TOOLS) module tests.soak $(ARGS)

bench-planner:
	@$(TOOLS) module tests.load.planner $(ARGS)

bench-usage:
	@$(TOOLS) module tests.load.usage $(ARGS)

manual-prices:
	@$(TOOLS) module tools.manual.prices $(ARGS)

fuzz:
	@$(TOOLS) module tests.fuzz $(ARGS)

slips:
	@$(TOOLS) module tests.slips $(ARGS)

tax-check:
	@$(TOOLS) module tests.tax $(ARGS)

kill:
	@$(TOOLS) module tests.faults.kill $(ARGS)

addon-tests odoo-tests:
	@$(TOOLS) $@ $(ARGS)
