import {defineCommand} from '../cli/definition.ts'
import {dryRun} from '../cli/flags.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import type {LintRequest, LintResult} from '../operations/lint.ts'
import type {FixReport} from '../operations/lint-fix.ts'
import type {Environment} from '../operations/environment.ts'
import type * as Formats from '../render/lint-formats.ts'

interface LintFlags {
  readonly format: string | undefined
  readonly rules: string | undefined
  readonly fix: boolean
  readonly 'dry-run': boolean
}

export default defineCommand({
  summary: 'look for mistakes in Lua files, as luacheck does',
  description: `Files are read, never run. Findings have luacheck's codes, and its options in comments and in a .luacheckrc hold, which is read as data (docs/lint.md). Exits with 6 where there are findings.`,
  examples: [
    'prosody-mods lint prosody-modules',
    'prosody-mods lint --std lua54 --format luacheck mod_example.lua',
    'prosody-mods lint --no-config --max-warnings 20 .',
    'prosody-mods lint --fix --dry-run mod_example.lua',
    'prosody-mods lint --fix mod_example.lua',
    'prosody-mods lint --format sarif . > lint.sarif',
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
    format: {
      type: 'text',
      value: '<format>',
      description: 'text (the default), json, sarif, github (annotations of workflows) or luacheck',
    },
    rules: {type: 'text', value: '<groups>', description: 'groups of rules between commas: luacheck'},
    'max-warnings': {
      type: 'count',
      value: '<number>',
      default: 0,
      description: 'warnings to put up with; errors never',
    },
    fix: {
      type: 'switch',
      description: 'mend what can be mended safely, in files of your own: white space, empty statements',
    },
    'dry-run': {...dryRun, description: 'with --fix, show as a diff what would be mended, write nothing'},
  },
  async run({flags, operands}, environment) {
    const {lintDocument, lintFormats} = await formats()
    const format = flags.format ?? 'text'
    const render = Object.hasOwn(lintFormats, format) ? lintFormats[format] : undefined
    if (render === undefined) {
      throw new ProsodyModsError('USAGE', `there is no format "${format}"`, {
        hint: `formats are ${Object.keys(lintFormats).join(', ')}`,
      })
    }
    checkFlags(flags)
    const {std, fix} = flags
    const rules = format === 'luacheck' ? 'luacheck' : flags.rules
    const request = {paths: operands, std, config: !flags['no-config'], rules}
    const result = await (fix ? fixed(request, flags, environment) : found(request, environment))
    const maxWarnings = flags['max-warnings']
    const view = {...result, maxWarnings}
    const fails = result.errors > 0 || result.warnings > maxWarnings
    return {
      json: lintDocument(view),
      exitCode: fails ? findingsExit : 0,
      text: () => render(view, sink(environment)),
    }
  },
})

function checkFlags({format, rules, fix, 'dry-run': isDry}: LintFlags): void {
  if (isDry && !fix) {
    throw new ProsodyModsError('USAGE', '--dry-run is about --fix, which is not given', {
      hint: 'without --fix nothing is written anyway',
    })
  }
  if (format === 'luacheck' && rules !== undefined && rules !== 'luacheck') {
    throw new ProsodyModsError('USAGE', `--format luacheck has no rows for --rules ${rules}`, {
      hint: 'it prints findings of the group luacheck alone: leave --rules out, or take another format',
    })
  }
}

type Outcome = LintResult & {readonly fixed: FixReport | null}

/** Both bring the parser with them, which no other command shall load for this. */
async function found(request: LintRequest, environment: Environment): Promise<Outcome> {
  const {lint} = await import('../operations/lint.ts')
  return {...lint(request, environment), fixed: null}
}

async function fixed(request: LintRequest, flags: LintFlags, environment: Environment): Promise<Outcome> {
  const {lintAndFix} = await import('../operations/lint-fix.ts')
  return lintAndFix({...request, dryRun: flags['dry-run']}, environment)
}

/** Loaded for this command alone, too. */
async function formats(): Promise<typeof Formats> {
  return import('../render/lint-formats.ts')
}

function sink({cwd}: Environment): Formats.Sink {
  const {isTTY, columns} = process.stdout
  return {folders: {from: cwd, to: process.cwd()}, isTerminal: isTTY, columns: isTTY ? columns : undefined}
}
