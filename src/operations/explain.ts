import type {LogFailure} from '../lua/log/failure.ts'
import type {LuaPlace} from '../lua/log/line.ts'
import {LogReader, type LogContents, type LogMessage, type UnknownLine} from '../lua/log/reader.ts'
import type {LockTarget} from '../project/lockfile.ts'
import type {Environment} from './environment.ts'
import {moduleAskers} from './explain-askers.ts'
import {explainError} from './explain-error.ts'
import {explainGlobal} from './explain-global.ts'
import {explainLibrary} from './explain-library.ts'
import {
  explainDeprecated,
  explainDisabled,
  explainNullStorage,
  explainOption,
  explainSkipped,
  explainSyntax,
  explainUnreadable,
} from './explain-load.ts'
import {explainAbsent} from './explain-module.ts'
import {explainShared} from './explain-shared.ts'
import {explainSql, explainStart} from './explain-start.ts'
import {step, sure, type Draft, type Explanation} from './explain-types.ts'
import {World} from './explain-world.ts'

export type {Explanation} from './explain-types.ts'

/** The shape is part of --json (docs/reference/json.md). */
export interface ExplainResult {
  /** For what the answers hold, and where that is known from. */
  readonly target: LockTarget & {readonly from: 'log' | 'project' | 'default'}
  /** Lines that were read. */
  readonly lines: number
  /** In the order of the text. */
  readonly explained: readonly Explanation[]
  /** Warnings and errors that are not understood. */
  readonly unknown: readonly UnknownLine[]
  /** Such lines beyond those of `unknown`. */
  readonly moreUnknown: number
}

/** Tells what messages of a log come from. Nothing is fetched. */
export async function explain(
  lines: AsyncIterable<string> | Iterable<string>,
  environment: Environment,
): Promise<ExplainResult> {
  const reader = new LogReader()
  for await (const line of lines) reader.add(line)
  const contents = reader.contents()
  const world = await World.open(environment, contents)
  const {unknown, moreUnknown} = contents
  const explained = new Map<string, Explanation>()
  for (const explanation of wrongProsody(world)) explained.set('', explanation)
  for (const message of withoutEchoes(withoutSkipped(contents))) {
    const {subject, ...draft} = await draftOf(message.failure, message, world)
    const key = JSON.stringify([draft.id, subject])
    const before = explained.get(key)
    explained.set(key, before === undefined ? whole(draft, message) : merged(before, draft, message))
  }
  return {
    target: {...world.target, from: world.from},
    lines: contents.lines,
    explained: [...explained.values()],
    unknown,
    moreUnknown,
  }
}

function whole(draft: Omit<Draft, 'subject'>, {module, hosts, text, line, count}: LogMessage): Explanation {
  return {...draft, module: draft.module ?? module ?? null, hosts, message: text, line, count}
}

/** Two messages of one thing. */
function merged(
  before: Explanation,
  {causes}: Pick<Draft, 'causes'>,
  {hosts, count}: LogMessage,
): Explanation {
  const known = new Set(before.causes.map(({text}) => text))
  return {
    ...before,
    causes: [...before.causes, ...causes.filter(({text}) => !known.has(text))],
    hosts: [...new Set([...before.hosts, ...hosts])],
    count: before.count + count,
  }
}

/** A file that was left out is not found, either; the first message says why. */
function withoutSkipped({messages}: LogContents): readonly LogMessage[] {
  const skipped = new Set(
    messages.flatMap(({failure, module}) => (failure.kind === 'skipped' ? [module] : [])),
  )
  return messages.filter(({failure, module}) => failure.kind !== 'absent' || !skipped.has(module))
}

/** Prosody warns of a variable that is not there, and then the code that read it fails: the error says more. */
function withoutEchoes(messages: readonly LogMessage[]): readonly LogMessage[] {
  const failed = new Set(
    messages.flatMap(({failure}) =>
      failure.kind === 'nil' && failure.what === 'global' && failure.place !== undefined
        ? [readKey(failure.name, failure.place)]
        : [],
    ),
  )
  return messages.filter(
    ({failure, places}) =>
      failure.kind !== 'global' ||
      places.length === 0 ||
      places.some((place) => !failed.has(readKey(failure.name, place))),
  )
}

function readKey(name: string, {path, line}: LuaPlace): string {
  return JSON.stringify([name, path, line])
}

async function draftOf(failure: LogFailure, message: LogMessage, world: World): Promise<Draft> {
  switch (failure.kind) {
    case 'library':
      return explainLibrary(failure.library, message, world)
    case 'absent':
      return explainAbsent(message.module ?? nameIn(failure.path), world)
    case 'depends':
      return needed(failure.needed, message, world)
    case 'shared':
      return failure.inner.kind === 'absent' || failure.inner.kind === 'other'
        ? explainShared(failure.library, message, world)
        : draftOf(failure.inner, message, world)
    case 'unreadable':
      return explainUnreadable(failure)
    case 'syntax':
      return explainSyntax(failure, world)
    case 'disabled':
      return explainDisabled(failure, message, world)
    case 'sql':
      return explainSql(undefined)
    case 'driver':
      return explainSql(failure.driver)
    case 'nil':
    case 'raised':
    case 'other':
      return explainError(failure, message, world)
    case 'skipped':
      return explainSkipped(failure, world)
    case 'null-storage':
      return explainNullStorage()
    case 'start':
      return explainStart(failure.dependency, world)
    case 'option':
      return explainOption(failure, message, world)
    case 'deprecated':
      return explainDeprecated(failure, message, world)
    case 'global':
      return explainGlobal(failure.name, message.places, world)
  }
}

function nameIn(path: string): string {
  return /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1] ?? path
}

/** A module that another one needs. */
async function needed(name: string, message: LogMessage, world: World): Promise<Draft> {
  const {module, text} = message
  const draft = explainAbsent(name, world)
  const needers = await world.needers('modules', name)
  const by = moduleAskers(message, needers, world)
  // It may be there and fail itself; Prosody then says why in a message before.
  if (!text.includes('No such file or directory') && !/mod_[\w-]+: *$/.test(text)) {
    return {
      ...draft,
      happened: `${module === undefined ? 'a module' : `mod_${module}`} needs mod_${name}, which did not load`,
      id: 'module-error',
      causes: [...by, sure(`the message about mod_${name} itself says why`)],
      steps: [step(`put mod_${name} right first`)],
    }
  }
  return {...draft, causes: [...by, ...draft.causes]}
}

/** Once, where the log is of another line than the project is for. */
function wrongProsody(world: World): Explanation[] {
  const wanted = world.projectTarget
  const {contents, target, from} = world
  if (wanted === undefined || from !== 'log' || wanted.prosody === target.prosody) return []
  return [
    {
      id: 'wrong-prosody',
      module: null,
      hosts: [],
      message: `Hello and welcome to Prosody version ${contents.prosody ?? target.prosody}`,
      line: 1,
      count: 1,
      happened: `this log is of Prosody ${contents.prosody ?? target.prosody}`,
      causes: [sure(`the project is for Prosody ${wanted.prosody}`, 'prosody-mods.json: prosody')],
      steps: [
        step(
          `run Prosody ${wanted.prosody}, or set "prosody" to "${target.prosody}" and see what does not fit`,
          'prosody-mods install && prosody-mods lint',
        ),
      ],
    },
  ]
}
