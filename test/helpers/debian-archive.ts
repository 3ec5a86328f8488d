import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {startNginx, type StaticServer} from './nginx.ts'
import {mustRun} from './program.ts'

/** An OpenPGP key with a keyring of its own, made by the real GnuPG. */
export interface SigningKey {
  /** Its public half. */
  readonly armored: string
  readonly binary: Buffer
  /** 40 capital hex digits. */
  readonly fingerprint: string
  /** `data` and `inline` as gpg writes them. */
  clearsign(data: string): Promise<string>
  detached(data: string, armored: boolean): Promise<Buffer>
  remove(): Promise<void>
}

/** @param day YYYYMMDD: then the key was made, for 30 days, and then it signs, whatever the date is */
export async function newSigningKey(name = 'archive', day?: string): Promise<SigningKey> {
  const home = await mkdtemp(join(tmpdir(), 'pm-gpg-'))
  const clock = day === undefined ? [] : ['--faked-system-time', `${day}T000000!`]
  const gpg = (...args: readonly string[]): Promise<string> =>
    mustRun([
      'gpg',
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      ...clock,
      ...args,
    ])
  await gpg(
    '--passphrase',
    '',
    '--quick-generate-key',
    `${name} <${name}@localhost>`,
    'rsa3072',
    'sign',
    day === undefined ? '1y' : '30d',
  )
  const input = join(home, 'input')
  const output = join(home, 'output')
  async function signed(data: string, ...how: readonly string[]): Promise<Buffer> {
    await writeFile(input, data)
    await rm(output, {force: true})
    await gpg('--output', output, ...how, input)
    return readFile(output)
  }
  await gpg('--output', join(home, 'public.gpg'), '--export')
  return {
    armored: await gpg('--armor', '--export'),
    binary: await readFile(join(home, 'public.gpg')),
    fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(await gpg('--with-colons', '--list-keys'))?.[1] ?? '',
    clearsign: async (data) => (await signed(data, '--clearsign')).toString('utf8'),
    detached: (data, armored) => signed(data, ...(armored ? ['--armor'] : []), '--detach-sign'),
    async remove() {
      await mustRun(['gpgconf', '--homedir', home, '--kill', 'all'])
      await rm(home, {recursive: true, force: true})
    },
  }
}

export interface ArchiveOptions {
  /** `stable/` makes a flat archive. */
  readonly suite?: string
  /** Endings of the Packages files that there are. */
  readonly endings?: readonly ('' | '.gz' | '.xz' | '.zst')[]
  readonly byHash?: boolean
  /** Fields of the Release file in place of those that apt-ftparchive writes; undefined leaves one out. */
  readonly fields?: Readonly<Record<string, string | undefined>>
}

/** An archive of Debian packages on loopback: packages by dpkg-deb, indexes by apt-ftparchive, signatures by gpg. */
export interface DebianArchive {
  readonly server: StaticServer
  readonly key: SigningKey
  /** Folder of the suite, with a slash at the end: `dists/trixie/`. */
  readonly suiteFolder: string
  /** Adds a package of these files (path in it → text); gives its path in the archive. */
  add(deb: {
    readonly package: string
    readonly version: string
    readonly files: Readonly<Record<string, string>>
    readonly compression?: 'gzip' | 'xz' | 'zstd'
  }): Promise<string>
  /** Writes the indexes anew and signs them. */
  publish(options?: ArchiveOptions): Promise<void>
  /** Changes one file; undefined removes it. */
  readonly change: (path: string, edit: (bytes: Buffer) => Buffer | string | undefined) => Promise<void>
  close(): Promise<void>
}

export async function startDebianArchive(defaults: ArchiveOptions = {}): Promise<DebianArchive> {
  const server = await startNginx()
  const key = await newSigningKey()
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-archive-'))
  const {suite = 'trixie'} = defaults
  const isFlat = suite.endsWith('/')
  const suiteFolder = isFlat ? suite : `dists/${suite}/`
  const pool = isFlat ? suite : 'pool/main/o/own/'
  const indexFolder = isFlat ? suite : `${suiteFolder}main/binary-amd64/`
  const at = (path: string): string => join(server.folder, path)
  const inArchive = (command: string): Promise<string> =>
    mustRun(['sh', '-ec', `cd "$1"; ${command}`, 'sh', server.folder])
  return {
    server,
    key,
    suiteFolder,
    async add({package: name, version, files, compression = 'xz'}) {
      const tree = join(work, 'tree')
      await rm(tree, {recursive: true, force: true})
      for (const [path, text] of Object.entries({...files, 'DEBIAN/control': control(name, version)})) {
        await mkdir(dirname(join(tree, path)), {recursive: true})
        await writeFile(join(tree, path), text)
      }
      const path = `${pool}${name}_${version.replace(/^\d+:/, '')}_all.deb`
      await mkdir(dirname(at(path)), {recursive: true})
      await mustRun(['dpkg-deb', `-Z${compression}`, '--root-owner-group', '--build', tree, at(path)])
      return path
    },
    async publish(options = {}) {
      const {endings = ['.xz', '.gz'], byHash = false, fields = {}} = {...defaults, ...options}
      if (!isFlat) await rm(at(indexFolder), {recursive: true, force: true})
      await mkdir(at(indexFolder), {recursive: true})
      await inArchive(`apt-ftparchive packages ${isFlat ? suite : 'pool'} > ${work}/Packages`)
      await inArchive(`rm -f ${indexFolder}Packages* ${suiteFolder}InRelease ${suiteFolder}Release*`)
      const packers = {'': 'cat', '.gz': 'gzip -nc', '.xz': 'xz -c', '.zst': 'zstd -qc'}
      for (const ending of endings)
        await inArchive(`${packers[ending]} < ${work}/Packages > ${indexFolder}Packages${ending}`)
      const listed = await inArchive(`cd ${suiteFolder}; apt-ftparchive release .`)
      const names = {
        Origin: 'Own',
        Suite: suite,
        Codename: suite,
        ...(byHash ? {'Acquire-By-Hash': 'yes'} : {}),
      }
      const release = withFields(listed, {...names, ...fields})
      await writeFile(at(`${suiteFolder}Release`), release)
      await writeFile(at(`${suiteFolder}InRelease`), await key.clearsign(release))
      if (!byHash) return
      for (const ending of endings) {
        const name = `Packages${ending}`
        await inArchive(`cd ${indexFolder}; mkdir -p by-hash/SHA256
          mv ${name} by-hash/SHA256/$(sha256sum < ${name} | cut -c 1-64)`)
      }
    },
    change: async (path, edit) => {
      const after = edit(await readFile(at(path)).catch(() => Buffer.alloc(0)))
      await (after === undefined ? rm(at(path)) : writeFile(at(path), after))
    },
    async close() {
      await server.stop()
      await key.remove()
      await rm(work, {recursive: true, force: true})
    },
  }
}

function control(name: string, version: string): string {
  const fields = {
    Package: name,
    Version: version,
    Architecture: 'all',
    Maintainer: 'nobody <nobody@localhost>',
  }
  return withFields('Description: modules\n', fields)
}

/** The fields, before the text without its own of those names. */
function withFields(text: string, fields: Readonly<Record<string, string | undefined>>): string {
  const names = Object.keys(fields).map((name) => `${name.toLowerCase()}:`)
  const rest = text.split('\n').filter((line) => !names.some((name) => line.toLowerCase().startsWith(name)))
  const own = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  )
  return [...own, ...rest].join('\n')
}
