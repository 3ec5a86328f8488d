import {readdirSync, readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RegistryMove} from '../../src/registry/types.ts'
import {newSandbox, type Sandbox} from './cli.ts'
import {startForge} from './forge.ts'
import {registryWith} from './known-releases.ts'
import {copyPackage} from './package-copy.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/changes')
const plugins = 'resources/prosody-plugins'

const moves: readonly RegistryMove[] = [
  {
    module: 'polls',
    source: 'jitsi',
    change: 'replaced',
    since: '302',
    to: ['jitsi/polls_component'],
    note: 'Polls are a component of their own now: add Component "polls.<domain>" "polls_component".',
    evidence: 'made up',
  },
]

/** What an operator of the earlier release has written. */
const configuration = `VirtualHost "example.org"
\tmodules_enabled = { "greeter", "old_door", "doorbell", "smacks" }
\tgreeter_motto = "hello"
\tgreeter_mode = "fast"
\tgreeter_level = "none"
\tgreeter_words = { "hi" }
Component "rooms.example.org" "muc"
\tmodules_enabled = { "polls", os.getenv("BELL") or "keeper" }
`

/** Two releases of Jitsi's tree, 301 and 302, that differ in each way there is, and a project at the earlier one. */
export interface ChangedReleases {
  /** The CLI, with a registry that knows both. */
  readonly program: string
  readonly sandbox: Sandbox
  remove(): Promise<void>
}

export async function startChangedReleases(): Promise<ChangedReleases> {
  const forge = await startForge()
  const known = []
  for (const [version, folder] of [
    ['301', 'before'],
    ['302', 'after'],
  ] as const) {
    const files = textsIn(join(fixtures, folder))
    const placed = Object.entries(files).map(([path, text]) => [`${plugins}/${path}`, text] as const)
    const tag = `stable/jitsi-meet_${version}`
    const revision = await forge.commit('jitsi/jitsi-meet', Object.fromEntries(placed), [tag])
    known.push({version, revision, tag, files})
  }
  const copy = await copyPackage(registryWith({jitsi: known}, moves))
  const sandbox = await newSandbox(copy.program)
  const manifest = {
    ...{prosody: '0.12', mirrors: {...forge.mirrors, debian: 'http://127.0.0.1:9'}},
    ...{modules: {'jitsi/*': '301'}, lint: {policy: 'warn'}},
  }
  await writeFile(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifest))
  await mkdir(join(sandbox.project, 'conf.d'))
  await writeFile(join(sandbox.project, 'conf.d/mine.cfg.lua'), configuration)
  return {
    program: copy.program,
    sandbox,
    async remove() {
      await sandbox.remove()
      await copy.remove()
      await forge.close()
    },
  }
}

function textsIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const),
  )
}
