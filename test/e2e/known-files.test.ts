import {cp, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {analysisVersion} from '../../src/workbench/known-file.ts'
import {factTargets} from '../../tools/registry/facts/analyse.ts'
import {Found, readInputs} from '../../tools/registry/facts/inputs.ts'
import {knownPathsOf} from '../../tools/registry/facts/known-paths.ts'
import {lineOf} from '../../tools/registry/facts/make-facts.ts'
import {factsBytes} from '../../tools/registry/facts/write-facts.ts'
import {file} from '../helpers/answers.ts'
import {cliPath, newSandbox, readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {cachedDeb, knownDeb, type KnownDeb} from '../helpers/debs.ts'
import {writeManifest} from '../helpers/network.ts'
import {copyForEverybody, type PackageCopy} from '../helpers/package-copy.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

const day = '2026.7.23'
const days = ['2023.2.23', '2025.4.2', day]
/** With libraries, with pages, with findings of their own, with needs. */
const modules = ['rest', 'http_oauth2', 'firewall', 'invites_page', 'pubsub_feeds', 'vjud', 'admin_web']
const specs = modules.map((name) => `community/${name}@${day}`)

let deb: KnownDeb
let server: TestServer
/** The package without a parser of Lua: whoever reads a file there fails. */
let parserless: PackageCopy
/** The package without facts. */
let factless: PackageCopy
/** Its store has the files of all packages. */
let filled: Sandbox

beforeAll(async () => {
  server = await startServer()
  for (const version of days) {
    deb = await knownDeb(version)
    server.on(deb.target, file(deb.bytes))
  }
  parserless = await copyForEverybody()
  await rm(join(parserless.folder, 'dist/node_modules/luaparse'), {recursive: true})
  factless = await copyForEverybody()
  await rm(join(factless.folder, 'registry/facts'), {recursive: true})
  filled = await filledStore()
})

afterAll(async () => {
  await filled.remove()
  await server.close()
  await parserless.remove()
  await factless.remove()
})

type Outputs = readonly (readonly [string, CliOutput])[]

async function runEach(sandbox: Sandbox, commands: readonly (readonly string[])[]): Promise<Outputs> {
  const outputs: (readonly [string, CliOutput])[] = []
  for (const args of commands) outputs.push([args.join(' '), await sandbox.cli(args)])
  return outputs
}

const adding = [
  ['add', ...specs.slice(0, -1)],
  ['add', specs.at(-1) ?? '', '--json'],
]

/** Every command that asks something of known modules. */
const asking = [[], ['--json']].flatMap((format) =>
  [
    ['add', `community/register_apps@${day}`, '--dry-run'],
    ['deps'],
    ['tree'],
    ['why', 'community/http_oauth2'],
    ['check'],
    ['outdated', '--offline'],
    ['update', '--offline'],
    ['info', `community/rest@${day}`],
    ['options', 'community/rest', 'community/firewall'],
    ['bump', 'community/firewall@2025.4.2', '--allow-downgrade', '--dry-run', '--offline'],
    ['diff', 'community/firewall@2025.4.2', `community/firewall@${day}`],
    ['install', '--frozen'],
    ['lint', 'community/register_apps'],
  ].map((args) => [...args, ...format]),
)

/** What is there after all of them, and what they said. */
async function runAll(sandbox: Sandbox): Promise<Outputs> {
  const said = await runEach(sandbox, [...adding, ...asking])
  await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
  const context = await runEach(sandbox, [['install', '--offline']])
  await rm(join(sandbox.project, 'prosody-mods.lock.json'))
  return [...said, ...context, ...(await runEach(sandbox, [['install', '--offline', '--json']]))]
}

async function inSandbox<T>(
  program: string,
  manifest: object,
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await newSandbox(program)
  try {
    await writeManifest(sandbox, {
      prosody: '13.0',
      image: {debian: 'trixie'},
      mirrors: {debian: server.url, 'https://hg.prosody.im': server.url},
      ...manifest,
    })
    return await work(sandbox)
  } finally {
    await sandbox.remove()
  }
}

/** What a dry run has looked into: of files that are known, nothing. */
const looked = /^took \d+ files? from the store\n|^ {4}"stored": \d+,?\n/gm

/** Of releases whose files the store lacks, only facts can tell which works; that is said in place of any other hint. */
const working = 'community/[^ ]+ is the newest known release that works here'
const cameWith = 'it came with Prosody 13\\.0'

function withoutHelp(text: string): string {
  const ofError = '"severity": "error",(?:\\n +"(?!hint)[^\\n]*)*\\n +"hint": '
  return text
    .replace(new RegExp(`^ +${working}\\n`, 'gm'), '')
    .replace(new RegExp(`^( +error: .*\\n) +${cameWith}\\n`, 'gm'), '$1')
    .replaceAll(new RegExp(`(${ofError})"(?:${working}|${cameWith})"`, 'g'), '$1null')
}

/** What commands said, without the folders that differ from run to run. */
function said(outputs: Outputs, folders: readonly string[]): object[] {
  const plain = (text: string): string =>
    folders.reduce((rest, folder) => rest.replaceAll(folder, '<folder>'), withoutHelp(text))
  return outputs.map(([command, {code, stdout, stderr}]) => ({
    command,
    code,
    stdout: plain(command.includes('--dry-run') ? stdout.replace(looked, '') : stdout),
    stderr: plain(stderr),
  }))
}

/** With all that the registry knows of in the store, so that nobody knows more than the other. */
async function record(program: string, folder: string, manifest: object): Promise<object> {
  return inSandbox(program, manifest, async (sandbox) => {
    await cp(filled.store, sandbox.store, {recursive: true})
    const outputs = await runAll(sandbox)
    return {
      outputs: said(outputs, [sandbox.project, sandbox.store, folder]),
      project: await readTree(sandbox.project),
    }
  })
}

/** Lists those of the modules that a release has. */
function inRelease(version: string): string[] {
  const release = embeddedRegistry()
    .releases('community')
    .releases.find((one) => one.version === version)
  const folders = new Set(Object.keys(release?.files ?? {}).map((path) => path.split('/')[0]))
  return [...modules, 'register_apps', 'sasl2_bind2', 'sasl2']
    .filter((name) => folders.has(`mod_${name}`))
    .map((name) => `community/${name}@${version}`)
}

/** Fills a store with the files of the packages. */
async function filledStore(): Promise<Sandbox> {
  const sandbox = await newSandbox(factless.program)
  const mirrors = {debian: server.url, 'https://hg.prosody.im': server.url}
  await writeManifest(sandbox, {prosody: '13.0', image: {debian: 'trixie'}, mirrors, lint: {policy: 'warn'}})
  for (const version of days) {
    const {code, stderr} = await sandbox.cli(['add', ...inRelease(version), '--dry-run'])
    expect(code, stderr).toBe(0)
  }
  await rm(join(sandbox.store, 'v1/facts'), {recursive: true, force: true})
  return sandbox
}

describe('what the registry knows of files', () => {
  it('is what the analysis says of every file of a package of Debian', async () => {
    const registry = embeddedRegistry()
    const table = registry.releases('community')
    const release = table.releases.find(({version}) => version === day)
    const paths = new Set(Object.keys(release?.files ?? {}))
    const {facts} = registry.facts('community')
    const targets = factTargets(registry)
    const known = knownPathsOf('community', registry).filter(({path}) => paths.has(path))
    let compared = 0
    const found = new Found(new Set(known.map(({sha256}) => sha256)))
    await readInputs([await cachedDeb(deb.deb)], {source: 'community', registry}, found)
    for (const one of known) {
      const bytes = found.get(one.sha256)
      if (bytes === undefined) continue
      expect(facts?.line(one.sha256), one.path).toBe(await lineOf(bytes, one, targets))
      compared += 1
    }
    expect(compared).toBeGreaterThan(80)
  })

  it.each([
    ['as it is', {}],
    [
      'with rules and a Lua of its own',
      {
        image: {debian: 'trixie', lua: '5.2'},
        lint: {policy: 'warn', rules: {'unknown-event': 'warning', 'unknown-global': 'error'}},
      },
    ],
    ['for another line', {prosody: '0.12', image: {debian: 'bookworm'}, lint: {policy: 'warn'}}],
  ])('changes no answer of a project %s', async (_, manifest) => {
    const withFacts = await record(cliPath, join(cliPath, '../..'), manifest)
    expect(withFacts).toEqual(await record(factless.program, factless.folder, manifest))
  })

  it('adds the same out of an empty store', async () => {
    const cold = async (program: string): Promise<object> =>
      inSandbox(program, {}, async (sandbox) => {
        const outputs = await runEach(sandbox, adding)
        return {outputs: said(outputs, [sandbox.project]), project: await readTree(sandbox.project)}
      })
    expect(await cold(cliPath)).toEqual(await cold(factless.program))
  })

  it('is enough: no file is parsed', async () => {
    await inSandbox(parserless.program, {}, async (sandbox) => {
      const outputs = await runAll(sandbox)
      const failed = outputs.filter(
        ([, {code, stdout, stderr}]) => code !== 0 || (stdout + stderr).includes('luaparse'),
      )
      expect(failed.map(([command, {stderr}]) => `${command}: ${stderr}`)).toEqual([])
      // It has no parser indeed.
      await writeFile(join(sandbox.project, 'mod_own.lua'), 'return 1\n')
      const {code, stderr} = await sandbox.cli(['add', './mod_own.lua'])
      expect(code).not.toBe(0)
      expect(stderr).toContain('luaparse')
    })
  })

  it.each([
    [
      'damaged',
      (bytes: Buffer) => bytes.fill(0, bytes.length - 1000),
      /^registry\/facts\/community\.facts: what it knows of \d+ files? is damaged$/m,
    ],
    [
      'cut off',
      (bytes: Buffer) => bytes.subarray(0, 5000),
      /^registry\/facts\/community\.facts: its tables are damaged$/m,
    ],
    [
      'of another analysis',
      () => factsBytes([], {analysis: analysisVersion + 1, targets: []}),
      new RegExp(
        `^registry/facts/community\\.facts: it is of version ${analysisVersion + 1} of the analysis, and this is ${analysisVersion}$`,
        'm',
      ),
    ],
  ])('is no error where it is %s, and named by cache verify', async (_, damage, says) => {
    const place = join(factless.folder, 'registry/facts')
    await cp(join(cliPath, '../../registry/facts'), place, {recursive: true})
    try {
      const path = join(place, 'community.facts')
      await writeFile(path, damage(await readFile(path)))
      await inSandbox(factless.program, {}, async (sandbox) => {
        const {code, stderr} = await sandbox.cli(['add', ...specs])
        expect({code, stderr}).toEqual({code: 0, stderr: ''})
        const verified = await sandbox.cli(['cache', 'verify'])
        expect(verified).toMatchObject({code: 0, stderr: ''})
        expect(verified.stdout).toMatch(says)
        expect((await sandbox.cli(['cache', 'verify', '--json'])).json).toMatchObject({
          registry: [{path: 'facts/community.facts'}],
        })
      })
    } finally {
      await rm(place, {recursive: true})
    }
  })
})
