import {chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {ConfigSources} from '../../src/prosody/config/types.ts'
import {readConfiguration} from '../../src/prosody/config/read.ts'
import {comparedWith, type Compared, type ConfigAnswer} from '../helpers/config-answers.ts'
import {imageConfigs} from '../helpers/image-configs.ts'
import {environment, madeConfig, type MadeConfig} from '../helpers/made-configs.ts'
import {laterConfigs, trickyConfigs} from '../helpers/tricky-configs.ts'
import {stoppingConfigs} from '../helpers/stopping-configs.ts'
import {linePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'
import {mustRun} from '../helpers/program.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const count = 400

/** How much has to be known and equal at least: a comparison of nothing would prove nothing. */
const least = {known: 1500, modules: 100}

describe.each(['0.12', '13.0'] as const)(
  'a configuration, as Prosody %s reads it',
  {timeout: 180_000},
  (line) => {
    let place: ProsodyPlace
    let folder = ''

    beforeAll(async () => {
      place = await linePlace(line)
      folder = await mkdtemp(join(tmpdir(), 'prosody-mods-config-'))
      await chmod(folder, 0o755)
    }, 900_000)

    afterAll(async () => {
      await rm(folder, {recursive: true, force: true})
      await place.remove()
    })

    it(`has the values that are told of it, in ${count} made ones`, async () => {
      const made = Array.from({length: count}, (_, seed) => madeConfig(seed))
      const compared = await compare(made, join(folder, 'made'))
      expect(compared.wrong).toEqual([])
      expect(compared).toSatisfy(isEnough(least))
    })

    it('has them where that is hard to read', async () => {
      const tricky = line === '0.12' ? trickyConfigs : [...trickyConfigs, ...laterConfigs]
      const compared = await compare(tricky, join(folder, 'tricky'))
      expect(compared.wrong).toEqual([])
      expect(compared).toSatisfy(isEnough({known: 500, modules: 5}))
    })

    it('stops where that is told, and by no other line', async () => {
      const stopping = stoppingConfigs(line)
      const at = join(folder, 'stopping')
      const paths = await written(stopping, at)
      const answers = await prosodyAnswers(paths, at, environment)
      for (const [index, {name, line: last}] of stopping.entries()) {
        const [found] = readConfiguration(paths[index] ?? '', sources, {prosody: line}).problems
        const error = answers[index]?.error
        expect(error, name).toBeDefined()
        // What C code stops at has no line.
        expect(Number(/:(\d+): /.exec(error ?? '')?.[1] ?? last), name).toBe(last)
        expect(found?.line, name).toBe(last)
      }
    })

    it('has them in the configurations of this repository and in that of the package', async () => {
      const example = await readFile(join(fixtures, '../examples/moderated-chat/prosody.cfg.lua'), 'utf8')
      const packaged = await readFile(join(place.root, 'etc/prosody/prosody.cfg.lua'), 'utf8')
      const real = [
        {name: 'examples/moderated-chat', files: {'main.cfg.lua': example, 'conf.d/own.cfg.lua': ''}},
        {name: 'the package', files: {'main.cfg.lua': packaged, 'conf.d/own.cfg.lua': ''}},
      ]
      const compared = await compare(real, join(folder, 'real'))
      expect(compared.wrong).toEqual([])
      expect(compared).toSatisfy(isEnough({known: 20, modules: 10}))
    })

    it('has them in what each profile of images writes', async () => {
      const configs = await imageConfigs(line)
      expect(configs).toHaveLength(16)
      for (const [index, {name, variables, isNamed, at}] of configs.entries()) {
        const place = join(folder, `image-${index}`)
        const compared = await compare([at(join(place, '0'))], place, variables)
        expect(compared.wrong, name).toEqual([])
        // Most of it depends on the environment, and is told as that.
        const enough = isNamed ? {known: 15, modules: 2} : {known: 5, modules: 0}
        expect(compared, name).toSatisfy(isEnough(enough))
      }
    })

    async function compare(
      made: readonly MadeConfig[],
      at: string,
      variables = environment,
    ): Promise<Compared> {
      const paths = await written(made, at)
      const answers = await prosodyAnswers(paths, at, variables)
      const all = paths.map((path, index) => {
        const answer = answers[index]
        if (answer === undefined) throw new Error(`Prosody says nothing of ${path}`)
        const found = comparedWith(readConfiguration(path, sources, {prosody: line}), answer)
        return {...found, wrong: found.wrong.map((one) => `${made[index]?.name ?? ''}: ${one}`)}
      })
      const sum = (of: (one: (typeof all)[number]) => number): number =>
        all.reduce((total, one) => total + of(one), 0)
      return {
        wrong: all.flatMap(({wrong}) => wrong),
        known: sum(({known}) => known),
        unknown: sum(({unknown}) => unknown),
        modules: sum(({modules}) => modules),
      }
    }

    async function prosodyAnswers(
      paths: readonly string[],
      at: string,
      variables: Readonly<Record<string, string>>,
    ): Promise<ConfigAnswer[]> {
      const [program, list, secrets] = [join(at, 'dump.lua'), join(at, 'list'), join(at, 'credentials')]
      await copyFile(join(fixtures, 'config/dump.lua'), program)
      await writeFile(list, paths.map((path) => `${path}\n`).join(''))
      await mkdir(secrets)
      await writeFile(join(secrets, 'secret'), 'hush\n')
      const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
      const output = await mustRun(place.argv(['env', ...set, 'lua5.4', program, list, secrets], [folder]))
      return output
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text) as ConfigAnswer)
    }
  },
)

/** Writes each into a folder of its own and returns the paths of the first files. */
async function written(made: readonly MadeConfig[], at: string): Promise<string[]> {
  const paths: string[] = []
  for (const [index, {files}] of made.entries()) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(at, String(index), path)
      await mkdir(dirname(file), {recursive: true})
      await writeFile(file, text)
    }
    paths.push(join(at, String(index), Object.keys(files)[0] ?? ''))
  }
  return paths
}

const sources: ConfigSources = {
  read: (path) =>
    statSync(path, {throwIfNoEntry: false})?.isFile() === true ? readFileSync(path) : undefined,
  list: (path) =>
    statSync(path, {throwIfNoEntry: false})?.isDirectory() === true ? readdirSync(path) : undefined,
}

function isEnough(wanted: Pick<Compared, 'known' | 'modules'>): (found: Compared) => boolean {
  return ({known, modules}) => known >= wanted.known && modules >= wanted.modules
}
