# repcached: `make` lists the targets.
#
# Debian packages are installed when they are missing, with sudo where that is needed. Swift itself must be there.

PREFIX  ?= /usr/local
DESTDIR ?=
SWIFT   ?= swift
# Ports of `make run`: clients of A, clients of B, replication, A's page, B's page.
PORTS   ?= 11211 11212 11213 9150 9151

BUILD_PACKAGES   := pkg-config libevent-dev libncurses-dev libssl-dev
TEST_PACKAGES    := $(BUILD_PACKAGES) faketime memcached libmemcached-tools python3 shellcheck mandoc valgrind binutils
RUN_PACKAGES     := $(BUILD_PACKAGES) telnet
# The Swift library goes into the program, so that it runs on a host without Swift. libevent and
# libcrypto stay shared libraries. All of them are bound at the start, and then read-only.
RELEASE_FLAGS    := -c release --static-swift-stdlib -Xlinker -z -Xlinker now
RELEASE          := .build/release
DEPLOY_SCRIPTS   := $(notdir $(wildcard deploy/bin/*))
# What `make deb` makes, and what its test needs.
DEB              := .build-deb
DEB_PACKAGES     := $(BUILD_PACKAGES) debhelper lintian
PROGRAMS         := repcached magent repcached-tool repcached-bench
# A module at a time and not a file at a time: a quarter less to compute where everything is built anew. No debugger is at `make test`.
WHOLE_MODULES    := -Xswiftc -wmo -Xswiftc -num-threads -Xswiftc $(shell nproc)
TEST_FLAGS       := $(WHOLE_MODULES) -debug-info-format none
TSAN_FLAGS       := $(WHOLE_MODULES) --disable-xctest --sanitize=thread --scratch-path .build-tsan
ASAN_FLAGS       := $(WHOLE_MODULES) --disable-xctest --sanitize=address --scratch-path .build-asan
# XCTest has no test here, and leaks itself.
# Which tests the sanitizers run: a regular expression over Target.Suite/test, e.g. FILTER=ItemStoreTests.
FILTER           ?= .
TEST_TARGETS     := $(notdir $(wildcard Tests/*Tests))
# How many runs of each mode of the pair's simulation `make simulate` makes.
SEEDS            ?= 10000
# What `make spec` runs: SEEDS of each mode where that is given, QUICK=1 for seconds.
SPEC_RUNS        := $(if $(QUICK),--quick,$(if $(filter command line environment,$(origin SEEDS)),$(SEEDS)))
# How long `make chaos` goes on.
SECONDS          ?= 600
# The rules of the pair can be taken out, as in a debug build (`PairRules`).
SIMULATION_FLAGS := -c release -Xswiftc -enable-testing -Xswiftc -DSWITCHABLE_RULES --scratch-path .build-simulate
FUZZ_FLAGS       := -c release --sanitize=fuzzer -Xswiftc -enable-testing --product repcached-fuzz --scratch-path .build-fuzz
VERSION          := $(shell sed -n 's/.*version: StaticString = "\(.*\)"/\1/p' Sources/CacheServer/Settings/Settings.swift)
SOURCES          := Package.swift Sources Tests $(addprefix Examples/SessionStore/,Package.swift Sources Tests)
SCRIPTS          := $(shell grep -d skip -l '^.!/usr/bin/env bash' scripts/*) Tests/Interop/run .ci/run deploy/bin/* deploy/container/entrypoint

.DEFAULT_GOAL := help
.PHONY: help build release run test lint check-layout spec count bench bench-proxy hit-ratio policy check-metrics test-page interop interop-quick record-vectors deb test-deb test-deploy test-upgrade simulate simulate-client kill-client examples losses chaos chaos-proxy differ fuzz fuzz-coverage tsan asan install uninstall clean format packages-build packages-test

help: ## list the targets
	@echo "repcached $(VERSION), a memcached-compatible cache that keeps a writable copy of itself on one peer"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

build: packages-build ## build for debugging
	$(SWIFT) build

release: packages-build ## build the program as it is installed
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached

run: ## build, start a pair on 127.0.0.1, show what to type and both logs; Ctrl-C ends it
	@scripts/check-ports $(PORTS)
	@scripts/install-packages $(RUN_PACKAGES)
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached
	@scripts/run-pair $(RELEASE)/repcached $(PORTS)

# Store and pair are built with the optimizer, assertions and all: their simulations are most of what is computed.
test: export REPCACHED_OPTIMIZE := 1
test: packages-test lint ## install what is missing, build, check the style, run every test
	@$(MAKE) --no-print-directory spec QUICK=1
	$(SWIFT) build --build-tests $(TEST_FLAGS)
	scripts/check-command-line .build/debug/repcached
	scripts/check-metrics .build/debug/repcached
	scripts/test-page .build/debug/repcached
	scripts/check-completions .build/debug $(PROGRAMS)
	scripts/check-deploy .build/debug/repcached
	scripts/test-failover .build/debug/repcached
	Tests/Interop/run .build/debug/repcached --quick
	scripts/run-tests .build/debug/repcachedPackageTests.xctest $(TEST_TARGETS)
	@$(MAKE) --no-print-directory count

lint: packages-test
	$(SWIFT) format lint --strict -r $(SOURCES)
	shellcheck $(SCRIPTS)
	mandoc -T lint -W warning man/*.1
	@$(MAKE) --no-print-directory check-layout

check-layout: ## check the sizes of files, functions and folders, and that each target uses only what stands below it
	@scripts/install-packages python3
	scripts/check-layout

spec: ## try the pair's rules on its specification, docs/spec (SEEDS=25 of each mode; QUICK=1 for the scenes)
	@scripts/install-packages python3
	python3 -B docs/spec/spec.py $(SPEC_RUNS)

# UPDATE=1 writes what was counted into scripts/instruction-limits.txt, WHY="reason" allows it to be more than before.
count: packages-test release ## check a request's instructions against their limits (UPDATE=1 lowers them; WHY=reason to raise)
	scripts/count-instructions $(RELEASE)/repcached $(if $(UPDATE),--update) $(if $(WHY),--why "$(WHY)")

bench: release ## measure what a request costs beside memcached, into bench-results/ (BENCH=--quick for a minute)
	@scripts/install-packages memcached python3
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached-bench
	scripts/compare $(if $(BENCH),$(BENCH),--more)

# PROXY_MEMCACHED=program, a memcached 1.6.45 that was built with --enable-proxy, is measured too.
bench-proxy: release ## measure what a request costs through magent beside nutcracker, into bench-results/proxy/ (BENCH=--quick; PROXY_MEMCACHED=program)
	@scripts/install-packages memcached nutcracker python3
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached-bench
	$(SWIFT) build $(RELEASE_FLAGS) --product magent
	scripts/bench-proxy $(BENCH) $(if $(PROXY_MEMCACHED),--memcached '$(PROXY_MEMCACHED)')

# TRACES=folder replays the recorded traces in it, *.u32 or *.u32.xz.
hit-ratio: release ## replay traces beside memcached, S3-FIFO and SIEVE, into bench-results/ (HITS=--quick for a minute; TRACES=folder)
	@scripts/install-packages memcached
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached-bench
	scripts/hit-ratio $(if $(TRACES),--traces '$(TRACES)') $(HITS)

policy: packages-build ## what eviction misses beside LRU, S3-FIFO and ARC, by models (POLICY="--set nearStep=2" for more)
	$(SWIFT) build $(RELEASE_FLAGS) --product repcached-bench
	$(RELEASE)/repcached-bench policy $(POLICY)

test-page: release ## the page in headless Chromium: each screen, each action (PICTURES=1 takes those of docs/page anew)
	scripts/test-page $(RELEASE)/repcached $(if $(PICTURES),--screenshots)

check-metrics: release ## check what a pair tells Prometheus, the alerts and the dashboard, by promtool and Prometheus' Python client
	scripts/check-metrics $(RELEASE)/repcached

# ONLY=word takes what has it in its language or name, and leaves the page as it is.
interop: release ## real clients, proxies and frameworks against pairs; writes docs/clients.md (ONLY=word for some)
	$(SWIFT) build $(RELEASE_FLAGS) --product magent
	Tests/Interop/run $(RELEASE)/repcached $(if $(ONLY),--only '$(ONLY)',--page docs/clients.md)

interop-quick: packages-build ## the most used clients and proxies against pairs, by the debug program, in a minute
	$(SWIFT) build --product repcached
	Tests/Interop/run .build/debug/repcached --quick

record-vectors: ## record anew where Debian's clients and proxies put keys on servers with weights (Tests/KeyDistributionTests/Vectors)
	scripts/record-vectors

deb: packages-build ## build the Debian package of all programs into .build-deb, and have lintian judge it
	@scripts/install-packages $(DEB_PACKAGES)
	set -e; for name in $(PROGRAMS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$name; done
	PROGRAMS='$(PROGRAMS)' scripts/build-deb $(DEB)

test-deb: deb ## install, pair, upgrade, restart and purge the package on two hosts that systemd runs, in containers
	PROGRAMS='$(PROGRAMS)' scripts/build-deb $(DEB) 2
	PROGRAMS='$(PROGRAMS)' scripts/test-deb $(DEB)

test-deploy: release ## check deploy/: units, haproxy, keepalived, the container and the manifests of Kubernetes
	scripts/check-deploy $(RELEASE)/repcached
	scripts/test-failover $(RELEASE)/repcached
	scripts/test-container $(RELEASE)/repcached

test-upgrade: packages-test release ## pair the version that scripts/previous-version names with this one, both ways, under writes
	$(SWIFT) build --build-tests
	REPCACHED_BINARY=$(RELEASE)/repcached REPCACHED_PREVIOUS="$$(scripts/build-previous)" \
	  $(SWIFT) test --skip-build --filter 'EndToEndTests.PreviousVersionTests'

# MODES="plain,derived ack" runs those whose names begin so; SEEDS=1 FIRST=seed runs one again.
simulate: packages-test ## run the pair's simulation from many seeds, optimized (SEEDS=10000 of each mode; MODES=derived,ring FIRST=seed)
	REPCACHED_TESTS=ReplicationTests REPCACHED_SEEDS=$(SEEDS) $(if $(MODES),REPCACHED_MODES='$(MODES)') $(if $(FIRST),REPCACHED_FIRST=$(FIRST)) $(SWIFT) test $(SIMULATION_FLAGS) \
	  --filter 'ReplicationTests.(PairSimulation|NetSimulation|PairRules)'

simulate-client: packages-test ## 10,000 deaths, stops and cuts before the client, without processes, optimized (DEATHS=500 of each of 20)
	REPCACHED_TESTS=MemcacheClientCoreTests REPCACHED_SEEDS=$(or $(DEATHS),500) $(SWIFT) test $(SIMULATION_FLAGS) \
	  --filter '^MemcacheClientCoreTests\.PairClientSimulation'

kill-client: packages-test ## the client before a real pair whose sides are killed, stopped and cut off (DEATHS=500)
	$(SWIFT) build --build-tests
	REPCACHED_DEATHS=$(or $(DEATHS),500) $(SWIFT) test --skip-build --filter 'EndToEndTests.ClientFailoverTests'

examples: packages-build ## build Examples, and try them before a pair
	$(SWIFT) build --product repcached
	scripts/try-examples .build/debug/repcached

losses: packages-test ## what a pair loses when it meets again, and a smaller joiner takes, at the sizes that docs/benchmarks.md tells
	$(SWIFT) build --build-tests
	REPCACHED_FULL=1 $(SWIFT) test --skip-build --filter 'EndToEndTests.PairLossTests'

chaos: packages-test release ## faults of every kind on a pair, seed after seed until one fails (SECONDS=600)
	$(SWIFT) build --build-tests
	REPCACHED_BINARY=$(RELEASE)/repcached REPCACHED_CHAOS_SECONDS=$(SECONDS) \
	  $(SWIFT) test --skip-build --filter 'EndToEndTests.ChaosTests/endless'

chaos-proxy: packages-test ## faults of every kind on three pairs behind magent (SECONDS=600)
	$(SWIFT) build --build-tests
	REPCACHED_PROXY_CHAOS=$(SECONDS) $(SWIFT) test --skip-build --filter 'EndToEndTests.ProxyChaosTests'

# TARGETS="text link" for some; KEEP=1 replaces the kept corpus by what reaches the same code and more.
fuzz: packages-build ## try the parsers by libFuzzer, SECONDS each (SECONDS=600; TARGETS="text link …"; KEEP=1)
	REPCACHED_FUZZ=build $(SWIFT) build $(FUZZ_FLAGS)
	scripts/fuzz .build-fuzz/release/repcached-fuzz $(SECONDS) $(TARGETS)

fuzz-coverage: packages-build ## what of each parser the fuzzer's inputs reach, by file
	@scripts/install-packages python3
	REPCACHED_FUZZ=build $(SWIFT) build $(FUZZ_FLAGS)-coverage -Xswiftc -profile-generate -Xswiftc -profile-coverage-mapping
	scripts/fuzz-coverage .build-fuzz-coverage/release/repcached-fuzz

# COUNT commands of each protocol, or of PROTOCOL, from SEED on; RECORD=1 keeps transcripts of PEER, which `make test` compares with.
differ: packages-test release ## say what seeds make to memcached 1.6.45 and to repcached, and compare (PEER=program COUNT=100000 SEED=1 PROTOCOL=text; RECORD=1)
	@test -n '$(PEER)' || { echo 'make differ PEER=program, a memcached 1.6.45'; exit 1; }
	$(SWIFT) build --build-tests
	REPCACHED_BINARY=$(RELEASE)/repcached REPCACHED_DIFFER_PEER='$(PEER)' REPCACHED_DIFFER_COUNT=$(COUNT) \
	  REPCACHED_DIFFER_SEED=$(SEED) REPCACHED_DIFFER_RECORD=$(RECORD) REPCACHED_DIFFER_PROTOCOL=$(PROTOCOL) \
	  $(SWIFT) test --skip-build --filter 'EndToEndTests.DifferTests/$(if $(RECORD),record,live)'

# All of them run a target at a time, as in `make test`, and then a pair that speaks TLS starts, is used and ends. (EndToEndTests measure time and
# memory, which a sanitizer changes; FILTER=EndToEndTests runs them all the same.)
sanitized = $(if $(filter .,$(FILTER)),scripts/run-tests $1/debug/repcachedPackageTests.xctest $(filter-out EndToEndTests,$(TEST_TARGETS)) && \
  scripts/check-metrics $1/debug/repcached,$(SWIFT) test --skip-build $2 --filter '$(FILTER)')

tsan asan: export REPCACHED_OPTIMIZE := 1
tsan: export TSAN_OPTIONS := suppressions=$(CURDIR)/scripts/races-of-others
# They have one thread and nothing to race with, and take hours under ThreadSanitizer.
tsan: export REPCACHED_SKIP := ItemStoreTests\.(PageMoverYounger|StoreReference|TombstoneLog)|ReplicationTests\.(PairSimulation|NetSimulation|PairRules|PairGains)
tsan: packages-test ## run the tests under ThreadSanitizer (FILTER=regex for some)
	$(SWIFT) build --build-tests $(TSAN_FLAGS)
	$(call sanitized,.build-tsan,$(TSAN_FLAGS))

asan: export LSAN_OPTIONS := suppressions=$(CURDIR)/scripts/leaks-of-others
asan: packages-test ## run the tests under AddressSanitizer (FILTER=regex for some)
	$(SWIFT) build --build-tests $(ASAN_FLAGS)
	$(call sanitized,.build-asan,$(ASAN_FLAGS))

install: release ## install the programs and scripts, their man pages and completions under PREFIX (/usr/local)
	@set -e; for name in $(PROGRAMS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$name; done
	@set -e; for name in $(PROGRAMS); do \
	  install -v -D -m 755 -s $(RELEASE)/$$name $(DESTDIR)$(PREFIX)/bin/$$name; \
	  install -v -D -m 644 man/$$name.1 $(DESTDIR)$(PREFIX)/share/man/man1/$$name.1; done
	@set -e; for name in $(DEPLOY_SCRIPTS); do \
	  install -v -D -m 755 deploy/bin/$$name $(DESTDIR)$(PREFIX)/bin/$$name; \
	  install -v -D -m 644 man/$$name.1 $(DESTDIR)$(PREFIX)/share/man/man1/$$name.1; done
	@scripts/install-completions $(RELEASE) $(DESTDIR)$(PREFIX) $(PROGRAMS)

uninstall: ## remove what install put there
	@UNINSTALL=1 scripts/install-completions $(RELEASE) $(DESTDIR)$(PREFIX) $(PROGRAMS)
	rm -f $(foreach name,$(PROGRAMS) $(DEPLOY_SCRIPTS),$(DESTDIR)$(PREFIX)/bin/$(name) $(DESTDIR)$(PREFIX)/share/man/man1/$(name).1)

format: ## lay the sources out as `make test` wants them
	$(SWIFT) format -i -r $(SOURCES)

clean: ## remove everything that was built
	rm -rf .build .build-tsan .build-asan .build-simulate .build-fuzz .build-interop $(DEB) .venv

packages-build:
	@scripts/install-packages $(BUILD_PACKAGES)

packages-test:
	@scripts/install-packages $(TEST_PACKAGES)
