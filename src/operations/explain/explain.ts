import {LogReader, type LogMessage, type UnknownLine} from '../../prosody/log/reader.ts'
import type {LockTarget} from '../../project/lockfile.ts'
import type {Environment} from '../../workbench/environment.ts'
import {draftOf} from './draft.ts'
import {withoutEchoes} from './echoes.ts'
import {explainSaid} from './said.ts'
import {step, sure, type Draft, type Explanation} from './types.ts'
import {World, type TargetOrigin} from './world.ts'

export type {Explanation} from './types.ts'

/** What `explain` found; the shape is part of --json (docs/reference/json.md). */
export interface ExplainResult {
  /** The Prosody that the answers hold for, and where that is known from. */
  readonly target: LockTarget & {
    readonly from: TargetOrigin
    /** The version that greets in the text; null where none does. */
    readonly greets: string | null
  }
  /** How many lines were read. */
  readonly lines: number
  /** The explanations in the order of the text. */
  readonly explained: readonly Explanation[]
  /** Warnings and errors that are not understood. */
  readonly unknown: readonly UnknownLine[]
  /** How many such lines there are beyond those of `unknown`. */
  readonly moreUnknown: number
}

/** Tells what the messages of a log come from. Nothing is fetched. */
export async function explain(
  lines: AsyncIterable<string> | Iterable<string>,
  environment: Environment,
): Promise<ExplainResult> {
  const reader = new LogReader()
  for await (const line of lines) reader.add(line)
  const contents = reader.contents()
  const world = await World.open(environment, contents)
  const answers = new Answers()
  for (const explanation of wrongProsody(world)) answers.put('', explanation)
  for (const message of withoutEchoes(contents.messages))
    answers.add(await draftOf(message.failure, message, world), message)
  const unknown: UnknownLine[] = []
  for (const one of contents.unknown) {
    const draft = await explainSaid(one, world)
    const {text, line, count, owner} = one
    if (draft === undefined) unknown.push({line, text, count})
    else
      answers.add(draft, {
        module: owner.module,
        hosts: owner.host === undefined ? [] : [owner.host],
        text,
        line,
        count,
      })
  }
  return {
    target: {...world.target, from: world.from, greets: contents.prosody ?? null},
    lines: contents.lines,
    explained: answers.inOrder(),
    unknown,
    moreUnknown: contents.moreUnknown,
  }
}

type Told = Pick<LogMessage, 'module' | 'hosts' | 'text' | 'line' | 'count'>

/** One explanation for all messages that are about the same. */
class Answers {
  readonly #all = new Map<string, Explanation>()

  put(key: string, explanation: Explanation): void {
    this.#all.set(key, explanation)
  }

  add({subject, ...draft}: Draft, message: Told): void {
    const key = JSON.stringify([draft.id, subject])
    const before = this.#all.get(key)
    this.put(key, before === undefined ? whole(draft, message) : merged(before, draft, message))
  }

  inOrder(): Explanation[] {
    return [...this.#all.values()].sort((a, b) => a.line - b.line)
  }
}

function whole(draft: Omit<Draft, 'subject'>, {module, hosts, text, line, count}: Told): Explanation {
  return {...draft, module: draft.module ?? module ?? null, hosts, message: text, line, count}
}

/** Two messages of one thing. */
function merged(before: Explanation, {causes}: Pick<Draft, 'causes'>, {hosts, count}: Told): Explanation {
  const known = new Set(before.causes.map(({text}) => text))
  return {
    ...before,
    causes: [...before.causes, ...causes.filter(({text}) => !known.has(text))],
    hosts: [...new Set([...before.hosts, ...hosts])],
    count: before.count + count,
  }
}

/** Once, where the log is of another line than the project is for. */
function wrongProsody(world: World): Explanation[] {
  const wanted = world.projectTarget?.prosody
  const {contents, target, from, unknownVersion} = world
  if (wanted === undefined || (from !== 'log' && from !== 'nearest')) return []
  if (from === 'log' && wanted === target.prosody) return []
  const version = contents.prosody ?? target.prosody
  return [
    {
      id: 'wrong-prosody',
      module: null,
      hosts: [],
      message: `Hello and welcome to Prosody version ${version}`,
      line: 1,
      count: 1,
      happened: `this log is of Prosody ${version}`,
      causes: [sure(`the project is for Prosody ${wanted}`, 'prosody-mods.json: prosody')],
      steps: [
        unknownVersion === undefined
          ? step(
              `run Prosody ${wanted}, or set "prosody" to "${target.prosody}" and see what does not fit`,
              'prosody-mods install && prosody-mods lint',
            )
          : step(`run Prosody ${wanted}: nothing is known here of ${unknownVersion}`),
      ],
    },
  ]
}
