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
}

check_node() {
  command -v npm >/dev/null || fail "npm is not installed; Debian has it in the package npm, other builds of Node.js bring it along"
  # shellcheck disable=SC2016 # the text is JavaScript
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: 20.19 or later is needed"
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
