import {systemCode} from '../../errors.ts'
import {runProgram} from '../../run-program.ts'

/** Suites that Debian itself publishes; third-party archives use the same code names under other paths. */
const debianSuite =
  /^(?:bullseye|bookworm|trixie|forky|duke|sid|stable|oldstable|oldoldstable|testing|unstable)(?:-(?:updates|backports|proposed-updates))?$/

/** Mirrors of Debian's archive, or why none is known. */
export interface Mirrors {
  /** The base URLs without a trailing slash: http://host/debian. */
  readonly urls: readonly string[]
  /** Why there are no mirrors. */
  readonly reason: string
}

/**
 * Finds the Debian mirrors of this machine's apt configuration. `apt-get indextargets` lists what an update has
 * downloaded; with empty lists it prints nothing, and there `apt-get update --print-uris` names the InRelease files
 * without downloading them (apt-get(8)).
 */
export async function aptMirrors(): Promise<Mirrors> {
  try {
    const listed = mirrorsOf(await apt(['indextargets', '--format', '$(REPO_URI) $(RELEASE)']))
    if (listed.length > 0) return {urls: listed, reason: ''}
    const configured = mirrorsOf(releaseFiles(await apt(['update', '--print-uris'])))
    return {
      urls: configured,
      reason: "apt's configuration on this machine names no Debian mirror over http(s)",
    }
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT'
    return {
      urls: [],
      reason: missing ? 'no apt-get on this machine, and no mirror is configured' : 'apt-get gave no answer',
    }
  }
}

function apt(args: readonly string[]): Promise<string> {
  return runProgram('apt-get', args, {timeout: 20_000, env: {...process.env, LC_ALL: 'C'}})
}

/** `'http://host/debian/dists/trixie/InRelease' file 0` → `http://host/debian trixie` */
function releaseFiles(text: string): string {
  return text
    .split('\n')
    .map((line) => /^'([^']+)\/dists\/([^']+)\/(?:In)?Release'/.exec(line))
    .map((match) => (match ? `${match[1] ?? ''} ${match[2] ?? ''}` : ''))
    .join('\n')
}

/** Apt's own credentials stay with apt. */
function plainUrl(uri: string): string {
  return uri.replace(/^(https?:\/\/)[^/]*@/, '$1').replace(/\/+$/, '')
}

function mirrorsOf(lines: string): string[] {
  const bases = new Set<string>()
  for (const line of lines.split('\n')) {
    const [uri = '', suite = ''] = line.trim().split(' ')
    if (/^https?:\/\//.test(uri) && debianSuite.test(suite)) bases.add(plainUrl(uri))
  }
  // A repository whose path ends in /debian is the archive itself; others may merely share its suites' names.
  return [...bases].sort((a, b) => Number(b.endsWith('/debian')) - Number(a.endsWith('/debian')))
}
