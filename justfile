# Recipes for people. `.ci/run` and the workflows call the same commands and scripts. `just` lists
# the recipes; CONTRIBUTING.md says when to use which. On Windows, bash is that of Git.

set shell := ["bash", "-euo", "pipefail", "-c"]

vectors_folder := "target/spec-vectors"

# The official vectors: those that the caller names, or else those that `just vectors` has fetched.
fetched_vectors := if path_exists(vectors_folder) == "true" { "KZG_SPEC_VECTORS=" + quote(justfile_directory() / vectors_folder) } else { "" }
vectors_variable := if env("KZG_SPEC_VECTORS", "") == "" { fetched_vectors } else { "" }

# Lists the recipes.
default:
    @just --list --unsorted

# Runs the tests of one crate, or of the workspace: `just test`, `just test kzg-traits cells`.
test crate="" *filter:
    {{ vectors_variable }} cargo test --all-features {{ if crate == "" { "--workspace" } else { "-p " + crate } }} {{ filter }}

# Checks formatting, lints, generated files, and the scripts and workflows where their linters are.
lint:
    cargo fmt --all --check
    python3 kzg-blst/tools/avx2_kernels.py --check
    python3 -B -m unittest discover tools/tests
    python3 -B -m unittest discover compat/downstream/tests
    tools/check-links
    @if command -v shellcheck >/dev/null; then git grep -lE '^(#!.*[/ ](ba)?sh$|# shellcheck shell=)' | xargs shellcheck --external-sources; else echo "skipped: no shellcheck here"; fi
    @if command -v actionlint >/dev/null; then actionlint; else echo "skipped: no actionlint here"; fi
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# Builds the documentation; warnings are errors. `just docs --open` shows it.
docs *arguments:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --locked {{ arguments }}

# Runs everything that a change must pass.
ci:
    bash .ci/run

# Runs the exhaustive tests of the vector engines' multiplications, which are ignored otherwise.
exhaustive:
    # A filter that matches no test is a failure too.
    KZG_REQUIRE_ENGINES=${KZG_REQUIRE_ENGINES:-$(tools/available-engines | paste -sd,)} \
        cargo test --release --locked -p kzg-blst --lib millions -- --ignored \
        | tee /dev/stderr | grep '^test result: ok\. [1-9]'

# Proves the bounds of the vector engines' arithmetic, and that the proof notices changed constants.
bounds:
    python3 -B kzg-blst/tools/prove_bounds.py --nudge

# Kills pipelines at random moments, fills disks, sets the clock, lowers limits: `just long-runs kills 200`, `full-disk`, `clock-jumps`, `limits`.
long-runs mode *arguments:
    cargo build --release --locked -p kzg-cli
    tools/long-runs "${CARGO_TARGET_DIR:-target}/release/kzg" {{ mode }} {{ arguments }}

# Kills a process that writes its audit log, so many times, and verifies the log after each kill.
audit-kills kills="200":
    KZG_AUDIT_KILLS={{ kills }} cargo test --locked -p kzg-advanced --all-features --test audit_killed

# Runs kzg-blst on emulated x86-64 processors without AVX, and with AVX2 only; needs Debian's qemu-user.
old-processors *cpus:
    {{ vectors_variable }} tools/test-old-processors {{ cpus }}

# Runs the conformance suites, the vectors and one pipeline for AArch64 under emulation, with packages of Debian: `just aarch64 program`, `just aarch64 points`.
aarch64 *filters:
    {{ vectors_variable }} tools/test-aarch64 target/debian-rust {{ filters }}

# Runs every fuzz target over its committed seeds and pseudorandom inputs, on stable Rust: `just fuzz-corpus points`.
fuzz-corpus *targets:
    cargo test --manifest-path fuzz/Cargo.toml --workspace --locked --test corpus -- {{ targets }}

# Fuzzes one target with libFuzzer; needs nightly Rust and `cargo install --locked cargo-fuzz`.
fuzz target minutes="10":
    fuzz/run $(({{ minutes }} * 60)) {{ target }}

# Fuzzes every target and writes executions, coverage and finds to fuzz/log.md.
fuzz-all minutes="10":
    fuzz/run $(({{ minutes }} * 60))

# Reports which lines a target's corpus reaches; needs the component llvm-tools of nightly Rust.
fuzz-coverage target:
    cd fuzz; inputs=(seeds/{{ target }}); if [[ -d corpus/{{ target }} ]]; then inputs+=(corpus/{{ target }}); fi; \
        cargo +nightly fuzz coverage --fuzz-dir {{ if target == "c_interface" { "c-interface" } else { "." } }} --sanitizer none --features libfuzzer {{ target }} "${inputs[@]}"
    tools=$(rustc +nightly --print target-libdir)/../bin; host=$(rustc +nightly -vV | sed -n 's/host: //p'); \
        "$tools/llvm-cov" report --instr-profile=fuzz/{{ if target == "c_interface" { "c-interface" } else { "." } }}/coverage/{{ target }}/coverage.profdata \
        --ignore-filename-regex='/(registry|rustc)/' "fuzz/target/$host/coverage/$host/release/{{ target }}"

# Applies seeded bugs and says which test or fuzz target finds each: `just seeded`, `just seeded breaker-window`.
seeded *names:
    fuzz/seeded/run {{ names }}

# Tests a sample of mutants of the protocol, the arithmetic, the breaker, the log and the manifest; needs `cargo install --locked cargo-mutants`: `just mutants 0/5 blst`.
mutants shard="0/5" *groups:
    {{ vectors_variable }} tools/test-mutants {{ shard }} {{ groups }}

# Runs conformance and vectors on each engine, and the fuzz targets' corpus, under AddressSanitizer, with nightly Rust: `just asan engines`, `just asan points`.
asan *filters:
    {{ vectors_variable }} tools/test-asan {{ filters }}

# Runs the concurrent, resilience and pipeline tests under ThreadSanitizer, with the sources of nightly Rust or Debian's: `just tsan breaker`.
tsan *filters:
    tools/test-tsan target/debian-rust {{ filters }}

# Checks the types of the libraries for 32-bit and big-endian processors, with the sources of nightly Rust or Debian's.
architectures:
    tools/check-architectures target/debian-rust

# Runs the conformance suite and the vectors on each engine of kzg-blst that this processor has.
engines:
    {{ vectors_variable }} tools/test-engines

# Runs the processors under load with malformed input and failing backends, and watches memory.
soak minutes="10":
    cargo run --release --locked -p benches --bin soak -- --minutes {{ minutes }}

# Measures speed and memory beside other libraries: `just compare --quick`.
compare *arguments:
    cargo run --release --locked -p benches --bin compare -- {{ arguments }}

# Runs the tests of published packages over the compatibility interfaces, all or some: `just downstream alloy-eips`.
downstream *names:
    {{ vectors_variable }} compat/downstream/run all {{ names }}

# Measures alloy and revm with c-kzg and with ours, and prints a table.
figures *arguments:
    compat/downstream/figures {{ arguments }}

# Builds the libraries with the oldest Rust that they support; needs that toolchain.
msrv:
    tools/build-msrv

# Builds libkzg and installs it below a folder: `just install-c /usr/local`. For Linux.
install-c prefix profile="release":
    bindings/c/install {{ quote(prefix) }} {{ profile }}

# Builds the Python packages kzg and ckzg and tests them, with users of ckzg; `just test-python recipes` with Daft and Ray.
test-python *modes:
    {{ vectors_variable }} bindings/python/test target/python foreign {{ modes }}

# Measures programs over ckzg, PyPI's and ours, after `just test-python`, and prints a table.
figures-python *arguments:
    bindings/python/figures target/python {{ arguments }}

# Builds the Python wheels for Linux: `just wheels target/wheels manylinux musllinux`.
wheels folder *kinds:
    bindings/python/wheels {{ quote(folder) }} {{ kinds }}

# Builds the package for Node.js and tests it as users install it: `just test-node release`.
test-node profile="test":
    {{ vectors_variable }} bindings/node/test target/node {{ profile }}

# Measures the package for Node.js beside c-kzg, and prints the table of its README.
figures-node:
    bindings/node/figures target/node

# Builds the package for browsers and tests it in Node.js and Chromium.
test-wasm:
    {{ vectors_variable }} bindings/wasm/test target/wasm

# Measures the package for browsers beside kzg-wasm, and prints the table of its README.
figures-wasm:
    bindings/wasm/figures target/wasm

# Tests libkzg as C, Python, Node.js and Go programs use it: `just test-c --only program`.
test-c *arguments:
    {{ vectors_variable }} bindings/c/test {{ arguments }}

# Lints kzg-sql and tests it, embedded and on a cluster on loopback, over 640 blobs: `just test-sql 64`.
test-sql blobs="640":
    cd kzg-sql && cargo fmt --check
    cd kzg-sql && cargo clippy --all-targets --locked -- -D warnings
    cd kzg-sql && KZG_SQL_BLOBS={{ blobs }} cargo test --locked

# Tests kzg-sql over an S3 store on loopback, moto of PyPI.
test-sql-s3:
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-kzg-sql/target}" cargo build --manifest-path kzg-sql/Cargo.toml --locked --bin kzg-sql
    kzg-sql/test-s3 "${CARGO_TARGET_DIR:-kzg-sql/target}/debug/kzg-sql" target/moto

# Compares kzg-pipeline's Parquet format with pyarrow: reads new tables of other programs, and reads ours with it.
test-parquet:
    python3 -m venv target/parquet
    target/parquet/bin/pip install --quiet pyarrow polars duckdb
    target/parquet/bin/python kzg-pipeline/tests/data/parquet.py
    PATH="$PWD/target/parquet/bin:$PATH" cargo test --locked -p kzg-pipeline --lib formats::tests::parquet -- --nocapture

# Predicts larger runs of `kzg pipeline --shard` from small ones, and compares.
validate-scale:
    cargo build --release --locked -p kzg-cli
    python3 -B tools/scale_model.py validate "${CARGO_TARGET_DIR:-target}/release/kzg"

# Tests the GPU backend without a GPU; says what it skipped.
test-gpu:
    kzg-blst-gpu/tools/test

# Seeds bugs into the GPU kernels and checks that a test fails for each; needs access to PyPI, and gcc.
seeded-bugs *names:
    kzg-blst-gpu/tools/seeded-bugs {{ names }}

# Tests `kzg serve` by foreign clients: grpcio, schemathesis for so many seconds, a generated client.
test-service seconds="60":
    {{ vectors_variable }} kzg-server/test-foreign {{ seconds }}

# Loads `kzg serve` and prints a table; `gather`, `overload`, `slow` and `soak` check bounds: `just bench-service soak 600`.
bench-service *arguments:
    kzg-server/bench {{ arguments }}

# Checks licences, bans and sources of the dependencies; needs `cargo install cargo-deny`.
deny:
    cargo deny check bans licenses sources

# Fetches the official test vectors into target/spec-vectors.
vectors *arguments:
    tools/fetch-vectors {{ vectors_folder }} {{ arguments }}

# Checks that every publishable crate can be packaged and documented from its package.
package *arguments:
    tools/check-packages {{ arguments }}

# Builds the site of docs/ into target/book and checks its links; needs `cargo install mdbook --locked`.
site:
    mdbook build
    tools/check-links --site target/book

# Clicks through reports in Chromium; needs Node, npm and Chromium, and says where they are missing.
report-test:
    tools/report-test/run

# Pictures a report of a real run for the README; needs what `report-test` needs.
report-picture:
    tools/report-test/run --picture docs/report.png

# Records the session in the README: runs tools/first-minutes.commands and writes docs/first-minutes.svg.
recording:
    cargo build --release --locked -p kzg-cli
    PATH="$(realpath "${CARGO_TARGET_DIR:-target}")/release:$PATH" \
        tools/record-session tools/first-minutes.commands --svg docs/first-minutes.svg
