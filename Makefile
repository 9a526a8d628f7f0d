# Galen. The targets that people use:
#   all      the program, build/galen              demo     install what is needed, build, report on samples/
#   check    every test, with a count at the end   lint     style, static analysis, limits
#   asan     the tests under the sanitizers        fuzz     every fuzz target for SECONDS=60
#   tsan     what runs in threads, under ThreadSanitizer
#   dev      everything with warnings as errors    bench    speed and memory beside other tools; BENCH=quick for less
#   browser-tools  what the browser tests of check need: without it they are skipped
#   check-live  real Galera clusters (SCENARIO=name for one): what was done against what Galen says
#   check-clickhouse  stores in ClickHouse against real servers, and logs of many hosts over ssh; fleet-tools  what they need
#   install  DESTDIR= PREFIX=                      clean
# Packages are found only after they are there: `make demo` and `make check` install them first.

BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
SHELL := /bin/bash
# make V=1 shows the commands as they are run.
QUIET := $(if $(V),,@)
PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)
JOBS := $(shell nproc 2>/dev/null || echo 2)
.DEFAULT_GOAL := all

VERSION := 0.1.0
PACKAGES := glib-2.0 zlib libpcre2-8 sqlite3
# What the program loads when it needs it (parsers/late.h); tests are linked with it.
LATE := gio-2.0 libarchive libxml-2.0 cairo pangocairo gmime-3.0

DEBIAN_BUILD := build-essential pkg-config libglib2.0-dev zlib1g-dev libarchive-dev libpcre2-dev libxml2-dev libcairo2-dev \
	libpango1.0-dev libgmime-3.0-dev libjson-glib-dev libsqlite3-dev libcurl4-openssl-dev fonts-dejavu-core \
	$(if $(filter x86_64 aarch64,$(shell uname -m)),libisal-dev)
DEBIAN_CHECK := perl python3 python3-jsonschema python3-prometheus-client logrotate msmtp
DEBIAN_BROWSER := chromium chromium-driver python3-selenium poppler-utils fonts-dejavu-core fonts-droid-fallback $(if $(shell command -v npm),,npm)
DEBIAN_LIVE := python3 mariadb-server galera-4 galera-arbitrator-4 mariadb-backup rsync socat iproute2 iptables libfaketime netcat-openbsd
DEBIAN_FLEET := python3 python3-jsonschema sqlite3 clickhouse-server parallel openssh-server openssh-client
DEBIAN_LINT := clang-format clang-tidy cppcheck python3
DEBIAN_FUZZ := clang libclang-rt-14-dev

# Evaluated on first use, so that make can start before pkg-config is there.
DEPS_CFLAGS = $(eval DEPS_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES) $(LATE)))$(DEPS_CFLAGS)
DEPS_LIBS = $(eval DEPS_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(DEPS_LIBS)
LATE_LIBS = $(eval LATE_LIBS := $$(shell pkg-config --libs $(LATE)))$(LATE_LIBS)
# ISA-L unpacks gzip data faster than zlib, on x86-64 and aarch64. ISAL=no does without it.
ISAL = $(eval ISAL := $$(shell pkg-config --exists libisal && echo yes || echo no))$(ISAL)
ISAL_CFLAGS = $(if $(filter yes,$(ISAL)),-DGALEN_ISAL $$(pkg-config --cflags libisal))
# libcurl, loaded when it is needed, reaches stores in ClickHouse. CURL=no does without it.
CURL = $(eval CURL := $$(shell pkg-config --exists libcurl && echo yes || echo no))$(CURL)
CURL_CFLAGS = $(if $(filter yes,$(CURL)),-DGALEN_CURL $$(pkg-config --cflags libcurl))
ISAL_LIBS = $(if $(filter yes,$(ISAL)),$$(pkg-config --libs libisal))

OPT ?= -O3 -g
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
EXTRA ?=
CPPFLAGS_ALL = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DGALEN_VERSION='"$(VERSION)"' -DGALEN_DATADIR='"$(PREFIX)/share/galen"' \
	-DGALEN_SOURCE_DIR='"$(CURDIR)"' -DG_LOG_DOMAIN='"galen"' -I. $(ISAL_CFLAGS) $(CURL_CFLAGS) $(CPPFLAGS)
CFLAGS_ALL = -std=gnu17 $(OPT) $(WARN) $(EXTRA) $(DEPS_CFLAGS) $(CFLAGS)
LIBS_ALL = $(DEPS_LIBS) $(ISAL_LIBS) -ldl -lm $(EXTRA) $(LDFLAGS)
TEST_LIBS = $(LATE_LIBS) $(LIBS_ALL)

# What each record of a log goes through is optimised across files, in the program only: the objects hold ordinary code beside.
LTO = $(if $(filter -O3,$(OPT)),yes)
LTO_SRC := $(wildcard parsers/scan*.c parsers/slow*.c parsers/sql*.c parsers/error*.c parsers/account.c parsers/log_time.c \
	analyzer/query/*.c analyzer/digest/*.c analyzer/counting.c analyzer/error_queue.c analyzer/filter.c analyzer/pipeline.c)
LTO_FLAGS = $(if $(LTO),-flto=2 -ffat-lto-objects)

LIB_SRC := $(filter-out analyzer/main.c,$(wildcard parsers/*.c analyzer/*.c analyzer/*/*.c))
BAKE_SRC := $(wildcard bake/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
TEST_SRC := $(wildcard tests/unit/*.c tests/property/*.c)
TEST_BIN := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
# Programs that test scripts use.
TEST_TOOLS := $(BUILD)/tests/store/merged
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz-%.c,%,$(wildcard tests/fuzz/fuzz-*.c))
REPLAY_BIN := $(FUZZ_NAMES:%=$(BUILD)/replay/%)
FUZZ_BIN := $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)
# Programs of tests/bench that measure parts of the library, and those that stand alone; the rest is the generator of slow logs.
BENCH_LIB := digests fingerprints render split unpack
BENCH_ALONE := gen_errorlog measure repeat_log
GEN_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out $(patsubst %,tests/bench/%.c,$(BENCH_LIB) $(BENCH_ALONE)),$(wildcard tests/bench/*.c)))
BENCH_BIN := $(addprefix $(BUILD)/bench/,gen_slowlog $(BENCH_ALONE) $(BENCH_LIB))
C_FILES := $(sort $(shell git ls-files -co --exclude-standard '*.c' 2>/dev/null || find bake parsers analyzer tests -name '*.c'))
H_FILES := $(sort $(shell git ls-files -co --exclude-standard '*.h' 2>/dev/null || find bake parsers analyzer tests -name '*.h'))

# ---------------------------------------------------------------- building

.PHONY: all
all: $(BUILD)/galen
	@:

$(BUILD)/galen: $(BUILD)/obj/analyzer/main.o $(BUILD)/obj/baked.o $(BUILD)/libgalen.a
	@echo "  $@"
	$(QUIET)$(CC) $(OPT) $(LTO_FLAGS) -o $@ $^ $(LIBS_ALL)

$(LTO_SRC:%.c=$(BUILD)/obj/%.o): LTO_NOW = $(LTO_FLAGS)

# The program's own templates and rules as C.
$(BUILD)/bake: $(BAKE_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/libgalen.a
	@echo "  $@"
	$(QUIET)$(CC) $(OPT) -o $@ $^ $(LIBS_ALL)

$(BUILD)/baked.c: $(BUILD)/bake $(wildcard report-templates/*.xhtml report-templates/*.css analyzer/rules/error-*.rules)
	@echo "  $@"
	$(QUIET)$(BUILD)/bake report-templates analyzer/rules $@

$(BUILD)/obj/baked.o: $(BUILD)/baked.c $(BUILD)/flags
	@echo "  $@"
	$(QUIET)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/libgalen.a: $(LIB_OBJ)
	@echo "  $@"
	$(QUIET)rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LTO_NOW) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/%.c $(BUILD)/libgalen.a
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libgalen.a $(TEST_LIBS)

# What was compiled with other flags (another PREFIX, say) is compiled again.
FLAGS_NOW = $(CC) $(VERSION) $(PREFIX) $(PACKAGES) $(LATE) $(ISAL) $(LTO) $(OPT) $(WARN) $(EXTRA) $(CPPFLAGS) $(CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' >$@

.PHONY: FORCE
FORCE:

.PHONY: tests
tests: $(TEST_BIN) $(TEST_TOOLS) $(REPLAY_BIN) $(BENCH_BIN)
	@:

# The fuzz targets with an ordinary main, to replay what fuzzing has found.
$(BUILD)/replay/%: tests/fuzz/fuzz-%.c tests/fuzz/replay.c $(BUILD)/libgalen.a
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -Wno-missing-prototypes -o $@ $(filter %.c,$^) $(BUILD)/libgalen.a $(TEST_LIBS)

$(BUILD)/bench/gen_slowlog: $(GEN_OBJ)
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) -o $@ $^ $(LIBS_ALL)

$(BUILD)/bench/gen_errorlog $(BUILD)/bench/repeat_log: $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/obj/tests/bench/text.o
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) -o $@ $^ $(LIBS_ALL)

$(BUILD)/bench/measure: $(BUILD)/obj/tests/bench/measure.o
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) -o $@ $^ $(LIBS_ALL)

$(BENCH_LIB:%=$(BUILD)/bench/%): $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/libgalen.a
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) -o $@ $^ $(LIBS_ALL)

.PHONY: dev
dev:
	$(MAKE) BUILD=$(BUILD)/dev EXTRA=-Werror all tests

.PHONY: install
install: all install-docs
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/galen/report-templates $(DESTDIR)$(PREFIX)/share/galen/rules
	install -m 755 $(BUILD)/galen $(DESTDIR)$(PREFIX)/bin/galen
	if [ -d report-templates ]; then cp -R report-templates/. $(DESTDIR)$(PREFIX)/share/galen/report-templates; fi
	for f in $(filter-out %.c %.h,$(wildcard analyzer/rules/*)); do install -m 644 $$f $(DESTDIR)$(PREFIX)/share/galen/rules; done

# What a package has beside the program: examples for cron, systemd and logrotate, and what they are explained in.
.PHONY: install-docs
install-docs:
	install -d $(DESTDIR)$(PREFIX)/share/doc/galen
	cp -R examples $(DESTDIR)$(PREFIX)/share/doc/galen/
	install -m 644 docs/nightly.md docs/store.md $(DESTDIR)$(PREFIX)/share/doc/galen

.PHONY: clean
clean:
	rm -rf $(BUILD)

# ------------------------------------------------------- for people in a hurry

.PHONY: demo
demo:
	@scripts/packages $(DEBIAN_BUILD)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@mkdir -p $(BUILD)/demo
	$(BUILD)/galen report -o $(BUILD)/demo/report.html $(filter-out samples/galera%,$(wildcard samples/*/))
	$(BUILD)/galen compare --tz Europe/Berlin --before-since '2026-11-17 08:00' --before-until '2026-11-17 14:30' \
		--after-until '2026-11-17 17:20' -o $(BUILD)/demo/release.html samples/mariadb-10.11/shop-db1
	$(BUILD)/galen report -o $(BUILD)/demo/split-brain.html samples/galera-10.11
	@echo "The reports are $(BUILD)/demo/report.html, a day of queries, $(BUILD)/demo/release.html, before and after a release,"
	@echo "and $(BUILD)/demo/split-brain.html, an incident of a cluster:"
	@echo "open them in a browser."

# ----------------------------------------------------------------- checking

FLEET_SCRIPTS := tests/store/clickhouse tests/store/remote tests/nightly/server
TAP_SCRIPTS := tests/golden/run tests/formats/tables tests/formats/mail \
	$(addprefix tests/property/,start reports layouts replication names bad-input increments stores damage usual past threads sizes \
	templates paper-test) tests/nightly/run tests/nightly/examples tests/live/compare-test $(FLEET_SCRIPTS) tests/browser/run

.PHONY: check
check:
	@scripts/packages $(DEBIAN_BUILD) $(DEBIAN_CHECK)
	@$(MAKE) --no-print-directory -j$(JOBS) all tests
	@$(MAKE) --no-print-directory run-tests

.PHONY: run-tests
run-tests:
	@BUILD=$(BUILD) PYTHON=$(PYTHON) scripts/run-tests $(TEST_BIN) $(REPLAY_BIN) $(TAP_SCRIPTS)

# axe-core is no Debian package: npm lays it into BUILD, by the lock file.
.PHONY: browser-tools
browser-tools:
	@scripts/packages $(DEBIAN_BROWSER)
	@mkdir -p $(BUILD)/browser
	@cp tests/browser/package.json tests/browser/package-lock.json $(BUILD)/browser/
	$(QUIET)npm ci --prefix $(BUILD)/browser --ignore-scripts --no-audit --no-fund --loglevel=error

# Servers that the tests of fleets start for themselves: none is started or enabled here.
.PHONY: fleet-tools
fleet-tools:
	@scripts/quiet-packages $(DEBIAN_FLEET)

.PHONY: check-clickhouse
check-clickhouse: fleet-tools
	@scripts/packages $(DEBIAN_BUILD)
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/tests/store/merged
	@BUILD=$(BUILD) PYTHON=$(PYTHON) scripts/run-tests $(FLEET_SCRIPTS)

# Needs root and about half an hour. The captures stay in CAPTURES; JUDGE=1 compares them once more and plays nothing.
.PHONY: check-live
check-live: CAPTURES := $(BUILD)/live
check-live:
	@scripts/packages $(DEBIAN_BUILD) $(DEBIAN_LIVE)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/live/run --galen $(BUILD)/galen --captures $(CAPTURES) $(if $(V),-v) $(if $(JUDGE),--judge) $(SCENARIO)

.PHONY: asan
asan: SANITIZE := BUILD=$(BUILD)/asan OPT="-O1 -g" \
	EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
# The leak sanitizer takes thread-local data of libraries that are loaded late for what they are not, and fails.
asan: export LSAN_OPTIONS := suppressions=$(CURDIR)/scripts/lsan-suppressions:print_suppressions=0:intercept_tls_get_addr=0
asan:
	@$(MAKE) --no-print-directory -j$(JOBS) $(SANITIZE) all tests
	@$(MAKE) --no-print-directory $(SANITIZE) run-tests

# GLib is not built for it: locks.c tells it of GLib's locks.
.PHONY: tsan
tsan: SANITIZE := BUILD=$(BUILD)/tsan OPT="-O1 -g" EXTRA=-fsanitize=thread
tsan: TSAN_TESTS := $(addprefix $(BUILD)/tsan/tests/unit/,test-workers test-error-queue)
tsan: LOCKS := $(BUILD)/tsan/obj/tests/tsan/locks.o
tsan: export TSAN_OPTIONS := suppressions=$(CURDIR)/tests/tsan/suppressions:halt_on_error=1
tsan:
	@$(MAKE) --no-print-directory $(SANITIZE) $(LOCKS)
	@$(MAKE) --no-print-directory -j$(JOBS) $(SANITIZE) LDFLAGS="$(LOCKS) -ldl" all $(TSAN_TESTS) \
		$(BUILD)/tsan/bench/gen_slowlog $(BUILD)/tsan/bench/gen_errorlog
	@BUILD=$(BUILD)/tsan PYTHON=$(PYTHON) scripts/run-tests $(TSAN_TESTS) tests/property/threads

.PHONY: fuzz
fuzz: FUZZING := BUILD=$(BUILD)/clang CC=clang OPT="-O1 -g" WARN=-Wall \
	EXTRA="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
fuzz: SECONDS := 60
fuzz:
	@scripts/packages $(DEBIAN_BUILD) $(DEBIAN_FUZZ)
	@$(MAKE) --no-print-directory -j$(JOBS) $(FUZZING) fuzz-build
	@scripts/fuzz $(BUILD)/clang/fuzz $(SECONDS) $(if $(TARGET),$(TARGET),$(FUZZ_NAMES))

.PHONY: fuzz-build
fuzz-build: $(FUZZ_BIN)
	@:

$(BUILD)/fuzz/%: tests/fuzz/fuzz-%.c $(BUILD)/libgalen.a
	@mkdir -p $(@D)
	@echo "  $@"
	$(QUIET)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -fsanitize=fuzzer -o $@ $< $(BUILD)/libgalen.a $(TEST_LIBS)

# A file is looked at again only when it, a header or the settings have changed.
TIDY_STAMPS := $(C_FILES:%.c=$(BUILD)/lint/%.tidy)

.PHONY: lint
lint:
	@scripts/packages $(DEBIAN_BUILD) $(DEBIAN_LINT)
	@echo "clang-format"
	$(QUIET)clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
	$(QUIET)$(PYTHON) scripts/limits $(C_FILES) $(H_FILES)
	@$(MAKE) --no-print-directory -j$(JOBS) lint-tidy
	@mkdir -p $(BUILD)/lint/cppcheck
	@echo "cppcheck"
	$(QUIET)cppcheck --quiet --error-exitcode=1 --cppcheck-build-dir=$(BUILD)/lint/cppcheck -j $(JOBS) --enable=warning,portability \
		--inline-suppr --library=gtk --std=c11 --max-configs=4 --suppressions-list=scripts/cppcheck-suppressions -I. $(C_FILES)
	@echo "lint: no complaints"

.PHONY: lint-tidy
lint-tidy: $(TIDY_STAMPS)
	@:

$(BUILD)/lint/%.tidy: %.c .clang-tidy $(H_FILES)
	@mkdir -p $(@D)
	@echo clang-tidy $<
	$(QUIET)out=$$(clang-tidy --quiet $< -- -std=gnu17 $(CPPFLAGS_ALL) $(DEPS_CFLAGS) 2>&1) && touch $@ || { echo "$$out"; exit 1; }

.PHONY: bench
bench:
	@scripts/packages $(DEBIAN_BUILD) python3
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH_BIN)
	@$(PYTHON) tests/bench/run $(BUILD)

-include $(LIB_OBJ:.o=.d) $(GEN_OBJ:.o=.d) $(BUILD)/obj/analyzer/main.d $(BUILD)/obj/baked.d $(BAKE_SRC:%.c=$(BUILD)/obj/%.d) $(patsubst %,$(BUILD)/obj/tests/bench/%.d,$(BENCH_ALONE) $(BENCH_LIB)) $(TEST_BIN:=.d) $(TEST_TOOLS:=.d)
