import {isPrefixed, mainOf} from '../../module-name.ts'
import type {FileFacts, OptionFact} from '../../facts/fact-types.ts'
import {stringless, type SourceLines} from '../../lua/source-lines.ts'
import {step, sure, maybe, type Cause, type Draft, type Step} from './types.ts'
import {placeText, stopped, subjectOf, textOf, type Failed, type Scene} from './scene.ts'

/** An option that a file reads, and the variable that its value goes into. */
export interface ReadOption {
  readonly fact: OptionFact & {readonly name: string}
  readonly variable: string | undefined
}

/** Lists the options that a file reads, with the variables that hold them. */
export function optionsRead(facts: FileFacts, source: SourceLines): ReadOption[] {
  return facts.options.flatMap((fact) => {
    const {name} = fact
    return name === null ? [] : [{fact: {...fact, name}, variable: source.variableOf(fact.line, name)}]
  })
}

/** Explains an error that comes of an option which nobody set, and which has no default; undefined for any other. */
export function unsetDraft(failure: Failed, scene: Scene): Draft | undefined {
  const {place, match, world, facts} = scene
  if (place === undefined || match.kind !== 'ours' || facts === undefined) return undefined
  const source = world.source(match)
  if (source === undefined) return undefined
  const text = textOf(failure)
  const found = unsetUsed(facts, {line: place.line, text, source})
  if (found.length === 0) return undefined
  const isNamed = namedIn(text) !== undefined
  const names = [...new Set(found.map(({fact}) => fact.name))]
  return {
    id: 'option-missing',
    subject: subjectOf(failure, scene),
    happened: stopped(failure, scene),
    causes: found.map((one) => unsetCause(one, isNamed && names.length === 1, scene)),
    steps: setSteps(names, match.key),
  }
}

/** An error, and the file that it was raised in. */
interface Use {
  readonly line: number
  readonly text: string
  readonly source: SourceLines
}

/** Names the options without a default that are nil where an error of a nil was raised. */
export function unsetNames(facts: FileFacts, use: Use): readonly string[] {
  return [...new Set(unsetUsed(facts, use).map(({fact}) => fact.name))]
}

function unsetUsed(facts: FileFacts, use: Use): ReadOption[] {
  if (!/\bnil\b|no value|^assertion failed!$/.test(use.text)) return []
  const unset = optionsRead(facts, use.source).filter(({fact}) => fact.default === null)
  const named = namedIn(use.text)
  if (named === undefined) return unset.filter((one) => isUsed(one, use))
  const holding = unset.filter(({variable}) => variable === named)
  // What no variable is known of may be what an expression on its line was made of.
  const made = unset.filter(({fact, variable}) => variable === undefined && fact.line === use.line)
  return holding.length > 0 ? holding : made
}

/** The variable that Lua's error names: up to 5.1 before what it is, since then behind. */
function namedIn(text: string): string | undefined {
  const named =
    /a nil value \((?:local|upvalue|global|field|method) '([^']+)'\)|'([^']+)' \(a nil value\)/.exec(text)
  return named?.[1] ?? named?.[2]
}

/** Explains an error that the module itself raises, and that names an option; undefined for any other. */
export function refusedOption(failure: Failed, scene: Scene): Draft | undefined {
  const text = textOf(failure)
  if (failure.kind !== 'raised' || /^(?:attempt to |bad argument #)/.test(text)) return undefined
  const {facts} = scene
  const said = wordsOf(text)
  const read = facts?.options.find(({name}) => name !== null && said.includes(name))
  const names = typeof read?.name === 'string' ? [read.name] : namedOptions(text)
  if (names.length === 0) return undefined
  return {
    id: 'module-says',
    subject: subjectOf(failure, scene),
    happened: stopped(failure, scene),
    causes: [
      maybe(
        `the module itself refuses the option ${names.join(' or ')}: it is not set for that host, or set to what it can't use`,
        ...(read === undefined ? [] : [placeText(scene, read.line)]),
      ),
    ],
    steps: setSteps(names, specIn(scene)),
  }
}

/** What other commands know the module by whose file it is. */
function specIn({place, match, world}: Scene): string | undefined {
  const module = place === undefined ? undefined : mainOf(place.path)
  if (match.kind === 'ours') return match.key
  return match.kind === 'core' || module === undefined ? undefined : world.specOf(module)
}

const saysOption =
  /\b(?:options?|settings?|config(?:ured|uration)?|required|(?:must be|is not|isn't|not) set)\b/i

/** Of a text alone: what it quotes, or else what it calls an option and is no word of English. */
function namedOptions(text: string): readonly string[] {
  const quoted = /\b(?:option|setting)\s+(['"`])([a-z]\w*)\1|(['"`])([a-z]+(?:_[a-z0-9]+)+)\3/i.exec(text)
  const name = quoted?.[2] ?? quoted?.[4]
  if (name !== undefined) return [name]
  const names = saysOption.test(text) ? optionWords(text) : []
  return names.length > 2 ? [] : names
}

/** Lists the words of a text that are names like no word of English: `app_id`. */
export function optionWords(text: string): readonly string[] {
  const names = text.match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ?? []
  return [...new Set(names)].filter((name) => !isPrefixed(name))
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? []
}

function isUsed({fact, variable}: ReadOption, {line, text, source}: Use): boolean {
  if (fact.line === line) return true
  return variable !== undefined && words(argumentsIn(source.line(line), text)).includes(variable)
}

/** Of `bad argument #1 to 'new'`, what stands behind the name on the line. */
function argumentsIn(line: string, text: string): string {
  const name = /^bad argument #\d+ to '(\w+)'/.exec(text)?.[1]
  const at = name === undefined ? -1 : line.search(new RegExp(`\\b${name}\\s*\\(`))
  return at < 0 ? line : line.slice(at)
}

function words(line: string): string[] {
  return [...wordsOf(stringless(line))]
}

function unsetCause({fact, variable}: ReadOption, isOnly: boolean, scene: Scene): Cause {
  const into = variable === undefined || variable === fact.name ? '' : `, which ${variable} holds,`
  return (isOnly ? sure : maybe)(
    `the option ${fact.name}${into} is not set for that host, and the code has no default for it`,
    placeText(scene, fact.line),
  )
}

/** Suggests to set options, and to see which ones the module reads. */
export function setSteps(names: readonly string[], key: string | undefined): Step[] {
  return [
    step(`set ${names.join(' or ')} in the configuration, for the host or component that loads the module`),
    ...(key === undefined
      ? []
      : [step('see which options it reads, with their defaults', `prosody-mods options ${key}`)]),
  ]
}
