# Conveniences for a POSIX shell; every target is an npm script that works on Windows too (see README.md).
.PHONY: install build demo test check bench regen-highconf clean

install: node_modules/.galley-installed

node_modules/.galley-installed: package.json package-lock.json
	npm ci
	@touch $@

build: install
	npm run build

# The main job on the built-in cookbook: pages, weak labels, two training stages, predictions, overlays, report.
demo: build
	npm run demo

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
