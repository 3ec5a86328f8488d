import {setFlagsFromString} from 'node:v8'
import {defineCommand} from '../cli/definition.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import type {lint as Operation, LintResult} from '../operations/lint.ts'
import {renderLint, renderLuacheck} from '../render/lint.ts'

/** Brings the parser with it, which no other command shall load for this. */
async function operation(): Promise<typeof Operation> {
  // A process this short spends more time on compiling ever larger functions than those save (docs/performance.md).
  setFlagsFromString('--no-turbo-inlining')
  return (await import('../operations/lint.ts')).lint
}

const formats: Readonly<Record<string, (result: LintResult) => string>> = {
  text: renderLint,
  json: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  luacheck: renderLuacheck,
}

export default defineCommand({
  summary: 'look for mistakes in Lua files, as luacheck does',
  description: `Files are read, never run. Findings have luacheck's codes, and its options in comments and in a .luacheckrc hold, which is read as data (docs/lint.md). Exits with 6 where there are findings.`,
  examples: [
    'prosody-mods lint prosody-modules',
    'prosody-mods lint --std lua54 --format luacheck mod_example.lua',
    'prosody-mods lint --no-config --max-warnings 20 .',
  ],
  operands: {
    name: 'path',
    description: 'files, and folders of which every .lua file is meant',
    required: true,
    many: true,
  },
  flags: {
    std: {
      type: 'text',
      value: '<names>',
      description: 'standard globals: max, lua51, lua54, none … joined by +',
    },
    'no-config': {type: 'switch', description: 'look for no .luacheckrc'},
    format: {type: 'text', value: '<format>', description: 'text (the default), json or luacheck'},
    rules: {type: 'text', value: '<groups>', description: 'groups of rules between commas: luacheck'},
    'max-warnings': {
      type: 'count',
      value: '<number>',
      default: 0,
      description: 'warnings to put up with; errors never',
    },
  },
  async run({flags, operands}, environment) {
    const format = flags.format ?? 'text'
    const render = Object.hasOwn(formats, format) ? formats[format] : undefined
    if (render === undefined) {
      throw new ProsodyModsError('USAGE', `there is no format "${format}"`, {
        hint: `formats are ${Object.keys(formats).join(', ')}`,
      })
    }
    const lint = await operation()
    const {std, rules} = flags
    const result = await lint({paths: operands, std, config: !flags['no-config'], rules}, environment)
    const fails = result.errors > 0 || result.warnings > flags['max-warnings']
    return {json: result, exitCode: fails ? findingsExit : 0, text: () => render(result)}
  },
})
