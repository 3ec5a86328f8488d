import {defineCommand} from '../cli/definition.ts'
import {offline} from '../cli/flags.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import type {lint as Operation, LintResult} from '../operations/lint.ts'
import {renderLint, renderLuacheck} from '../render/lint.ts'

/** Brings the parser with it, which no other command shall load for this. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/lint.ts')).lint
}

const formats: Readonly<Record<string, (result: LintResult) => string>> = {
  text: renderLint,
  json: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  luacheck: renderLuacheck,
}

export default defineCommand({
  summary: 'look for mistakes in Lua, as luacheck does and by rules about Prosody',
  description: `Files are read, never run. Two groups of rules: luacheck's, with its codes and options (comments, and a .luacheckrc, which is read as data), and prosody, which knows the module API of the project's Prosody. Of installed modules, the second is applied alone unless --rules says otherwise. docs/lint.md has all rules. Exits with 6 where there are errors or warnings.`,
  examples: [
    'prosody-mods lint',
    'prosody-mods lint community/muc_moderation',
    'prosody-mods lint --prosody 0.12 mod_example',
    'prosody-mods lint --std lua54 --format luacheck mod_example.lua',
    'prosody-mods lint --no-config --max-warnings 20 .',
  ],
  operands: {
    name: 'path',
    description:
      'files, folders of which every .lua file is meant, and modules by name; all modules of the project without any',
    required: false,
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
    rules: {
      type: 'text',
      value: '<groups>',
      description: 'groups of rules between commas: luacheck, prosody',
    },
    prosody: {
      type: 'text',
      value: '<line>',
      description: "Prosody that modules are for: the project's, or 13.0",
    },
    lua: {type: 'text', value: '<version>', description: "Lua that it runs with: the project's, or Debian's"},
    'max-warnings': {
      type: 'count',
      value: '<number>',
      default: 0,
      description: 'warnings to put up with; errors never',
    },
    offline,
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
    const {std, prosody, lua} = flags
    const rules = format === 'luacheck' ? (flags.rules ?? 'luacheck') : flags.rules
    const result = await lint(
      {paths: operands, std, config: !flags['no-config'], rules, prosody, lua, offline: flags.offline},
      environment,
    )
    const fails = result.errors > 0 || result.warnings > flags['max-warnings']
    return {json: result, exitCode: fails ? findingsExit : 0, text: () => render(result)}
  },
})
