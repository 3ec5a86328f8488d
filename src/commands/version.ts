import {defineCommand} from '../cli/definition.ts'
import {packageJson} from '../package-files.ts'

/** What runs, and on what; the shape is part of --json (docs/reference/json.md). */
interface VersionResult {
  readonly name: string
  readonly version: string
  /** The version of Node.js, without the v. */
  readonly node: string
  /** linux, darwin, win32 … */
  readonly platform: string
  readonly architecture: string
}

function runningVersion(): VersionResult {
  const {name, version} = packageJson()
  return {
    name,
    version,
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
  }
}

export default defineCommand({
  summary: 'say which version this is, and on which Node.js it runs',
  description: 'The same as --version and -V.',
  examples: ['prosody-mods version', 'prosody-mods -V', 'prosody-mods version --json'],
  flags: {},
  run() {
    const result = runningVersion()
    const {name, version, node, platform, architecture} = result
    return {json: result, text: () => `${name}/${version} ${platform}-${architecture} node-v${node}\n`}
  },
})
