import {chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {RuleId} from '../../src/lint/rules/ids.ts'
import {lintRules} from '../helpers/lint-rules.ts'
import {linePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'
import {host, startProsody, type RunningProsody} from '../helpers/prosody.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/rules')

/** Rules that call something an error because the module can't be loaded. */
const fatal: readonly RuleId[] = ['missing-file', 'shared-write', 'unknown-library', 'unknown-method']

/** Fixtures that are whole modules which load. */
const sound = ['deprecated-option', 'missing-file', 'shared-write', 'unknown-method']

const shipped = 'return { name = "shipped" };\n'

interface Made {
  readonly name: string
  readonly text: string
}

describe.each(['0.12', '13.0'] as const)(
  'what is called an error, in Prosody %s',
  {timeout: 180_000},
  (line) => {
    let place: ProsodyPlace
    let folder = ''
    let prosody: RunningProsody
    let broken: Made[] = []
    let fine: Made[] = []

    beforeAll(async () => {
      place = await linePlace(line)
      folder = await mkdtemp(join(tmpdir(), 'prosody-mods-rules-'))
      await chmod(folder, 0o755)
      broken = await brokenModules(line)
      fine = await soundModules(line)
      await writeContext(folder, [...broken, ...fine])
      const names = [...broken, ...fine].map(({name}) => name)
      prosody = await startProsody(place, {context: folder, hostModules: names})
    }, 900_000)

    afterAll(async () => {
      await prosody.stop()
      await rm(folder, {recursive: true})
      await place.remove()
    })

    it('is there to be tried', () => {
      expect(broken.length).toBeGreaterThanOrEqual(line === '0.12' ? 5 : 6)
      expect(fine.length).toBeGreaterThanOrEqual(line === '0.12' ? 1 : 4)
    })

    it('keeps a module from being loaded', async () => {
      for (const {name, text} of broken) {
        const errors = lintRules(text, {line, module: name}).filter(({severity}) => severity === 'error')
        expect(errors.length, text).toBeGreaterThan(0)
        expect(await prosody.modulePath(host, name), text).toBeUndefined()
      }
    })

    it('and what is not loads', async () => {
      for (const {name, text} of fine) {
        const library = (asked: string): string | undefined => (asked === 'shipped' ? shipped : undefined)
        const errors = lintRules(text, {line, module: name, library}).filter(
          ({severity}) => severity === 'error',
        )
        expect(errors).toEqual([])
        expect(await prosody.modulePath(host, name), prosody.log()).toBe(
          join(folder, `prosody-modules/mod_${name}/mod_${name}.lua`),
        )
      }
    })
  },
)

/** A module of each statement that a fixture calls an error and that stands by itself. */
async function brokenModules(line: string): Promise<Made[]> {
  const made: Made[] = []
  for (const rule of fatal) {
    for (const name of (await readdir(join(fixtures, rule))).filter((one) =>
      one.startsWith(`bad.${line}.`),
    )) {
      const lines = (await readFile(join(fixtures, rule, name), 'utf8')).split('\n')
      for (const [index, text] of lines.entries())
        if (/^\S.*; --! error$/.test(text))
          made.push({name: `${rule.replaceAll('-', '_')}_${index}`, text: `${text}\n`})
    }
  }
  return made
}

async function soundModules(line: string): Promise<Made[]> {
  const made: Made[] = []
  for (const rule of sound) {
    const path = join(fixtures, rule, `good.${line}.lua`)
    const text = await readFile(path, 'utf8').catch(() => undefined)
    // mod_audit is not there.
    if (text !== undefined) made.push({name: `good_${rule.replaceAll('-', '_')}`, text: withoutAudit(text)})
  }
  return made
}

function withoutAudit(text: string): string {
  return text.replace(/^module:(?:depends\("audit"\)|audit\(.*\));$/gm, '')
}

async function writeContext(folder: string, modules: readonly Made[]): Promise<void> {
  await mkdir(join(folder, 'conf.d'))
  const root = join(folder, 'prosody-modules')
  await writeFile(join(folder, 'conf.d/prosody-mods.cfg.lua'), `plugin_paths = { ${JSON.stringify(root)} }\n`)
  for (const {name, text} of modules) {
    await mkdir(join(root, `mod_${name}`), {recursive: true})
    await writeFile(join(root, `mod_${name}/mod_${name}.lua`), text)
    await writeFile(join(root, `mod_${name}/shipped.lib.lua`), shipped)
  }
}
