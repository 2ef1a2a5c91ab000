# Thin: names the usual jobs. The build itself is CMake's (CMakePresets.json).
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
# What `make scan` scans, and further options for it: make scan TARGET=x.tar OPTIONS="--all"
export TARGET ?=
export OPTIONS ?=
DEMO := build/demo
PROGRAM := build/release/bulkhead
# ccache is used where it is installed and nobody said otherwise.
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(shell command -v ccache)

.PHONY: help setup release dev scan test dist check-dist format lint fuzz bench bench-input clean
.DEFAULT_GOAL := help

help:
	@echo "make scan                 set up, build, and scan a demo image"
	@echo "make scan TARGET=...      the same with an image archive, layout, root file system or folder"
	@echo "make test                 set up, build, and run all tests"
	@echo "make release              build $(PROGRAM)"
	@echo "make dist                 a release in build/dist: tarball, .deb, OCI image, SHA256SUMS"
	@echo "make check-dist           run what make dist made where nothing of this machine is (needs root)"
	@echo "make format               clang-format on all our files"
	@echo "make lint                 clang-tidy and the directions of includes, on everything"
	@echo "make fuzz                 each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS)"
	@echo "make bench                scan speed beside igzip, gzip, zstd and openssl (the inputs need root)"
	@echo "make clean                remove build/"

setup:
	@tools/setup.sh

release: setup
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target bulkhead

dev:
	@tools/setup.sh --test
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)

# make turns any other exit code into its own 2; it names the program's: "Error 3".
scan: release
	@tools/scan_demo.sh $(PROGRAM) $(DEMO)

test: dev
	ctest --preset dev -j $(JOBS)

dist: setup
	@JOBS=$(JOBS) tools/dist.sh

check-dist: dev dist
	BULKHEAD_DIST=$(CURDIR)/build/dist ctest --preset dev -R '^e2e_dist$$' --verbose

format:
	@tools/setup.sh --test
	tools/format.sh

lint:
	@tools/setup.sh --test
	python3 tools/check_layers.py
	tools/format.sh --check
	cmake --preset dev >/dev/null
	tools/tidy.py --build build/dev

fuzz:
	@tools/setup.sh --test
	tools/fuzz.sh $(FUZZ_SECONDS)

bench: release
	@tools/setup.sh --bench
	bench/make_input.py --out build/bench
	bench/scan_speed.py --program $(PROGRAM) --inputs build/bench

clean:
	rm -rf build
