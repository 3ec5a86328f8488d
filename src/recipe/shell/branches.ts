import type {Case, If} from 'unbash'
import {matchesPattern} from '../glob.ts'
import {knownText} from '../value.ts'
import {patternOfWord, valueOfWord} from './expand.ts'
import {inBranches} from './scope.ts'
import {where, written, type CompoundList, type Shell, type Signal} from './shell.ts'
import {decideList, isTestList} from './tests.ts'

interface Branch {
  readonly clause: CompoundList
  readonly then: CompoundList
}

/** Reads `if`: the branch that runs where that can be decided, else each with what has to hold for it. */
export function readIf(shell: Shell, node: If): Signal {
  return readBranches(shell, [node, ...node.elif], node.else)
}

/** Nobody follows what has to hold in branches deeper than this. */
const deepest = 256

function readBranches(shell: Shell, branches: readonly Branch[], last: CompoundList | undefined): Signal {
  const [branch, ...rest] = branches
  if (branch === undefined) return last === undefined ? 'next' : shell.walk.list(shell, last)
  const holds = decideClause(shell, branch.clause)
  if (holds === true) return shell.walk.list(shell, branch.then)
  if (holds === false) return readBranches(shell, rest, last)
  const test = written(shell, branch.clause)
  if (shell.conditions.length >= deepest) return tooDeep(shell, branch)
  inBranches(shell.scope, [
    () => void shell.walk.list(where(shell, test), branch.then),
    () => void readBranches(where(shell, `not: ${test}`), rest, last),
  ])
  return 'next'
}

function tooDeep({notes, output, source}: Shell, {clause}: Branch): Signal {
  if (!output.isFull)
    notes.problem(source.at(clause.pos), `branches in more than ${deepest} others: the rest is left out`)
  output.isFull = true
  return 'exit'
}

/** Commands of a clause run always. */
function decideClause(shell: Shell, clause: CompoundList): boolean | undefined {
  if (isTestList(clause)) return decideList(shell, clause)
  shell.walk.list(shell, clause)
  return undefined
}

/** Reads `case`: the branch that matches where that can be decided, else each with its patterns. */
export function readCase(shell: Shell, node: Case): Signal {
  const quiet = {...shell, notes: {...shell.notes, miss: () => undefined}}
  const text = knownText(valueOfWord(quiet, node.word))
  const patterns = node.items.map((item) => item.pattern.map((word) => patternOfWord(quiet, word)))
  const isDecided = text !== undefined && patterns.flat().every((pattern) => pattern !== undefined)
  if (isDecided) {
    const index = patterns.findIndex((all) =>
      all.some((one) => one !== undefined && matchesPattern(one, text)),
    )
    const body = node.items[index]?.body
    return body === undefined ? 'next' : shell.walk.list(shell, body)
  }
  const word = written(shell, node.word)
  const branches = node.items.map((item) => () => {
    const pattern = item.pattern.map((one) => written(shell, one)).join('|')
    shell.walk.list(where(shell, `case ${word} in ${pattern}`), item.body)
  })
  const hasDefault = patterns.some((all) => all.includes('*'))
  inBranches(shell.scope, hasDefault ? branches : [...branches, () => undefined])
  return 'next'
}
