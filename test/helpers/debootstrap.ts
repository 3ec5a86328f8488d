import {createHash} from 'node:crypto'
import {copyFile, lstat, mkdir, mkdtemp, rename, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {mustRun} from './program.ts'

/**
 * Where root file systems go: Debian 13 mounts /tmp from memory and without devices, and debootstrap refuses that.
 */
export const largeTemporary = '/var/tmp'

const certificates = 'etc/ssl/certs/ca-certificates.crt'

/**
 * A tar file of a minimal Debian system of `suite`, made with debootstrap from the mirror that the machine's apt
 * uses, or taken from the cache folder ($PROSODY_MODS_TEST_CACHE, else one in `largeTemporary`).
 */
export async function debianSystem(suite: string): Promise<string> {
  const settings = await aptSettings()
  const mirrors = await debianMirrors()
  const architecture = (await mustRun(['dpkg', '--print-architecture'])).trim()
  const key = createHash('sha256')
    .update(JSON.stringify([suite, architecture, settings, mirrors]))
    .digest('hex')
  const cache = await cacheFolder()
  const file = join(cache, `debian-${suite}-${key.slice(0, 16)}.tar`)
  if (await isFile(file)) return file
  const work = await mkdtemp(join(cache, 'new-'))
  try {
    const root = join(work, 'root')
    await bootstrap(suite, root, mirrors)
    await writeFile(join(root, 'etc/apt/apt.conf.d/90machine'), settings)
    await mustRun(['tar', '-C', root, '-cf', join(work, 'system.tar'), '--exclude=./var/cache/apt/*', '.'])
    await rename(join(work, 'system.tar'), file)
  } finally {
    await rm(work, {recursive: true, force: true})
  }
  return file
}

/** Tries the mirrors in turn; the report of each that failed is in the error. */
async function bootstrap(suite: string, root: string, mirrors: readonly string[]): Promise<void> {
  const reports: unknown[] = []
  for (const mirror of mirrors) {
    const tls = mirror.startsWith('https:')
    const include = tls ? ['--include=ca-certificates'] : []
    await rm(root, {recursive: true, force: true})
    try {
      await mustRun(['debootstrap', '--variant=minbase', ...include, suite, root, mirror], {timeout: 900_000})
      // a mirror with a certificate of the machine's own authority
      if (tls) await copyFile(join('/', certificates), join(root, certificates))
      return
    } catch (error) {
      reports.push(error)
    }
  }
  throw new AggregateError(
    reports,
    `debootstrap made no ${suite} from ${mirrors.join(', ')}:\n${reports.join('\n')}`,
  )
}

/** Base URLs of the mirrors of the running suite. Needs no package lists, so it works in a fresh container. */
async function debianMirrors(): Promise<readonly string[]> {
  const codename = (await mustRun(['sh', '-ec', '. /etc/os-release; echo "$VERSION_CODENAME"'])).trim()
  const printed = await mustRun(['apt-get', 'update', '--print-uris'])
  const found = new Set<string>()
  for (const [, base = '', suite] of printed.matchAll(/^'(.+?)\/dists\/([^/']+)\/InRelease'/gm)) {
    if (suite === codename) found.add(base)
  }
  if (found.size === 0)
    throw new Error(`apt's configuration names no mirror of ${codename}; it has:\n${printed}`)
  return [...found]
}

/** Proxies and the like of the machine's apt, as text of a configuration file. */
async function aptSettings(): Promise<string> {
  const all = await mustRun(['apt-config', 'dump'])
  return (
    all
      .split('\n')
      .filter((line) => /^Acquire::(https?|Retries)\b.* "./.test(line))
      .join('\n') + '\n'
  )
}

/** Files in it are run as root later on: a folder that somebody else has made is refused. */
async function cacheFolder(): Promise<string> {
  const folder = process.env['PROSODY_MODS_TEST_CACHE'] ?? join(largeTemporary, 'prosody-mods-test-cache')
  await mkdir(folder, {recursive: true, mode: 0o700})
  const {uid} = await lstat(folder)
  if (uid !== process.getuid?.())
    throw new Error(`${folder} belongs to user ${uid}; set PROSODY_MODS_TEST_CACHE`)
  return folder
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
