import {mainOf} from '../../module-name.ts'
import type {UnknownMessage} from '../../prosody/log/reader.ts'
import {loadingOf} from '../../facts/loading.ts'
import {isMadeOf, stringless, type LoggedText, type SourceLines} from '../../lua/source-lines.ts'
import {splitKey} from '../../module-key.ts'
import {optionWords, optionsRead, setSteps, type ReadOption} from './options.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'
import type {LockedPath} from './locked-path.ts'

/** Explains what a module itself logs; undefined where nothing of it is known. */
export async function explainSaid(
  {owner: {module, host}, said}: UnknownMessage,
  world: World,
): Promise<Draft | undefined> {
  if (module === undefined) return undefined
  const place = placeOf(module, said, world)
  return place === undefined
    ? namedOption(module, said, {host, world})
    : fromCode(module, said, {place, host, world})
}

interface SaidPlace {
  readonly path: LockedPath
  readonly logged: LoggedText
  readonly source: SourceLines
}

/** The module's main file first, then others of what brings it. */
function placeOf(module: string, said: string, world: World): SaidPlace | undefined {
  const main = world.mainFile(module)
  if (main === undefined) return undefined
  const files = Object.keys(world.project.lock.modules[main.key]?.files ?? {})
  const others = files.filter((file) => file.endsWith('.lib.lua')).map((file) => ({key: main.key, file}))
  for (const path of [main, ...others]) {
    const source = world.source(path)
    const logged = source?.logged().find((one) => isMadeOf(said, one))
    if (source !== undefined && logged !== undefined) return {path, logged, source}
  }
  return undefined
}

interface Told {
  readonly host: string | undefined
  readonly world: World
}

async function fromCode(
  module: string,
  said: string,
  {place: {path, logged, source}, host, world}: Told & {readonly place: SaidPlace},
): Promise<Draft> {
  const {key, file} = path
  const facts = await world.facts(path)
  const options = facts === undefined ? [] : besides(optionsRead(facts, source), {said, logged, source})
  const at = (line: number): string => `${splitKey(key)[0]}/${file}:${line}`
  const names = [...new Set(options.map(({fact}) => fact.name))]
  const loading = facts === undefined || mainOf(file) !== module ? [] : loadingOf(module, facts)
  const isComponent = loading.some(({where}) => where === 'component')
  return {
    id: 'module-says',
    module,
    subject: `${module} ${said}`,
    happened: `mod_${module} (${key}) says so itself: ${said}`,
    causes: [
      sure('its own code logs that', at(logged.line)),
      ...options.map((one) => optionCause(one, at(one.fact.line))),
    ],
    steps: [
      ...(isComponent ? [componentStep(module, {host, names})] : []),
      ...(names.length > 0
        ? setSteps(names, key)
        : [step('look at that line of the module, and at its README')]),
    ],
  }
}

/** Options that the text names, else those that decide whether it is logged. */
function besides(
  options: readonly ReadOption[],
  {said, logged, source}: {readonly said: string; readonly logged: LoggedText; readonly source: SourceLines},
): ReadOption[] {
  const inText = new Set(wordsIn(said))
  const named = options.filter(({fact}) => inText.has(fact.name))
  if (named.length > 0) return named
  const condition = new Set(wordsIn(stringless(source.conditionOf(logged.line) ?? '')))
  return options.filter(({variable}) => variable !== undefined && condition.has(variable))
}

function wordsIn(text: string): readonly string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? []
}

function optionCause({fact}: ReadOption, at: string): Cause {
  return maybe(
    fact.default === null
      ? `the option ${fact.name}, which has no default, is not set for that host, or set to what the module can't use`
      : `the option ${fact.name} (${fact.default.text} without a setting) has a value that the module can't use there`,
    at,
  )
}

function componentStep(
  module: string,
  {host, names}: {readonly host: string | undefined; readonly names: readonly string[]},
): Step {
  const under =
    names.length === 0 ? '' : `, with ${names.map((name) => `${name} = …`).join(' and ')} below that line`
  return step(
    `it is made to be a component of its own: Component "…" "${module}"${under}${host === undefined ? '' : `; see whether ${host} is that one, or a host that has it in modules_enabled by mistake`}`,
  )
}

const lacks =
  /\b(?:no|missing|without|unset|undefined|required|requires|needs?|must|please|specify|(?:is|was|are|has) not|isn't|not (?:set|specified|configured|provided|defined|given))\b/i

/** Of a module whose code is not at hand: an option is a name in its text like no word of English. */
function namedOption(module: string, said: string, {host, world}: Told): Draft | undefined {
  const names = optionWords(said)
  const [name] = names
  if (name === undefined || names.length > 2 || !lacks.test(said)) return undefined
  return {
    id: 'module-says',
    module,
    subject: `${module} ${said}`,
    happened: `mod_${module} says so itself: ${said}`,
    causes: [
      maybe(
        `the option ${names.join(' or ')} is not set for that host: its text reads so, and its code is not in the project`,
      ),
    ],
    steps: [
      ...(module.endsWith('_component') ? [componentStep(module, {host, names})] : []),
      ...setSteps(names, world.specOf(module)),
    ],
  }
}
