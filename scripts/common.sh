# shellcheck shell=bash disable=SC2034
# Sourced by the other scripts: where things are, and which compiler builds for the browser.
# Kept to what bash 3.2 understands, the version on macOS.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Tools and the standard library for wasm live outside the checkout, so that clones share them.
cache=${RETORT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/retort}
wasm_target=wasm32-unknown-unknown

trunk_version=0.21.14
mdbook_version=0.5.4
mdbook=$cache/mdbook-$mdbook_version
wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$root/Cargo.lock")
rust_version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")

# Tools of ours first; then npm's wasm-opt; then whatever the machine has.
PATH="$cache/tools/bin:$root/tests/e2e/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
export PATH

say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }
note() { printf '  %s\n' "$*"; }
# fail WHAT NEXT-STEP
fail() {
  printf '\n\033[31m✗ %s\033[0m\n' "$1" >&2
  if [ $# -gt 1 ]; then printf '  %s\n' "$2" >&2; fi
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
# at_least 1.95 1.96.0: the second is the first or newer.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Prints the release of the compiler in force, or of Debian's with `debian`.
rust_release() {
  if [ "${1:-}" = debian ]; then RUSTUP_TOOLCHAIN=/usr rustc --version; else rustc --version; fi 2>/dev/null | cut -d' ' -f2
}

# True when the compiler in force has a standard library for the browser.
own_wasm_std() {
  local libraries
  libraries=$(rustc --print target-libdir --target "$wasm_target" 2>/dev/null) && compgen -G "$libraries/libstd-*.rlib" >/dev/null
}
# The standard library that scripts/setup builds where rustup cannot download one.
built_sysroot() { printf '%s/wasm-std-%s' "$cache" "$(rust_release debian)"; }

# Runs a command with the compiler that can build for the browser. Its flags leave no path of this machine
# in what it builds, so that two machines build the same bytes.
wasm() {
  local flags separator=$'\x1f' sysroot
  flags="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo${separator}--remap-path-prefix=$root=/retort"
  # A small SHA-256 instead of an unrolled one: the page checks one link with it.
  flags="$flags$separator--cfg=sha2_backend=\"soft\"$separator--cfg=sha2_backend_soft=\"compact\""
  if own_wasm_std; then
    CARGO_ENCODED_RUSTFLAGS=$flags "$@"
    return
  fi
  sysroot=$(built_sysroot)
  [ -d "$sysroot" ] || fail "No compiler here can build for the browser." "Run ./scripts/setup."
  RUSTUP_TOOLCHAIN=/usr CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19 \
    CARGO_ENCODED_RUSTFLAGS="$flags$separator--sysroot=$sysroot" "$@"
}
