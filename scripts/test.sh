#!/usr/bin/env bash
# Everything that CI checks, on Debian 12 or 13 with Node.js 20.19 or later, as root or with sudo: installs the
# Debian packages that the tests drive, builds, checks and tests. Ends with the line "N passed, N failed", where a
# check that fails (types, lint, format, unused code) counts as one failed test, and a non-zero exit code when
# anything failed.
# `scripts/test.sh unit` is a short first step: fewer packages, the build and the unit tests alone.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# The programs that tests start; netavark because Debian 13's buildah does nothing without it, libatomic1 because
# Node.js 26 loads it.
unit_packages=(git lua-argparse lua-check lua-filesystem lua5.1 lua5.4 openssl prosody xz-utils zstd)
packages=("${unit_packages[@]}" apt-utils bash-completion buildah debian-archive-keyring debootstrap fish gnupg iproute2
  libatomic1 lintian man-db mercurial netavark nginx-light patch postgresql pre-commit shellcheck zsh)

part=${1:-all}
case $part in
  all) folders=() ;;
  unit) folders=(test/unit) packages=("${unit_packages[@]}") ;;
  *) echo "usage: scripts/test.sh [unit]" >&2; exit 2 ;;
esac

work=$(mktemp --directory --tmpdir prosody-mods-test.XXXXXX)
trap 'rm -rf "$work"' EXIT
failed_checks=0

main() {
  install_packages || { echo 'The Debian packages could not be installed.' >&2; summary; }
  run npm ci --no-audit --no-fund || summary
  check npm run build
  [[ $part == unit ]] || checks
  # the tests start Prosody as its own user, mount and build images
  step "vitest run ${folders[*]}"
  as_root npx vitest run "${folders[@]}" --reporter=default --reporter=./test/helpers/progress-reporter.ts \
    --reporter=json --outputFile.json="$work/vitest.json"
  vitest_status=$?
  own_again
  summary
}

checks() {
  check npx tsc -p tsconfig.json
  check npx eslint .
  check npx prettier --check .
  check npx knip
  # 300 MB and the registry of npm: only where it is asked for
  [[ ${PROSODY_MODS_RENOVATE:-} != 1 ]] || check scripts/try-renovate.sh
}

# Only what is missing, so a second run needs no network for it. No service is started.
install_packages() {
  local missing=() name
  for name in "${packages[@]}"; do
    [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  step "installing ${missing[*]}"
  local policy=/usr/sbin/policy-rc.d status=0 made=
  if [[ ! -e $policy ]]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy"
  fi
  as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}" || status=$?
  [[ -z $made ]] || as_root rm "$policy"
  return "$status"
}

run() {
  step "$*"
  "$@" || { failed_checks=$((failed_checks + 1)); return 1; }
}

check() {
  run "$@" || true
}

as_root() {
  if ((EUID)); then
    # npm asks the user's registry as root, too
    sudo env PATH="$PATH:/usr/sbin:/sbin" npm_config_registry="$(npm config get registry)" \
      npm_config_userconfig="$(npm config get userconfig)" \
      ${PROSODY_MODS_TEST_CACHE:+"PROSODY_MODS_TEST_CACHE=$PROSODY_MODS_TEST_CACHE"} "$@"
  else
    "$@"
  fi
}

# What vitest, run by sudo, left in node_modules must not stop the user's next npm ci.
own_again() {
  ((EUID == 0)) || as_root chown --recursive "$(id -u):$(id -g)" node_modules
}

# Prints the last line and ends the script. Tests that were skipped, and files that did not load, are failures.
summary() {
  local counts passed=0 failed=$failed_checks
  if [[ -e $work/vitest.json ]]; then
    counts=$(node --input-type=module - "$work/vitest.json" <<'JS'
import {readFileSync} from 'node:fs'
const {testResults} = JSON.parse(readFileSync(process.argv[2], 'utf8'))
let passed = 0
let failed = 0
for (const file of testResults) {
  const good = file.assertionResults.filter((test) => test.status === 'passed').length
  const bad = file.assertionResults.length - good
  passed += good
  failed += file.status === 'failed' && bad === 0 ? 1 : bad
}
console.log(passed, failed)
JS
    )
    passed=${counts% *}
    failed=$((failed + ${counts#* }))
  elif [[ -n ${vitest_status:-} ]]; then
    failed=$((failed + 1))
  fi
  # an error outside of any test
  if ((failed == 0 && ${vitest_status:-1} != 0)); then failed=1; fi
  echo
  echo "$passed passed, $failed failed"
  rm -rf "$work"
  if ((failed)); then exit 1; fi
  exit 0
}

step() {
  printf '\n== %s\n' "$*"
}

main </dev/null
