/**
 * Writes dist-deb/prosody-mods_<version>_all.deb, or a file of that name into the folder that is named, and the line of
 * sha256sum beside it: the built package as one of Debian. The same version gives the same bytes.
 */
import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {sha256Of} from '../src/digest.ts'
import {dayOf} from './release/changelog.ts'
import {contentsOf, type Contents} from './deb/contents.ts'
import {
  controlFile,
  debianChangelog,
  debianVersion,
  maintainerScripts,
  sumsFile,
  type About,
} from './deb/control.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const [folder = join(root, 'dist-deb')] = process.argv.slice(2)
const {version, homepage} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  homepage: string
}
const about: About = {
  version: debianVersion(version),
  homepage: homepage.replace(/#.*/, ''),
  epoch: epochOf(),
}
const name = `prosody-mods_${about.version}_all.deb`
const path = resolve(folder, name)
mkdirSync(folder, {recursive: true})
const work = mkdtempSync(join(tmpdir(), 'prosody-mods-deb-'))
try {
  stage(contentsOf(root, debianChangelog(about)))
  run('dpkg-deb', '--build', '--root-owner-group', '-Zxz', '--threads-max=1', work, path)
} finally {
  rmSync(work, {recursive: true, force: true})
}
const sum = `${sha256Of(readFileSync(path))}  ${name}\n`
writeFileSync(`${path}.sha256`, sum)
process.stdout.write(sum)

/** Puts all into the work folder, with the modes and times that the package shall have. */
function stage(contents: Contents): void {
  for (const [file, {bytes, isProgram}] of contents.files) write(file, bytes, isProgram ? 0o755 : 0o644)
  for (const [link, target] of contents.links) {
    mkdirSync(dirname(join(work, link)), {recursive: true})
    symlinkSync(target, join(work, link))
  }
  write('DEBIAN/control', controlFile(about, contents), 0o644)
  write('DEBIAN/md5sums', sumsFile(contents), 0o644)
  for (const [script, text] of Object.entries(maintainerScripts)) write(`DEBIAN/${script}`, text, 0o755)
  for (const entry of readdirSync(work, {recursive: true, withFileTypes: true})) {
    const place = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(place, 0o755)
    lutimesSync(place, about.epoch, about.epoch)
  }
  chmodSync(work, 0o755)
  lutimesSync(work, about.epoch, about.epoch)
}

function write(file: string, content: Buffer | string, mode: number): void {
  const place = join(work, file)
  mkdirSync(dirname(place), {recursive: true})
  writeFileSync(place, content)
  // whatever the umask
  chmodSync(place, mode)
}

/**
 * The day that the changelog gives this version, so that what a release makes and what its tag makes are the same, or what
 * SOURCE_DATE_EPOCH says (https://reproducible-builds.org/specs/source-date-epoch/).
 */
function epochOf(): number {
  const day = dayOf(version, readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))
  const said = process.env['SOURCE_DATE_EPOCH'] ?? (day === undefined ? '' : String(Date.parse(day) / 1000))
  if (!/^\d+$/.test(said))
    throw new Error(`SOURCE_DATE_EPOCH: expected seconds since 1970, got ${JSON.stringify(said)}`)
  return Number(said)
}

function run(file: string, ...args: readonly string[]): void {
  const env = {...process.env, SOURCE_DATE_EPOCH: String(about.epoch)}
  const {error, status, stderr} = spawnSync(file, args, {encoding: 'utf8', env})
  if (error !== undefined || status !== 0) throw new Error(`${file}: ${error?.message ?? stderr}`)
}
