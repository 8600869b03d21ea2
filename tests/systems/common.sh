# What setup and run share: where things are, and the table.
# shellcheck shell=bash disable=SC2154 # `here` is of those who source this

# What is downloaded and built lies outside of the project, so that a fresh clone need not do it again.
work=${THREADKIT_SYSTEMS:-${XDG_CACHE_HOME:-$HOME/.cache}/threadkit-systems}
table=$here/table

# Debian's Rust: its package has the source of std, from which it builds std for any target. rustup's toolchain, which
# has none, must not come first. RUSTC_BOOTSTRAP permits the options that this needs.
export PATH=/usr/bin:/bin:/usr/sbin:/sbin RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
export WINEPREFIX=$work/wine WINEDEBUG=-all

fail() { echo "$0: $*" >&2; exit 1; }

names() { awk '!/^#/ && NF { print $1 }' "$table"; }

# Puts the line of a system into the variables of its columns.
find_system() {
    # shellcheck disable=SC2034 # for those who source this
    read -r name how target linker runner packages flags < <(awk -v name="$1" '$1 == name' "$table") ||
        fail "there is no system '$1'; there are:" "$(names | xargs)"
}
