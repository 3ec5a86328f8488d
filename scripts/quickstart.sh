#!/usr/bin/env bash
# Builds prosody-mods from this checkout and does its main job with it: a new project with the real
# mod_muc_moderation, verified, in a build context.
#
#   scripts/quickstart.sh [FOLDER]     FOLDER: where the project goes, a new temporary one by default
#
# Needs Node.js 20.19 or later with npm, and a Debian mirror in apt's configuration or the internet.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

main() {
  check_node
  local project=${1:-}
  if [[ -n $project ]]; then
    mkdir -p "$project"
  else
    project=$(mktemp --directory --tmpdir prosody-mods-demo.XXXXXX)
    chmod 755 "$project"
  fi
  project=$(cd "$project" && pwd)

  cd "$checkout"
  step "npm ci"
  npm ci --no-audit --no-fund
  step "npm run build"
  npm run build

  cd "$project"
  if [[ ! -e prosody-mods.json ]]; then prosody_mods init; fi
  prosody_mods add muc_moderation
  prosody_mods list
  prosody_mods verify

  step "The build context in $project"
  find prosody-mods.json prosody-mods.lock.json conf.d prosody-modules -type f -exec sha256sum {} +
  step "conf.d/prosody-mods.cfg.lua"
  cat conf.d/prosody-mods.cfg.lua
  tell_next "$project"
}

# How to call the command from now on, and what to do with it.
tell_next() {
  local place=$HOME/.local/bin program=$checkout/bin/run.js
  ((EUID)) || place=/usr/local/bin
  step "The command"
  if [[ $(readlink -f -- "$(command -v prosody-mods)") == "$program" ]]; then
    echo "prosody-mods is this clone's."
  else
    cat <<EOF
It is $program; to have it as prosody-mods:
  mkdir -p $place && ln -sf $program $place/prosody-mods
EOF
    [[ :$PATH: == *:$place:* ]] || echo "  PATH=$place:\$PATH    # in ~/.profile, too"
  fi
  step "Next"
  cat <<EOF
  cd $1
  prosody-mods search lobby      # what else is there
  prosody-mods --help            # all commands
  $checkout/docs/guide/first-project.md
EOF
}

check_node() {
  local name missing=()
  for name in node npm; do
    command -v "$name" >/dev/null || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || fail "not installed: ${missing[*]}; Debian 13 has both, other builds of Node.js bring npm along:
  apt-get install --no-install-recommends nodejs npm"
  # shellcheck disable=SC2016 # the text is JavaScript
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 3) || (a == 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: 20.19 or later is needed, of 22 at least 22.3"
}

prosody_mods() {
  step "prosody-mods $*"
  node "$checkout/bin/run.js" "$@"
}

step() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@" </dev/null
