import {chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  loaderTarget,
  loggedAnswers,
  ourLoader,
  ourAnswers,
  prosodyAnswers,
  serverAnswers,
  type ComparedAnswers,
  type ProsodyAnswers,
} from '../helpers/loader-answers.ts'
import {madeLayout, serverLayout, writeLayout, type MadeLayout} from '../helpers/plugin-layouts.ts'
import {linePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'
import {mustRun} from '../helpers/program.ts'
import {host, startProsody} from '../helpers/prosody.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/loader')
const count = 250

const leastOfBoth = {
  'library folder': 50,
  'library found': 1000,
  'library missing': 500,
  'library skipped-last': 1,
  'module folder': 30,
  'module found': 500,
  'module missing': 500,
  'module skipped-last': 1,
  rock: 15,
  'skipped conflicts': 30,
  'skipped requires': 25,
  'unknown directory': 5,
}

/** How many answers of each kind there are at least; other kinds there are not. */
const leastOf = {'0.12': leastOfBoth, '13.0': {...leastOfBoth, 'skipped lua': 50}}

describe.each(['0.12', '13.0'] as const)('the loader, and that of Prosody %s', {timeout: 180_000}, (line) => {
  let place: ProsodyPlace
  let folder = ''

  beforeAll(async () => {
    place = await linePlace(line)
    folder = await mkdtemp(join(tmpdir(), 'prosody-mods-loader-'))
    await chmod(folder, 0o755)
  }, 900_000)

  afterAll(async () => {
    await rm(folder, {recursive: true, force: true})
    await place.remove()
  })

  it(`give the same answers in ${count} layouts`, async () => {
    const layouts = Array.from({length: count}, (_, seed) => madeLayout(join(folder, String(seed)), seed))
    for (const layout of layouts) writeLayout(layout)
    const given = await askProsody(place, folder, layouts)
    const target = loaderTarget(line)
    const seen: ComparedAnswers[] = []
    for (const [seed, layout] of layouts.entries()) {
      const ours = ourAnswers(layout, target)
      const theirs = prosodyAnswers(JSON.parse(given[seed] ?? '') as ProsodyAnswers, ours)
      expect(ours, `layout ${seed}`).toEqual(theirs)
      seen.push(ours)
    }
    const tally = tallied(seen)
    for (const [kind, least] of Object.entries(leastOf[line]))
      expect(tally[kind] ?? 0, `${kind} of ${JSON.stringify(tally)}`).toBeGreaterThanOrEqual(least)
    expect(Object.keys(tally).sort()).toEqual(Object.keys(leastOf[line]).sort())
  })

  it.each([1, 2, 3])('give the same answers for the modules of a running server, layout %i', async (seed) => {
    const program = await readFile(join(fixtures, 'module.lua'), 'utf8')
    const context = join(folder, `server-${seed}`)
    const layout = serverLayout(context, seed, program)
    writeLayout(layout)
    await writePluginPaths(context, layout)
    const prosody = await startProsody(place, {context, hostModules: layout.modules})
    try {
      const expected = serverAnswers(layout, line)
      expect(loggedAnswers(prosody.log()), prosody.log()).toEqual(expected.logged)
      expect(expected.logged.length).toBeGreaterThan(20)
      const silent = [...expected.paths].filter(([name]) => !expected.logged.some((one) => one.name === name))
      expect(silent.length).toBeGreaterThan(5)
      for (const [name, answer] of silent) {
        const path = await prosody.modulePath(host, name)
        if (answer.startsWith('/')) expect(path, name).toBe(answer)
        else {
          expect(path, name).toBeUndefined()
          expect(prosody.log()).toContain(
            `Unable to load module '${name}': ${answer.slice('missing '.length)}`,
          )
        }
      }
    } finally {
      await prosody.stop()
    }
  })

  it('agree that a folder in place of a module takes the server with it', async () => {
    const context = join(folder, 'raised')
    const files = new Map([[join(context, 'p/mod_made.lua/inside'), Buffer.alloc(0)]])
    const layout = {
      ...serverLayout(context, 1, ''),
      files,
      pluginPaths: [join(context, 'p')],
      modules: ['made'],
    }
    writeLayout(layout)
    await writePluginPaths(context, layout)
    expect(ourLoader(layout, loaderTarget(line)).loadModule('made')).toMatchObject({cause: 'folder'})
    await expect(startProsody(place, {context, hostModules: ['made']})).rejects.toThrow(
      "attempt to index a nil value (local 'content')",
    )
  })
})

async function writePluginPaths(context: string, layout: MadeLayout): Promise<void> {
  await mkdir(join(context, 'conf.d'), {recursive: true})
  const {pluginPaths, installerPluginPath} = layout
  const paths = pluginPaths.map((path) => JSON.stringify(path)).join(', ')
  await writeFile(
    join(context, 'conf.d/plugins.cfg.lua'),
    `plugin_paths = {${paths}}\ninstaller_plugin_path = ${JSON.stringify(installerPluginPath)}\n`,
  )
}

/** A line of JSON for each layout, from the Lua code of the Prosody that is there. */
async function askProsody(
  place: ProsodyPlace,
  folder: string,
  layouts: readonly MadeLayout[],
): Promise<readonly string[]> {
  const [program, questions] = [join(folder, 'ask.lua'), join(folder, 'questions')]
  await copyFile(join(fixtures, 'ask.lua'), program)
  const lines = layouts.map((layout) => `${JSON.stringify({...layout, files: undefined})}\n`)
  await writeFile(questions, lines.join(''))
  const output = await mustRun(place.argv(['lua5.4', program, questions], [folder]))
  return output.trimEnd().split('\n')
}

/** How often each kind of answer was given: a comparison of nothing would prove nothing. */
function tallied(all: readonly ComparedAnswers[]): Record<string, number> {
  const tally: Record<string, number> = {}
  const add = (key: string): void => {
    tally[key] = (tally[key] ?? 0) + 1
  }
  for (const {modules, libraries} of all) {
    for (const {outcome, skipped, directory, path} of modules) {
      add(`module ${outcome}`)
      for (const one of skipped) add(`skipped ${one.split(' ', 1).join('')}`)
      if (directory === 'unknown') add('unknown directory')
      else if (path !== undefined && directory !== path.slice(0, path.lastIndexOf('/'))) add('rock')
    }
    for (const {outcome} of libraries) add(`library ${outcome}`)
  }
  return tally
}
