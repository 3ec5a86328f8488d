import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {CheckResult} from '../../src/operations/check/check.ts'
import type {LintResult} from '../../src/operations/lint/lint.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

/** A module of contrib that asks the tree's util for something each time that somebody joins. */
const asking = (field: string): string => `local util = module:require "util"
module:hook("muc-occupant-joined", function (event)
	module:log("debug", "%s: %s", event.room.jid, util.${field}(event.occupant.jid))
end)
`
const tree = {
  'mod_lobby.lua': 'local util = module:require "util"\nmodule:log("debug", util.name_of("lobby"))\n',
  'util.lib.lua': 'local function name_of(jid)\n\treturn jid\nend\n\nreturn {name_of = name_of}\n',
}
const greeter = 'greeter/mod_greeter.lua'
const waver = (number: number): Record<string, string> => ({
  'waver/mod_waver.lua': `-- ${number}\n${asking(number === 0 ? 'name_of' : 'is_admin')}`,
})
/** The oldest works, and more of those that follow do not than are fetched to be tried. */
const wavers = Array.from({length: 14}, (_, number) => ({
  version: String(20240101 + number),
  files: waver(number),
}))
const releases = [
  ...wavers,
  {version: '20250101', files: {[greeter]: `-- early\n${asking('name_of')}`}},
  {version: '20250426', files: {[greeter]: asking('name_of')}},
  {version: '20260101', files: {[greeter]: `-- first\n${asking('is_admin')}`}},
  {version: '20260306', files: {[greeter]: asking('is_admin'), ...waver(14)}},
]

let forge: Forge
/** The package, with a registry that knows these releases. */
let copy: PackageCopy

beforeAll(async () => {
  forge = await startForge()
  const known = []
  for (const {version, files} of releases) {
    const tag = `v${version}`
    const revision = await forge.commit('jitsi-contrib/prosody-plugins', files, [tag])
    known.push({version, revision, tag, files})
  }
  const tag = 'stable/jitsi-meet_10008'
  const placed = Object.entries(tree).map(([path, text]) => [`resources/prosody-plugins/${path}`, text])
  const revision = await forge.commit(
    'jitsi/jitsi-meet',
    Object.fromEntries(placed) as Record<string, string>,
    [tag],
  )
  const jitsi = [{version: '10008', revision, tag, files: tree}]
  copy = await copyPackage(registryWith({jitsi, 'jitsi-contrib': known}))
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
})

const memberTest = it.extend<{sandbox: Sandbox}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await use(sandbox)
    await sandbox.remove()
  },
})

interface More {
  readonly modules?: Readonly<Record<string, string>>
  readonly lint?: object
  readonly sources?: object
}

const manifest = (sandbox: Sandbox, more: More = {}): Promise<void> =>
  writeManifest(sandbox, {prosody: '13.0', mirrors: forge.mirrors, ...more})

describe.concurrent("a field that the tree's library lacks", {timeout: 120_000}, () => {
  memberTest('keeps a module out, and the newest release that works is named', async ({sandbox}) => {
    await manifest(sandbox)
    await mustSucceed(sandbox, ['add', 'jitsi@10008'])
    const before = await readTree(sandbox.project)
    const {message, hint} = await mustFail(sandbox, ['add', 'jitsi-contrib/greeter'], {
      exit: 6,
      code: 'LINT_ERRORS',
      mayKeep: true,
    })
    expect(message).toContain('jitsi-contrib/greeter')
    expect(message).toContain('is_admin')
    expect(hint).toBe(
      'nothing was written; the newest release that works here: prosody-mods add jitsi-contrib/greeter@20250426',
    )
    expect(await readTree(sandbox.project)).toEqual(before)
    await mustSucceed(sandbox, ['add', 'jitsi-contrib/greeter@20250426'])
    const {json} = await sandbox.cli(['check', '--json'])
    expect((json as CheckResult).total.cannotWork).toBe(0)
  })

  memberTest('and that older ones were not tried is said where many had to be fetched', async ({sandbox}) => {
    await manifest(sandbox)
    await mustSucceed(sandbox, ['add', 'jitsi@10008'])
    const expected = {exit: 6, code: 'LINT_ERRORS', mayKeep: true} as const
    const {hint} = await mustFail(sandbox, ['add', 'jitsi-contrib/waver'], expected)
    expect(hint).toBe(
      'nothing was written; none of the newest 12 releases with other code works here, and older ones were not tried: "prosody-mods versions jitsi-contrib/waver" lists them',
    )
    // What was fetched is tried again for nothing, so that the rest comes in reach.
    const again = await mustFail(sandbox, ['add', 'jitsi-contrib/waver'], expected)
    expect(again.hint).toContain('prosody-mods add jitsi-contrib/waver@20240101')
  })

  memberTest('counts likewise where the library comes along with the module', async ({sandbox}) => {
    await manifest(sandbox)
    const {hint} = await mustFail(sandbox, ['add', 'jitsi-contrib/greeter'], {
      exit: 6,
      code: 'LINT_ERRORS',
      mayKeep: true,
    })
    expect(hint).toContain('prosody-mods add jitsi-contrib/greeter@20250426')
  })

  memberTest('makes check say that it cannot work, nor what depends on it', async ({sandbox}) => {
    await mkdir(join(sandbox.project, 'own'))
    await writeFile(join(sandbox.project, 'own/mod_guest.lua'), 'module:depends("greeter")\n')
    await writeFile(join(sandbox.project, 'own/mod_apart.lua'), 'module:log("info", "apart")\n')
    await manifest(sandbox, {lint: {policy: 'warn'}})
    // The store then has the release that works.
    await mustSucceed(sandbox, ['add', 'jitsi@10008', 'jitsi-contrib/greeter@20250426'])
    await mustSucceed(sandbox, ['add', 'jitsi-contrib/greeter@20260306', './own/mod_guest.lua'])
    await mustSucceed(sandbox, ['add', './own/mod_apart.lua'])
    const {json, code} = await sandbox.cli(['check', '--json'])
    expect(code).toBe(6)
    const {modules, problems} = json as CheckResult
    const unfit = modules.filter(({verdict}) => verdict.endsWith('cannot-work')).map(({module}) => module)
    expect(unfit).toEqual(['jitsi-contrib/greeter', 'own/guest'])
    expect(problems.filter(({severity}) => severity === 'error')).toMatchObject([
      {
        module: 'jitsi-contrib/greeter',
        line: 3,
        hint: 'jitsi-contrib/greeter@20250426 is the newest known release that works here',
      },
      {module: 'own/guest', message: 'it depends on mod_greeter, which cannot work'},
    ])
  })
})

memberTest('a library of a tree that is not there: the hint names who has it', async ({sandbox}) => {
  await mkdir(join(sandbox.project, 'mod_alone'))
  const lines = ['util', 'nowhere'].map((name) => `module:log("info", module:require "${name}".name)\n`)
  await writeFile(join(sandbox.project, 'mod_alone/mod_alone.lua'), lines.join(''))
  const {json, code} = await sandbox.cli(['lint', 'mod_alone', '--rules', 'prosody', '--json'])
  expect(code).toBe(6)
  expect((json as LintResult).findings).toMatchObject([
    {
      line: 1,
      code: 'missing-file',
      hint: 'jitsi has util.lib.lua in its tree: install that beside it (prosody-mods add jitsi), or lint both together',
    },
    {line: 2, code: 'missing-file', hint: expect.not.stringContaining('jitsi') as string},
  ])
})

it('the newest of many releases that works is named, where what lint says of them is known', async () => {
  const sandbox = await newSandbox()
  await writeManifest(sandbox, {prosody: '0.12'})
  const {hint} = await mustFail(sandbox, ['add', 'http_oauth2', '--offline', '--dry-run'], {
    exit: 6,
    code: 'LINT_ERRORS',
    mayKeep: true,
  })
  const named = /works here: prosody-mods add (community\/http_oauth2@2023\.\S+)$/.exec(hint ?? '')?.[1] ?? ''
  await mustSucceed(sandbox, ['add', named, '--offline', '--dry-run'])
  await sandbox.remove()
})
