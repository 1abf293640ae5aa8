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
    @if command -v shellcheck >/dev/null; then shellcheck .ci/run tools/available-engines tools/build-msrv tools/install-debian tools/report-test/run tools/test-engines bindings/c/{install,localise,foreign/{python-ckzg,node-c-kzg}} bindings/go/{test,as-c-kzg-4844} kzg-server/test-foreign; else echo "skipped: no shellcheck here"; fi
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

# Runs the conformance suite and the vectors on each engine of kzg-blst that this processor has.
engines:
    {{ vectors_variable }} tools/test-engines

# Runs the processors under load with malformed input and failing backends, and watches memory.
soak minutes="10":
    cargo run --release --locked -p benches --bin soak -- --minutes {{ minutes }}

# Measures speed and memory beside other libraries: `just compare --quick`.
compare *arguments:
    cargo run --release --locked -p benches --bin compare -- {{ arguments }}

# Runs the tests of published packages over our doors, all or the named ones: `just downstream alloy-eips`.
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

# Builds the Python packages kzg and ckzg and tests them, and eth-account's tests over ckzg.
test-python:
    bindings/python/test target/python foreign

# Tests libkzg as C, Python, Node.js and Go programs use it: `just test-c --only program`.
test-c *arguments:
    {{ vectors_variable }} bindings/c/test {{ arguments }}

# Tests `kzg serve` by foreign clients: grpcio, schemathesis for so many seconds, a generated client.
test-service seconds="60":
    {{ vectors_variable }} kzg-server/test-foreign {{ seconds }}

# Loads `kzg serve`: speed, overload, slow senders, a soak of so many seconds; prints a table.
bench-service seconds="10":
    kzg-server/bench {{ seconds }}

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
    PATH="${CARGO_TARGET_DIR:-{{ justfile_directory() }}/target}/release:$PATH" \
        tools/record-session tools/first-minutes.commands --svg docs/first-minutes.svg
