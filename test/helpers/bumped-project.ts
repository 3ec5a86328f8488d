import {join} from 'node:path'
import {startForge} from './forge.ts'
import {registryWith} from './known-releases.ts'
import {copyPackage} from './package-copy.ts'
import {newRemote, type Clone, type Remote} from './robots.ts'
import {runProgram} from './program.ts'

const plugins = 'resources/prosody-plugins'

/** What projects with three releases of Jitsi's tree need: 101, 102 and 103, of one module. */
export interface Releases {
  /** The CLI with a registry that knows them. */
  readonly program: string
  /** The manifest of a project at a version. */
  manifest(version: string): string
  /** A remote with a project at 101: lockfile and context are committed. */
  project(): Promise<Remote>
  /** Runs the CLI in a clone; it has to succeed. */
  cli(clone: Clone, ...args: readonly string[]): Promise<string>
  remove(): Promise<void>
}

export async function startReleases(): Promise<Releases> {
  const forge = await startForge()
  const releases = []
  for (const version of ['101', '102', '103']) {
    const text = `module:log("info", "release ${version}")\n`
    const tag = `stable/jitsi-meet_${version}`
    const revision = await forge.commit('jitsi/jitsi-meet', {[`${plugins}/mod_lobby.lua`]: text}, [tag])
    releases.push({version, revision, tag, files: {'mod_lobby.lua': text}})
  }
  const copy = await copyPackage(registryWith({jitsi: releases}))
  const manifest = (version: string): string =>
    `${JSON.stringify({mirrors: {...forge.mirrors, debian: 'http://127.0.0.1:9'}, modules: {'jitsi/*': version}}, undefined, 2)}\n`
  const cli = async (clone: Clone, ...args: readonly string[]): Promise<string> => {
    const env = {...process.env, PROSODY_MODS_CACHE: join(clone.folder, '../cache'), NO_COLOR: '1'}
    const output = await runProgram([process.execPath, copy.program, ...args], {cwd: clone.folder, env})
    if (output.code !== 0) throw new Error(output.stdout + output.stderr)
    return output.stdout
  }
  return {
    program: copy.program,
    manifest,
    cli,
    async project() {
      const remote = await newRemote()
      const clone = await remote.clone()
      await clone.write('prosody-mods.json', manifest('101'))
      await cli(clone, 'install')
      await clone.commit('a project')
      await clone.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main')
      return remote
    },
    async remove() {
      await copy.remove()
      await forge.close()
    },
  }
}
