import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {newSandbox, type CliOutput, type Sandbox} from './cli.ts'
import {startForge} from './forge.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/jitsi-like')

/** What Jitsi's tree has modules of: that of its release 10008, and that of July 2026. */
export type JitsiLayout = '10008' | '2026'

export const jitsiLayouts: readonly JitsiLayout[] = ['10008', '2026']

/** Releases of the fixtures; the registry knows no such ones, and no file of theirs. */
export const jitsiVersions: Readonly<Record<JitsiLayout, string>> = {'10008': '20001', '2026': '20002'}

const contribVersion = '20270101'

/** A project with Jitsi-like modules, which needs no network any more. */
export interface JitsiProject {
  readonly folder: string
  /** Runs the built CLI in it, which has to succeed. */
  cli(...args: readonly string[]): Promise<CliOutput>
  remove(): Promise<void>
}

/** What a project's image has in it, by the release line of Prosody. */
export const manifests = {
  '0.12': {prosody: '0.12', image: {debian: 'bookworm'}},
  '13.0': {prosody: '13.0', image: {debian: 'trixie'}},
} as const

export type ProsodyLine = keyof typeof manifests

/** Makes a project with all modules of a layout, and token_affiliation as contributors have it. */
export async function jitsiProject(layout: JitsiLayout, line: ProsodyLine): Promise<JitsiProject> {
  const sandbox = await newSandbox()
  const cli = async (...args: readonly string[]): Promise<CliOutput> => {
    const output = await sandbox.cli(args)
    if (output.code === 0) return output
    throw new Error(`prosody-mods ${args.join(' ')}: ${output.stdout}${output.stderr}`)
  }
  try {
    await writeFile(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifests[line]))
    await withGitHub(sandbox, () =>
      cli('add', `jitsi@${jitsiVersions[layout]}`, `jitsi-contrib/token_affiliation@${contribVersion}`),
    )
  } catch (error) {
    await sandbox.remove()
    throw error
  }
  return {folder: sandbox.project, cli, remove: () => sandbox.remove()}
}

/** Has GitHub be where the fixtures are while the body runs. */
async function withGitHub(sandbox: Sandbox, body: () => Promise<unknown>): Promise<void> {
  const forge = await startForge()
  try {
    for (const layout of jitsiLayouts)
      await forge.commit('jitsi/jitsi-meet', await treeOf(layout), [
        `stable/jitsi-meet_${jitsiVersions[layout]}`,
      ])
    await forge.commit('jitsi-contrib/prosody-plugins', await filesBelow('contrib'), [`v${contribVersion}`])
    await mkdir(sandbox.config, {recursive: true})
    await writeFile(join(sandbox.config, 'config.json'), JSON.stringify({mirrors: forge.mirrors}))
    await body()
  } finally {
    await rm(sandbox.config, {recursive: true, force: true})
    await forge.close()
  }
}

async function treeOf(layout: JitsiLayout): Promise<Record<string, string>> {
  const files = {...(await filesBelow('both')), ...(await filesBelow(layout))}
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`resources/prosody-plugins/${path}`, text]),
  )
}

async function filesBelow(name: string): Promise<Record<string, string>> {
  const folder = join(fixtures, name)
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = paths.map(
    async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const,
  )
  return Object.fromEntries(await Promise.all(texts))
}
