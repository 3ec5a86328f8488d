import type {Interface} from 'node:readline'
import {ProsodyModsError} from '../errors.ts'
import {visible} from '../plain-text.ts'
import type {Candidate} from '../resolve/owners.ts'
import {err as pc, coloured} from './colours.ts'
import {table} from './common.ts'
import {folded} from './fold.ts'
import {withoutProgress} from './progress.ts'
import type {ModuleKey} from '../module-key.ts'

/** Tells whether there is somebody to ask: a terminal at both ends, and no job of a CI that only looks like one. */
export function canAsk(env: NodeJS.ProcessEnv): boolean {
  const ci = env['CI']
  const isJob = ci !== undefined && !['', '0', 'false'].includes(ci)
  return process.stdin.isTTY && process.stderr.isTTY && !isJob
}

/**
 * Asks on the terminal which of several qualified names is meant, until the answer is one of them. Throws
 * MODULE_AMBIGUOUS where the input ends, and INTERRUPTED.
 */
export async function askForOne(name: string, candidates: readonly Candidate[]): Promise<ModuleKey> {
  return withoutProgress(async () => {
    const terminal = await openTerminal()
    try {
      const list = candidates
        .map(({key, about}, index) => `  ${index + 1}) ${key}${pc.dim(about)}\n`)
        .join('')
      let question = `Several sources publish ${name}:\n${list}Which one? `
      for (;;) {
        const answer = await answerTo(question, terminal)
        if (answer === undefined) throw nothingChosen(name, candidates)
        const chosen = candidates[Number(answer) - 1] ?? candidates.find(({key}) => key === answer)
        if (chosen !== undefined) return chosen.key
        question = `A number from 1 to ${candidates.length}, or a name (Ctrl-D for none): `
      }
    } finally {
      terminal.close()
    }
  })
}

/** Asks on the terminal a question that ends with [Y/n]; the end of the input is a no. Throws INTERRUPTED. */
export async function askWhether(question: string): Promise<boolean> {
  return withoutProgress(async () => {
    const terminal = await openTerminal()
    try {
      let text = question
      for (;;) {
        const answer = (await answerTo(text, terminal))?.toLowerCase()
        if (answer === undefined || ['n', 'no'].includes(answer)) return false
        if (['', 'y', 'yes'].includes(answer)) return true
        text = 'y or n? '
      }
    } finally {
      terminal.close()
    }
  })
}

/**
 * Asks on the terminal which rows of a list are meant, until the answer says it; gives their places from 0, [] for none.
 * Throws NOTHING_CHOSEN where the input ends, and INTERRUPTED.
 */
export async function askForSome(
  title: string,
  rows: readonly (readonly [name: string, about: string])[],
): Promise<readonly number[]> {
  return withoutProgress(async () => {
    const terminal = await openTerminal()
    try {
      const listed = table(rows.map(([name, about], at) => [`  ${at + 1})`, name, pc.dim(about)]))
      const isOne = rows.length === 1
      const [which, again] = isOne
        ? ['Which? (1, or Enter for none) ', '1, or Enter for none: ']
        : [
            'Which? (such as 1 3-4, a for all, Enter for none) ',
            `Numbers from 1 to ${rows.length}, ranges of them, a, or Enter for none: `,
          ]
      let question = `${[title, ...listed].join('\n')}\n${which}`
      for (;;) {
        const answer = await answerTo(question, terminal)
        if (answer === undefined) {
          throw new ProsodyModsError('NOTHING_CHOSEN', 'nothing was chosen', {hint: 'nothing was written'})
        }
        const chosen = chosenIn(answer, rows.length)
        if (chosen !== undefined) return chosen
        question = again
      }
    } finally {
      terminal.close()
    }
  })
}

/** Reads which of so many rows an answer means, as places from 0; undefined for what is no such answer. */
export function chosenIn(answer: string, count: number): readonly number[] | undefined {
  if (['a', 'all', '*'].includes(answer.toLowerCase())) return Array.from({length: count}, (_, at) => at)
  const words = answer.split(/[\s,]+/).filter((word) => word !== '')
  const chosen = new Set<number>()
  for (const word of words) {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (first === '' || from < 1 || to < from || to > count) return undefined
    for (let at = from; at <= to; at += 1) chosen.add(at - 1)
  }
  return [...chosen].sort((a, b) => a - b)
}

/** Undefined at the end of the input. Throws INTERRUPTED. */
async function answerTo(question: string, terminal: Interface): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    terminal.once('close', () => resolve(undefined))
    terminal.once('SIGINT', () =>
      reject(new ProsodyModsError('INTERRUPTED', 'interrupted', {hint: 'nothing was chosen or written'})),
    )
    terminal.question(shown(question), (answer) => resolve(answer.trim()))
  })
}

/** No wider than the terminal; the answer stands apart from the question. */
function shown(question: string): string {
  const {columns} = process.stderr
  const text = coloured(visible(question))
  const end = / *$/.exec(text)?.[0] ?? ''
  return columns > 0 ? `${folded(text.trimEnd(), columns)}${end}` : text
}

function nothingChosen(name: string, candidates: readonly Candidate[]): ProsodyModsError {
  const keys = candidates.map(({key}) => key)
  return new ProsodyModsError('MODULE_AMBIGUOUS', `nothing was chosen: ${name} may be ${keys.join(' or ')}`, {
    hint: `write the source in front of the name: ${keys[0] ?? name}`,
    details: {name, candidates: keys},
  })
}

/** Most runs ask nothing: Node.js loads its reader of lines when one does. */
async function openTerminal(): Promise<Interface> {
  const {createInterface} = await import('node:readline')
  return createInterface({input: process.stdin, output: process.stderr})
}
