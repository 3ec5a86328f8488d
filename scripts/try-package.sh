#!/usr/bin/env bash
# Installs a packed prosody-mods into an empty prefix, or puts its single file there, and does its main job with it, as a
# user would: a new project with the real mod_muc_moderation, written once more without a network, verified and linted.
# Whatever goes to standard error, a warning of Node.js among it, is a failure.
#
#   scripts/try-package.sh PACKAGE.tgz|PROGRAM.mjs [NODE]     NODE: the Node.js program that runs it, by default the one
#                                                             in PATH
#
# Needs npm, and a Debian mirror in apt's configuration or the internet.
set -euo pipefail

work=$(mktemp --directory --tmpdir prosody-mods-package.XXXXXX)
trap 'rm -rf "$work"' EXIT

main() {
  (($# == 1 || $# == 2)) || fail 'usage: scripts/try-package.sh PACKAGE.tgz|PROGRAM.mjs [NODE]'
  local package node
  package=$(realpath -- "$1")
  node=$(realpath -- "${2:-$(command -v node)}")

  mkdir "$work/prefix" "$work/bin" "$work/project"
  # in the empty folder, where no .npmrc of a project counts
  cd "$work/project"
  if [[ $package == *.mjs ]]; then
    step "install ${package##*/}"
    install -D --mode 755 "$package" "$work/prefix/bin/prosody-mods"
  else
    step "npm install --global ${package##*/}"
    npm install --global --prefix "$work/prefix" --offline --no-audit --no-fund "$package"
  fi
  # the program begins with `#!/usr/bin/env node`
  ln -s "$node" "$work/bin/node"
  export PATH="$work/bin:$work/prefix/bin:$PATH"
  export PROSODY_MODS_CACHE=$work/cache PROSODY_MODS_STATE=$work/state PROSODY_MODS_CONFIG=$work/config

  prosody_mods --version
  grep --quiet --fixed-strings "node-$("$node" --version)" "$work/stdout" || fail "expected Node.js $("$node" --version)"
  prosody_mods --help
  prosody_mods init
  prosody_mods add muc_moderation
  sha256sum prosody-modules/*/*/*.lua conf.d/*.lua >"$work/written"
  rm -r prosody-modules conf.d
  prosody_mods install --frozen --offline
  sha256sum --check "$work/written"
  prosody_mods verify
  prosody_mods lint
  prosody_mods lint --max-warnings 1000 prosody-modules
  prosody_mods check
  prosody_mods list
}

prosody_mods() {
  local status=0
  step "prosody-mods $*"
  prosody-mods "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
  cat "$work/stdout"
  cat "$work/stderr" >&2
  ((status == 0)) || fail "prosody-mods $*: exit code $status"
  [[ ! -s $work/stderr ]] || fail "prosody-mods $*: expected nothing on standard error"
}

step() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@" </dev/null
