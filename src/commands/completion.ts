import {defineCommand} from '../cli/definition.ts'
import {ProsodyModsError} from '../errors.ts'
import {ownValue} from '../own-value.ts'
import {readPackageFile} from '../package-files.ts'

const shells = ['bash', 'zsh', 'fish'] as const

export default defineCommand({
  summary: 'print what makes a shell complete prosody-mods: bash, zsh or fish',
  description:
    'The script completes commands, flags, their values, names of modules that the registry knows, and those that the lockfile of the project has; it runs nothing and asks no network. It belongs to the version that printed it: print it again after an update. docs/guide/getting-it.md says where each shell looks for it.',
  examples: ['prosody-mods completion bash', 'prosody-mods completion zsh', 'prosody-mods completion fish'],
  operands: {name: 'shell', description: 'bash, zsh or fish', required: true, many: false, values: shells},
  flags: {},
  run({operands: [shell = '']}) {
    const scripts = JSON.parse(readPackageFile('dist/completion.json').toString()) as Record<string, string>
    const script = ownValue(scripts, shell)
    if (script !== undefined) return {json: {shell, script}, verbatim: true, text: () => script}
    throw new ProsodyModsError('USAGE', `there is no completion for ${JSON.stringify(shell)}`, {
      hint: `shells are ${shells.join(', ')}`,
      details: {shell},
    })
  },
})
