import {hash} from 'node:crypto'
import {cp, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {mustRun} from '../test/helpers/program.ts'
import {openJitsi, pluginFolder, type JitsiCorpus, type JitsiTree} from './jitsi-corpus.ts'
import {printRace, printTable} from './print.ts'
import {race, type Contestant} from './race.ts'
import {withJitsiServer, type JitsiServer} from './jitsi-server.ts'
import type {Counts} from './server.ts'
import {holdsAll, runQuietly, type Workspace} from './workspace.ts'

const names = {
  gzip: 'cold, single files gzipped',
  plain: 'cold, from a server without gzip',
  github: "cold, headers as GitHub's",
  move: 'from the release before',
  unknown: 'a release that no registry knows',
  curl: 'curl | tar of the tarball',
}

const budgets: Readonly<Record<string, string>> = {
  [names.gzip]: 'at most 1.6× of the files gzipped',
  [names.github]: 'at most 1.6× of the files gzipped',
  [names.move]: 'only the files that differ',
  [names.unknown]: 'the tarball once',
}

interface Stage {
  readonly workspace: Workspace
  readonly server: JitsiServer
  readonly corpus: JitsiCorpus
  /** Contestant → what its last run sent and received. */
  readonly traffic: Map<string, Counts>
}

/** A release that no registry knows: the tag leads to the newer tree under a commit of its own. */
const unknown = {version: '20001', commit: '20001'.repeat(8)}

/**
 * What a whole Jitsi tree costs in bytes and time, from nothing, from the release before, and as a release that no
 * registry knows, against the tarball that a Dockerfile takes. JITSI_GIT names a git directory with the real trees.
 */
export async function jitsi(workspace: Workspace, rounds: number): Promise<void> {
  const corpus = await openJitsi(workspace, process.env['JITSI_GIT'])
  try {
    await withJitsiServer((server) => compare({workspace, server, corpus, traffic: new Map()}, rounds))
  } finally {
    await corpus.remove()
  }
}

async function compare(stage: Stage, rounds: number): Promise<void> {
  const {corpus, traffic} = stage
  serve(stage)
  await installOlder(stage)
  const [gzip, plain, verbose, move, first, curl] = await race(
    [
      cold('gzip', stage),
      cold('plain', stage),
      cold('github', stage),
      moving(stage),
      firstUse(stage),
      curlAndTar(stage),
    ],
    rounds,
  )
  if (!gzip || !plain || !verbose || !move || !first || !curl) return
  const series = [gzip, plain, verbose, move, first, curl]
  printRace(
    series,
    series.slice(0, -1).map((under) => ({over: curl, under, budget: ''})),
  )
  printTraffic(corpus, traffic)
}

function printTraffic({origin, older, newer}: JitsiCorpus, traffic: ReadonlyMap<string, Counts>): void {
  const all = [...newer.files.values()]
  const changed = [...newer.files].filter(([path, bytes]) => older.files.get(path)?.equals(bytes) !== true)
  const gzipped = sum(all.map((bytes) => gzipSync(bytes).length))
  process.stdout.write(`${origin}\n`)
  process.stdout.write(
    `${all.length} files of ${sum(all.map(({length}) => length))} bytes, ${gzipped} gzipped one by one; ${changed.length} files differ, ${sum(changed.map(([, bytes]) => gzipSync(bytes).length))} gzipped; the tarball has ${newer.tarballBytes}\n\n`,
  )
  printTable(
    ['traffic, headers included', 'requests', 'bytes', '÷ files gzipped', '÷ tarball', 'budget'],
    [...traffic].map(([name, {requests, bytes}]) => [
      name,
      String(requests),
      String(bytes),
      `${(bytes / gzipped).toFixed(2)}×`,
      `${(bytes / newer.tarballBytes).toFixed(3)}×`,
      budgets[name] ?? '',
    ]),
  )
}

/** The same files under three bases, which differ in how they are sent, and the tarballs. */
function serve({server, corpus}: Stage): void {
  for (const tree of [corpus.older, corpus.newer]) {
    for (const [path, plain] of tree.files) {
      const at = `jitsi/jitsi-meet/${tree.revision}/${pluginFolder}/${path}`
      const gzip = gzipSync(plain)
      server.files.set(`/plain/${at}`, plain)
      server.files.set(`/gzip/${at}`, {plain, gzip, headers: {}})
      server.files.set(`/github/${at}`, {plain, gzip, headers: githubHeaders})
    }
    server.files.set(`/web/jitsi/jitsi-meet/archive/${tree.revision}.tar.gz`, {file: tree.tarball})
  }
  server.files.set(`/web/jitsi/jitsi-meet/archive/${unknown.commit}.tar.gz`, {file: corpus.newer.tarball})
  const line = `${unknown.commit} refs/tags/stable/jitsi-meet_${unknown.version}\n`
  const length = (line.length + 4).toString(16).padStart(4, '0')
  server.files.set('/web/jitsi/jitsi-meet.git/git-upload-pack', Buffer.from(`${length}${line}0000`))
}

/** The fields and lengths of what raw.githubusercontent.com sends, from memory; their bytes count. */
const githubHeaders = {
  'cache-control': 'max-age=300',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  etag: `W/"${'0'.repeat(64)}"`,
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'deny',
  'x-xss-protection': '1; mode=block',
  'x-github-request-id': '0000:000000:0000000:0000000:00000000',
  'accept-ranges': 'bytes',
  via: '1.1 varnish',
  'x-served-by': 'cache-fra-eddf8230000-FRA',
  'x-cache': 'HIT',
  'x-cache-hits': '0',
  'x-timer': 'S1700000000.000000,VS0,VE1',
  vary: 'Authorization,Accept-Encoding',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-fastly-request-id': '0'.repeat(40),
  expires: 'Sun, 22 Nov 2026 10:00:00 GMT',
  'source-age': '0',
}

function cold(base: 'gzip' | 'plain' | 'github', stage: Stage): Contestant {
  const places = placesOf(stage)
  const {version} = stage.corpus.newer
  return ours({name: names[base], version, prepare: () => emptyProject(places, stage, base)}, stage)
}

function moving(stage: Stage): Contestant {
  const {project, store} = placesOf(stage)
  const {version} = stage.corpus.newer
  const prepare = async (): Promise<void> => {
    for (const folder of [project, store]) {
      await rm(folder, {recursive: true, force: true})
      await cp(`${folder}-older`, folder, {recursive: true})
    }
  }
  return ours({name: names.move, version, prepare}, stage)
}

function firstUse(stage: Stage): Contestant {
  const places = placesOf(stage)
  const {version} = unknown
  return ours({name: names.unknown, version, prepare: () => emptyProject(places, stage, 'gzip')}, stage)
}

interface Run {
  readonly name: string
  readonly version: string
  readonly prepare: () => Promise<void>
}

/** Adds the whole tree of a version; whatever it is called, its files are those of the newer tree. */
function ours({name, version, prepare}: Run, stage: Stage): Contestant {
  const {project, store} = placesOf(stage)
  const {corpus, server, traffic, workspace} = stage
  const env = {...workspace.env, PROSODY_MODS_CACHE: store}
  return {
    name,
    async prepare() {
      await prepare()
      await server.takeCounts()
    },
    run: () => runQuietly([...corpus.program, 'add', `jitsi/*@${version}`, '-C', project], env),
    async check() {
      traffic.set(name, await server.takeCounts())
      await holdsAll(project, digestsOf(corpus.newer))
    },
  }
}

function curlAndTar({workspace, server, corpus, traffic}: Stage): Contestant {
  const {newer} = corpus
  const folder = join(workspace.folder, 'curl')
  const url = `${server.url}/web/jitsi/jitsi-meet/archive/${newer.revision}.tar.gz`
  const inside = `jitsi-meet-${newer.revision}/${pluginFolder}`
  const script = `curl -sSf "$1" | tar -xz -C "$2" --strip-components=3 "$3"`
  return {
    name: names.curl,
    async prepare() {
      await rm(folder, {recursive: true, force: true})
      await mkdir(folder)
      await server.takeCounts()
    },
    run: () =>
      runQuietly(['bash', '-o', 'pipefail', '-c', script, 'bash', url, folder, inside], workspace.env),
    async check() {
      traffic.set(names.curl, await server.takeCounts())
      await holdsAll(folder, digestsOf(newer))
    },
  }
}

/** Leaves a project that has the older release, and its store, to be copied. */
async function installOlder(stage: Stage): Promise<void> {
  const places = placesOf(stage)
  const {project, store} = places
  const {older} = stage.corpus
  await emptyProject(places, stage, 'gzip')
  const env = {...stage.workspace.env, PROSODY_MODS_CACHE: store}
  await mustRun([...stage.corpus.program, 'add', `jitsi/*@${older.version}`, '-C', project], {env})
  await holdsAll(project, digestsOf(older))
  for (const folder of [project, store]) await cp(folder, `${folder}-older`, {recursive: true})
}

interface Places {
  readonly project: string
  readonly store: string
}

function placesOf({workspace: {folder}}: Stage): Places {
  return {project: join(folder, 'project'), store: join(folder, 'store')}
}

async function emptyProject({project, store}: Places, {server}: Stage, base: string): Promise<void> {
  for (const folder of [project, store]) await rm(folder, {recursive: true, force: true})
  await mkdir(project)
  const mirrors = {
    'https://raw.githubusercontent.com': `${server.url}/${base}`,
    'https://github.com': `${server.url}/web`,
  }
  await writeFile(join(project, 'prosody-mods.json'), JSON.stringify({prosody: '13.0', mirrors, modules: {}}))
}

function digestsOf({files}: JitsiTree): ReadonlySet<string> {
  return new Set([...files.values()].map((bytes) => hash('sha256', bytes)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
