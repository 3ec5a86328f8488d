import {defineCommand, type Output} from '../cli/definition.ts'
import {dryRun, offline} from '../cli/flags.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import type {LintResult} from '../operations/lint/lint.ts'
import type {FixReport} from '../operations/lint/fix.ts'
import type {LintRequest} from '../operations/lint/run.ts'
import {workingFolder} from '../working-folder.ts'
import type {Environment} from '../workbench/environment.ts'
import type * as Formats from '../render/lint/formats.ts'

interface LintFlags {
  readonly format: string | undefined
  readonly rules: string | undefined
  readonly fix: boolean
  readonly 'dry-run': boolean
}

export default defineCommand({
  summary: 'look for mistakes in Lua, as luacheck does and beyond',
  description: `Files are read, never run. Two groups of rules: luacheck's, with its codes and options (comments, and a .luacheckrc, which is read as data), and prosody, which knows the module API of the project's Prosody. Of installed modules, the second is applied alone unless --rules says otherwise. docs/lint.md has all rules, --explain tells of one. Exits with 6 where there are errors or warnings.`,
  examples: [
    'prosody-mods lint',
    'prosody-mods lint community/muc_moderation',
    'prosody-mods lint --prosody 0.12 mod_example',
    'prosody-mods lint --std lua54 --format luacheck mod_example.lua',
    'prosody-mods lint --no-config --max-warnings 20 .',
    'prosody-mods lint --fix --dry-run mod_example.lua',
    'prosody-mods lint --fix mod_example.lua',
    'prosody-mods lint --format sarif . > lint.sarif',
    'prosody-mods lint --explain unknown-global',
  ],
  operands: {
    name: 'path',
    description:
      'files, folders of which every .lua file is meant, and modules by name; all modules of the project without any',
    required: false,
    many: true,
    completes: ['files', 'installed'],
    addresses: 'module',
  },
  flags: {
    std: {
      type: 'text',
      value: '<names>',
      values: [
        'max',
        'min',
        'lua51',
        'lua51c',
        'lua52',
        'lua52c',
        'lua53',
        'lua53c',
        'lua54',
        'lua54c',
        'luajit',
        'none',
      ],
      description: 'standard globals: max, lua51, lua54, none … joined by +',
    },
    'no-config': {type: 'switch', description: 'look for no .luacheckrc'},
    format: {
      type: 'text',
      value: '<format>',
      values: ['text', 'json', 'sarif', 'github', 'luacheck'],
      description: 'text (the default), json, sarif, github (annotations of workflows) or luacheck',
    },
    rules: {
      type: 'text',
      value: '<groups>',
      values: ['luacheck', 'prosody'],
      description: 'groups of rules between commas: luacheck, prosody',
    },
    prosody: {
      type: 'text',
      value: '<line>',
      completes: ['lines'],
      description: "Prosody that modules are for: the project's, or 13.0",
    },
    lua: {
      type: 'text',
      value: '<version>',
      values: ['5.1', '5.2', '5.3', '5.4'],
      description: "Lua that it runs with: the project's, or Debian's",
    },
    explain: {
      type: 'text',
      value: '<rule>',
      description: 'tell what a rule, or a code of luacheck, is about, and lint nothing',
    },
    'max-warnings': {
      type: 'count',
      value: '<number>',
      default: 0,
      description: 'warnings to put up with; errors never',
    },
    offline,
    fix: {
      type: 'switch',
      description: 'mend what can be mended safely, in files of your own: white space, empty statements',
    },
    'dry-run': {...dryRun, description: 'with --fix, show as a diff what would be mended, write nothing'},
  },
  async run({flags, operands}, environment) {
    if (flags.explain !== undefined) return explained(flags.explain)
    const {lintDocument, lintFormats} = await formats()
    const format = flags.format ?? 'text'
    const render = Object.hasOwn(lintFormats, format) ? lintFormats[format] : undefined
    if (render === undefined) {
      throw new ProsodyModsError('USAGE', `there is no format "${format}"`, {
        hint: `formats are ${Object.keys(lintFormats).join(', ')}`,
      })
    }
    checkFlags(flags)
    const {std, fix, prosody, lua} = flags
    const rules = format === 'luacheck' ? 'luacheck' : flags.rules
    const config = !flags['no-config']
    const excerpts = format !== 'luacheck' || flags.json
    const request = {paths: operands, std, config, rules, prosody, lua, offline: flags.offline, excerpts}
    const result = await (fix ? fixed(request, flags, environment) : found(request, environment))
    const maxWarnings = flags['max-warnings']
    const view = {...result, maxWarnings}
    const fails = result.errors > 0 || result.warnings > maxWarnings
    const text = (): string => render(view, sink(environment))
    const isSilent = format === 'text' && result.errors + result.warnings === 0
    return {
      json: lintDocument(view),
      exitCode: fails ? findingsExit : 0,
      verbatim: true,
      text,
      quiet: () => (isSilent ? '' : text()),
    }
  },
})

async function explained(rule: string): Promise<Output> {
  const {lintExplanation, refuseRule, renderExplanation} = await import('../cli/help/explained.ts')
  const found = lintExplanation(rule) ?? refuseRule(rule)
  return {json: found, text: () => renderExplanation(found)}
}

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
  compileSparingly()
  const {lint} = await import('../operations/lint/lint.ts')
  return {...(await lint(request, environment)), fixed: null}
}

async function fixed(request: LintRequest, flags: LintFlags, environment: Environment): Promise<Outcome> {
  compileSparingly()
  const {lintAndFix} = await import('../operations/lint/fix.ts')
  return lintAndFix({...request, dryRun: flags['dry-run']}, environment)
}

/** Node.js up to here knows the flags below; it would print errors about others. */
const newestKnown = 24

/** A process this short spends more time on compiling ever larger functions than those save (docs/performance.md). */
function compileSparingly(): void {
  if (Number.parseInt(process.versions.node, 10) > newestKnown) return
  // Not imported at the top: every other command would load it, too.
  const v8 = process.getBuiltinModule('node:v8')
  for (const flag of ['inlining', 'loop-peeling', 'store-elimination', 'splitting'])
    v8.setFlagsFromString(`--no-turbo-${flag}`)
}

/** Loaded for this command alone, too. */
async function formats(): Promise<typeof Formats> {
  return import('../render/lint/formats.ts')
}

function sink({cwd}: Environment): Formats.Sink {
  const {isTTY, columns} = process.stdout
  return {folders: {from: cwd, to: workingFolder() ?? cwd}, columns: isTTY ? columns : undefined}
}
