# Conveniences for a POSIX shell; every target is an npm script that works on Windows too (see README.md).
.PHONY: install build start demo test check bench regen-highconf clean

install: node_modules/.galley-installed

node_modules/.galley-installed: package.json package-lock.json
	npm ci
	@touch $@

build: install
	npm run build

# The workbench: the desktop application, or a browser where it cannot open.
start: install
	npm start

# The main job on the built-in cookbook: pages, weak labels, two training stages, predictions, overlays, report; then,
# where somebody sits before a screen, the workbench with it.
demo: build
	npm run demo
	npm start -- --if-display --project data/demo

test: install
	npm test

check: install
	npm run check

bench: build
	npm run bench

# Rebuild the high-confidence set, relaxing its thresholds until 25 pages pass.
regen-highconf: build
	npm run regen-highconf

clean:
	rm -rf dist coverage
