import {aria2c, curl, wget} from './fetch.ts'
import {decompress, dpkg, tar, unzip} from './archives.ts'
import {changeFolder, check, copy, find, install, link, makeFolders, modes, remove, rsync} from './arrange.ts'
import {filter, luarocks, other, packages, prosodyctl, users} from './packages.ts'
import {git, hg} from './repositories.ts'
import {cat, patch, perl, print, sed, tee} from './text.ts'
import {nothing, type Handler} from './handler.ts'

const idle: Handler = () => nothing

/** Programs and built-ins that are understood, by name. */
const handlers: Readonly<Record<string, Handler>> = {
  aria2c,
  bsdtar: tar,
  cat,
  cd: changeFolder,
  chdir: changeFolder,
  chgrp: modes,
  chmod: modes,
  chown: modes,
  cp: copy,
  curl,
  dpkg,
  'dpkg-deb': dpkg,
  find,
  git,
  gpg: check,
  gpgv: check,
  hg,
  install,
  ln: link,
  luarocks,
  md5sum: check,
  minisign: check,
  mkdir: makeFolders,
  mv: copy,
  patch,
  perl,
  popd: changeFolder,
  printf: print,
  prosodyctl,
  pushd: changeFolder,
  rm: remove,
  rmdir: remove,
  rsync,
  sed,
  sha1sum: check,
  sha256sum: check,
  sha512sum: check,
  shasum: check,
  tar,
  tee,
  unlink: remove,
  unzip,
  wget,
  echo: print,
  ...same(['apk', 'apt', 'apt-get', 'aptitude', 'dnf', 'microdnf', 'pacman', 'yum'], packages),
  ...same(['bunzip2', 'bzip2', 'gunzip', 'gzip', 'unxz', 'unzstd', 'xz', 'zcat', 'zstd'], decompress),
  ...same(['awk', 'cut', 'grep', 'egrep', 'head', 'jq', 'sort', 'tail', 'tr', 'uniq', 'xmllint', 'yq'], filter),
  ...same(['adduser', 'addgroup', 'groupadd', 'groupmod', 'useradd', 'usermod'], users),
  ...same(
    [
      ':',
      '[',
      '[[',
      'apt-cleanup',
      'apt-key',
      'apt-mark',
      'break',
      'continue',
      'declare',
      'exit',
      'export',
      'false',
      'let',
      'local',
      'ls',
      'readonly',
      'return',
      'set',
      'shift',
      'shopt',
      'sleep',
      'test',
      'touch',
      'trap',
      'true',
      'umask',
      'unset',
      'update-ca-certificates',
      'wait',
    ],
    idle,
  ),
}

/** Returns what follows a command; programs that are not known are judged by what they are given. */
export function handlerOf(name: string): Handler {
  const versioned = /^luarocks-\d/.test(name) ? 'luarocks' : name
  return Object.hasOwn(handlers, versioned) ? (handlers[versioned] ?? other) : other
}

function same(names: readonly string[], handler: Handler): Readonly<Record<string, Handler>> {
  return Object.fromEntries(names.map((name) => [name, handler]))
}
