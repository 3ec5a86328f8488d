import type {Notes} from '../notes.ts'
import type {Heredoc, Instruction, Word} from '../types.ts'
import {joinValues, known, literalWord, textOf, unknown, wordOf, type Value} from '../value.ts'
import {expandText, expandWord, type Lookup} from './expand.ts'
import type {RawHeredoc, RawInstruction} from './lines.ts'
import {readRun} from './run.ts'
import {beginStage, givenIn, setArg, valueIn, variablesIn, type Stages} from './stages.ts'
import {flagsOf, jsonWords, splitBlanks, splitQuoted, type RawWord} from './words.ts'

/** A Dockerfile while it is read. */
export interface Place {
  readonly text: string
  readonly notes: Notes
  readonly stages: Stages
}

/** An instruction's keyword, and where its arguments begin in the joined text. */
interface Head {
  readonly keyword: string
  readonly isOnbuild: boolean
  readonly flags: readonly RawWord[]
  readonly from: number
}

type Readers = Readonly<Record<string, (place: Place, raw: RawInstruction, head: Head) => readonly Word[]>>

const readers: Readers = {
  ADD: readPaths,
  ARG: readArg,
  CMD: readCommandLine,
  COPY: readPaths,
  ENTRYPOINT: readCommandLine,
  ENV: readEnv,
  EXPOSE: readList,
  FROM: readFrom,
  HEALTHCHECK: readHealthcheck,
  LABEL: readPairs,
  MAINTAINER: readWritten,
  RUN: () => [],
  SHELL: readShellWords,
  STOPSIGNAL: readWhole,
  USER: readWhole,
  VOLUME: readPaths,
  WORKDIR: readWhole,
}

/** Reads an instruction, and keeps what it sets; undefined for what is none. */
export function readInstruction(place: Place, raw: RawInstruction): Instruction | undefined {
  const {notes, stages} = place
  const head = headOf(raw)
  const read = Object.hasOwn(readers, head.keyword) ? readers[head.keyword] : undefined
  if (read === undefined) {
    notes.problem(raw.start, `unknown instruction ${raw.joined.text.slice(0, 40).split(/\s/)[0] ?? ''}`)
    return undefined
  }
  if (stages.index === -1 && head.keyword !== 'FROM' && head.keyword !== 'ARG')
    notes.problem(raw.start, `${head.keyword} above the first FROM`)
  const words = read(place, raw, head)
  const isRun = head.keyword === 'RUN'
  const {shell} = stages.current
  const run = isRun
    ? readRun({raw, text: place.text, from: head.from, notes, variables: variablesIn(stages), shell})
    : {words, statements: [], actions: []}
  return {
    keyword: head.keyword,
    line: notes.lineOf(raw.start),
    lastLine: notes.lineOf(raw.end),
    start: raw.start,
    end: raw.end,
    stage: stages.index,
    flags: flagWords(place, raw, head),
    ...run,
    heredocs: raw.heredocs.map((one) => heredocOf(place, one, isRun)),
  }
}

function headOf({joined}: RawInstruction): Head {
  const found = /^(onbuild[ \t]+)?([A-Za-z]+)(?=[ \t]|$)[ \t]*/i.exec(joined.text)
  const keyword = found?.[2]?.toUpperCase() ?? ''
  const {flags, rest} = flagsOf(joined.text, found?.[0].length ?? 0)
  const hasFlags = /^(?:ADD|COPY|FROM|HEALTHCHECK|RUN)$/.test(keyword)
  const from = hasFlags ? rest : (found?.[0].length ?? 0)
  return {keyword, isOnbuild: found?.[1] !== undefined, flags: hasFlags ? flags : [], from}
}

function lookupIn({notes, stages}: Place, {joined, escape}: RawInstruction, offset: number): Lookup {
  return {
    escape,
    value: (name) => valueIn(stages, name),
    miss: (name) => notes.miss(joined.at(offset), name),
  }
}

function valueOf(place: Place, raw: RawInstruction, {text, offset}: RawWord): Value {
  return expandWord(text, lookupIn(place, raw, offset))
}

function wordIn(place: Place, raw: RawInstruction, word: RawWord): Word {
  return wordOf({
    value: valueOf(place, raw, word),
    isPattern: /[*?]|\[[^\]]+\]/.test(word.text.replaceAll(/\$\{[^}]*\}/g, '')),
  })
}

function flagWords(
  place: Place,
  raw: RawInstruction,
  {flags, isOnbuild}: Head,
): Readonly<Record<string, Word>> {
  const words = flags.map(({text, offset}): [string, Word] => {
    const [, name = '', value = ''] = /^--([^=]+)(?:=([^]*))?$/.exec(text) ?? []
    return [name, {...wordIn(place, raw, {text: value, offset}), isPattern: false}]
  })
  // Of flags that may stand several times each has a line.
  const joined = new Map<string, Word>()
  for (const [name, word] of words) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? word : {...word, text: `${before.text}\n${word.text}`})
  }
  return Object.fromEntries(isOnbuild ? [...joined, ['onbuild', literalWord('')] as const] : joined)
}

function heredocOf(
  place: Place,
  {name, start, end, isIndented, isQuoted}: RawHeredoc,
  isRun: boolean,
): Heredoc {
  const raw = place.text.slice(start, end).replaceAll('\r\n', '\n')
  const text = isIndented ? raw.replaceAll(/^\t+/gm, '') : raw
  const lookup: Lookup = {
    escape: '\\',
    value: (variable) => valueIn(place.stages, variable),
    miss: (variable) => place.notes.miss(start, variable),
  }
  const value = isQuoted || isRun ? known(text) : expandText(text, lookup)
  return {name, text: wordOf({value, isPattern: false}), line: place.notes.lineOf(start)}
}

function readFrom(place: Place, raw: RawInstruction, {from, isOnbuild}: Head): readonly Word[] {
  const {stages, notes} = place
  const lookup = (offset: number): Lookup => ({
    escape: raw.escape,
    value: (name) => stages.globals.get(name),
    miss: (name) => notes.miss(raw.joined.at(offset), name),
  })
  const words = splitBlanks(raw.joined.text, from).map(({text, offset}) =>
    wordOf({value: expandWord(text, lookup(offset)), isPattern: false}),
  )
  const [image, as, name] = words
  if (image === undefined) notes.problem(raw.start, 'FROM without an image')
  if (!isOnbuild)
    beginStage(stages, image?.text ?? '', as?.text.toUpperCase() === 'AS' ? name?.text : undefined)
  return words
}

function readArg(place: Place, raw: RawInstruction, {from, isOnbuild}: Head): readonly Word[] {
  return splitQuoted(raw.joined.text, from, raw.escape).map((word) => {
    const equals = word.text.indexOf('=')
    const name = equals === -1 ? word.text : word.text.slice(0, equals)
    const usual = equals === -1 ? undefined : {text: word.text.slice(equals + 1), offset: word.offset}
    const value = givenIn(place.stages, name) ?? (usual && argValue(place, raw, usual))
    if (!isOnbuild) setArg(place.stages, name, value)
    return value === undefined ? literalWord(name) : pairWord(name, value)
  })
}

/** Above the first FROM, ARG sees those above it. */
function argValue({stages, notes}: Place, raw: RawInstruction, {text, offset}: RawWord): Value {
  return expandWord(text, {
    escape: raw.escape,
    value: (name) => valueIn(stages, name) ?? (stages.index === -1 ? stages.globals.get(name) : undefined),
    miss: (name) => notes.miss(raw.joined.at(offset), name),
  })
}

function pairWord(name: string, value: Value): Word {
  return wordOf({value: joinValues([known(`${name}=`), value], name), isPattern: false})
}

/** All of an ENV's values are put in before the first is set. */
function readEnv(place: Place, raw: RawInstruction, head: Head): readonly Word[] {
  const pairs = pairsOf(place, raw, head)
  if (!head.isOnbuild) for (const [name, value] of pairs) place.stages.current.env.set(name, value)
  return pairs.map(([name, value]) => pairWord(name, value))
}

function readPairs(place: Place, raw: RawInstruction, head: Head): readonly Word[] {
  return pairsOf(place, raw, head).map(([name, value]) => pairWord(name, value))
}

/** `NAME=value …`, or `NAME the rest of the line`. */
function pairsOf(place: Place, raw: RawInstruction, {from}: Head): readonly (readonly [string, Value])[] {
  const words = splitQuoted(raw.joined.text, from, raw.escape)
  const [first] = words
  if (first !== undefined && !first.text.includes('=')) {
    const offset = first.offset + first.text.length
    const rest = raw.joined.text.slice(offset)
    const start = rest.length - rest.trimStart().length
    return [[first.text, valueOf(place, raw, {text: rest.trim(), offset: offset + start})]]
  }
  return words.map(({text, offset}) => {
    const equals = text.includes('=') ? text.indexOf('=') : text.length
    const name = textOf(valueOf(place, raw, {text: text.slice(0, equals), offset}))
    return [name, valueOf(place, raw, {text: text.slice(equals + 1), offset: offset + equals + 1})]
  })
}

/** ADD, COPY and VOLUME. */
function readPaths(place: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  const words = jsonWords(raw.joined.text.slice(from))
  const parts = words?.map((text) => ({text, offset: from})) ?? splitBlanks(raw.joined.text, from)
  return parts.map((word) => wordIn(place, raw, word))
}

/** EXPOSE splits what variables hold. */
function readList(place: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  return splitBlanks(raw.joined.text, from).flatMap((part) => {
    const word = wordIn(place, raw, part)
    if (word.unknown.length > 0) return [word]
    return word.text.split(/\s+/).flatMap((text) => (text === '' ? [] : [literalWord(text)]))
  })
}

function readWhole(place: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  const text = raw.joined.text.slice(from).trim()
  return text === '' ? [] : [{...wordIn(place, raw, {text, offset: from}), isPattern: false}]
}

function readWritten(_: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  return [literalWord(raw.joined.text.slice(from).trim())]
}

function readShellWords(place: Place, raw: RawInstruction, {from, isOnbuild}: Head): readonly Word[] {
  const words = jsonWords(raw.joined.text.slice(from))
  if (words === undefined || words.length === 0)
    place.notes.problem(raw.start, 'SHELL without a JSON list of words')
  else if (!isOnbuild) place.stages.current.shell = words
  return words?.map(literalWord) ?? []
}

/** In shell form what the image gets: the shell with the text behind it. */
function readCommandLine(place: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  const text = raw.joined.text.slice(from).trim()
  const words = jsonWords(text)
  if (words !== undefined) return words.map(literalWord)
  return text === '' ? [] : [...place.stages.current.shell.map(literalWord), writtenWord(text)]
}

/** `NONE`, `CMD` with words, or `CMD-SHELL` with a text, as images hold it. */
function readHealthcheck(_: Place, raw: RawInstruction, {from}: Head): readonly Word[] {
  const text = raw.joined.text.slice(from).trim()
  const command = /^cmd[ \t]+([^]*)$/i.exec(text)?.[1]
  if (command === undefined) return text === '' ? [] : [literalWord(text.toUpperCase())]
  const words = jsonWords(command)
  return words === undefined
    ? [literalWord('CMD-SHELL'), writtenWord(command)]
    : ['CMD', ...words].map(literalWord)
}

/** Variables of a command line get their values when the container starts. */
function writtenWord(text: string): Word {
  const parts = text.split(/(\$\{[^}]*\}|\$\w+|\$\([^)]*\))/)
  const value = parts.flatMap((part, index) => (index % 2 === 1 ? unknown(part) : known(part)))
  return wordOf({value: value.filter((segment) => segment.text !== ''), isPattern: false})
}
