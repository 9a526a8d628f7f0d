# Galen. The targets that people use: all demo check lint asan dev bench fuzz install clean.
# Packages are found only after they are there: `make demo` and `make check` install them first.

BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
SHELL := /bin/bash
PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)

VERSION := 0.1.0
PACKAGES := glib-2.0 gio-2.0 zlib libarchive libpcre2-8 libxml-2.0

# Evaluated on first use, so that make can start before pkg-config is there.
DEPS_CFLAGS = $(eval DEPS_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(DEPS_CFLAGS)
DEPS_LIBS = $(eval DEPS_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(DEPS_LIBS)

OPT ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
EXTRA ?=
CPPFLAGS_ALL = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DGALEN_VERSION='"$(VERSION)"' -DGALEN_DATADIR='"$(PREFIX)/share/galen"' \
	-DGALEN_SOURCE_DIR='"$(CURDIR)"' -DG_LOG_DOMAIN='"galen"' -I. $(CPPFLAGS)
CFLAGS_ALL = -std=gnu17 $(OPT) $(WARN) $(EXTRA) $(DEPS_CFLAGS) $(CFLAGS)
LIBS_ALL = $(DEPS_LIBS) -lm $(EXTRA) $(LDFLAGS)

LIB_SRC := $(filter-out analyzer/main.c,$(wildcard parsers/*.c analyzer/*.c analyzer/*/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
TEST_SRC := $(wildcard tests/unit/*.c tests/property/*.c)
TEST_BIN := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)

.PHONY: all
all: $(BUILD)/galen

$(BUILD)/galen: $(BUILD)/obj/analyzer/main.o $(BUILD)/libgalen.a
	$(CC) -o $@ $^ $(LIBS_ALL)

$(BUILD)/libgalen.a: $(LIB_OBJ)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/%.c $(BUILD)/libgalen.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libgalen.a $(LIBS_ALL)

.PHONY: tests
tests: $(TEST_BIN)

.PHONY: dev
dev:
	$(MAKE) BUILD=$(BUILD)/dev EXTRA=-Werror all tests

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(BUILD)/obj/analyzer/main.d $(TEST_BIN:=.d)
