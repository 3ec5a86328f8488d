import type {Instruction, Recipe, Statement} from '../../recipe/types.ts'
import type {CalledScript} from '../../recipe/follow/types.ts'
import type {AccountedStep} from './account.ts'

/** What a rewritten Dockerfile is made with. */
export interface Rewriting {
  readonly recipe: Recipe
  readonly steps: readonly AccountedStep[]
  /** The lines that bring the modules in, without line ends. */
  readonly copies: readonly string[]
  /** The lines of a stage that those copy from, which comes in front of the first stage that has them; [] for none. */
  readonly stage?: readonly string[]
  /** For each image that modules are in: the numbers of the stages that it goes through, the first one first. */
  readonly images: readonly (readonly number[])[]
  /** Where what is taken lay while the input was followed: folders that are made for it alone. */
  readonly places: ReadonlySet<string>
  /** Lines that go in front of instructions that stay, by the index of those. */
  readonly inserts?: ReadonlyMap<number, readonly string[]>
  /** Scripts of the build context that steps call, which see build arguments as well. */
  readonly scripts?: readonly CalledScript[]
}

/** A Dockerfile as it is to be. */
export interface Rewritten {
  readonly text: string
  /** Indices of steps that have nothing left to do, besides those that were cut. */
  readonly idle: ReadonlySet<number>
  /** Indices of steps that would be cut, and stand in what can't be taken apart: what is wrong with that, for people. */
  readonly stuck: ReadonlyMap<number, string>
}

interface Cut {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Cuts what the project brings now out of a Dockerfile, and puts in its place the lines that bring it. What is left stays byte
 * for byte.
 */
export function rewriteDockerfile(rewriting: Rewriting): Rewritten {
  const {recipe, copies} = rewriting
  const idle = new Set<number>()
  const stuck = new Map<number, string>()
  const cuts: Cut[] = []
  const eol = recipe.text.includes('\r\n') ? '\r\n' : '\n'
  const all = recipe.instructions.map((instruction, index) => ({
    instruction,
    done: cutInstruction(index, instruction, {...rewriting, idle, stuck}),
  }))
  const cutStages = new Set(
    all.flatMap(({instruction, done}) => (done === undefined ? [] : instruction.stage)),
  )
  const filled = copies.length === 0 ? new Set<number>() : stagesToFill(rewriting.images, cutStages)
  cuts.push(...stageBefore(Math.min(...filled), {...rewriting, eol}))
  for (const {instruction, done} of all) {
    if (done === undefined) continue
    const isHere = filled.delete(instruction.stage)
    cuts.push(...placed(done, instruction, {text: recipe.text, copies: isHere ? copies : [], eol}))
  }
  for (const stage of filled) cuts.push(appended(recipe, stage, {copies, eol}))
  for (const [index, lines] of rewriting.inserts ?? []) {
    const {start} = recipe.instructions[index] ?? {}
    if (start !== undefined) cuts.push({start, end: start, text: `${lines.join(eol)}${eol}`})
  }
  const text = apply(recipe.text, [...cuts, ...idleArgs(rewriting, cuts, idle)])
  return {text, idle, stuck}
}

function stageBefore(number: number, {recipe, stage = [], eol}: Rewriting & {readonly eol: string}): Cut[] {
  const from = recipe.instructions.find((one) => one.keyword === 'FROM' && one.stage === number)
  if (from === undefined || stage.length === 0) return []
  return [{start: from.start, end: from.start, text: `${stage.join(eol)}${eol}${eol}`}]
}

/** Of each image the first of its stages that something is cut out of, for what starts from that has it, too; else its own. */
function stagesToFill(images: Rewriting['images'], cutStages: ReadonlySet<number>): Set<number> {
  return new Set(
    images.flatMap((stages) => stages.find((stage) => cutStages.has(stage)) ?? stages.at(-1) ?? []),
  )
}

type Done = 'whole' | readonly Cut[]

interface Marking extends Rewriting {
  readonly idle: Set<number>
  readonly stuck: Map<number, string>
}

/** What to cut of an instruction; undefined where nothing is. */
function cutInstruction(index: number, instruction: Instruction, marking: Marking): Done | undefined {
  const own = marking.steps.map((one, at) => ({...one, at})).filter(({step}) => step.instruction === index)
  if (own.length === 0) return undefined
  if (isUnread(instruction, marking.recipe)) {
    stick(own, 'could not be read whole', marking)
    return undefined
  }
  if (instruction.statements.length === 0) {
    const isCut = own.every(({judgement}) => judgement.isCut === true)
    return isCut ? 'whole' : undefined
  }
  const units = unitsOf(instruction.statements)
  const cut = new Set<number>()
  for (const unit of units) {
    const steps = own.filter(({step}) => unit.includes(step.statement ?? -1))
    if (steps.length === 0 || !steps.some(({judgement}) => judgement.isCut === true)) continue
    if (steps.every((one) => one.judgement.isCut === true || isTrivial(one, marking.places)))
      for (const at of unit) cut.add(at)
    else stick(steps, 'does other things', marking)
  }
  for (const one of own)
    if (isEntered(one.step.statement, {own, cut, places: marking.places})) {
      cut.delete(one.step.statement ?? -1)
      stick([one], 'goes on in that folder, which is not there any more', marking)
    }
  if (cut.size === 0) return undefined
  const left = instruction.statements.flatMap((_, at) => (cut.has(at) ? [] : [at]))
  const stepsOf = (at: number): typeof own => own.filter(({step}) => step.statement === at)
  const needless = left.every((at) => stepsOf(at).every((one) => isTrivial(one, marking.places)))
  if (needless) {
    for (const at of left) for (const one of stepsOf(at)) marking.idle.add(one.at)
    return 'whole'
  }
  return spans(instruction.statements, cut)
}

interface Entering {
  readonly own: readonly (AccountedStep & {readonly at: number})[]
  readonly cut: ReadonlySet<number>
  readonly places: ReadonlySet<string>
}

/** Tells whether a statement that would go leads to a folder that what stays behind it goes on in. */
function isEntered(statement: number | undefined, {own, cut, places}: Entering): boolean {
  const isCd = (at: number): boolean =>
    own.some(({step}) => step.statement === at && /^(?:cd|pushd)\s/.test(step.text))
  if (statement === undefined || !cut.has(statement) || !isCd(statement)) return false
  const behind = own.filter(({step}) => (step.statement ?? -1) > statement)
  const next = behind.find(({step}) => isCd(step.statement ?? -1))?.step.statement ?? Infinity
  return behind.some(
    (one) =>
      (one.step.statement ?? -1) < next && !cut.has(one.step.statement ?? -1) && !isTrivial(one, places),
  )
}

/** Of what was not read whole nobody knows what a cut leaves. */
function isUnread({line: first, lastLine}: Instruction, {problems}: Recipe): boolean {
  return problems.some(({line}) => line >= first && line <= lastLine)
}

function stick(
  steps: readonly (AccountedStep & {readonly at: number})[],
  why: string,
  {stuck}: Marking,
): void {
  for (const {at, judgement} of steps) if (judgement.isCut === true) stuck.set(at, why)
}

/** Statements that belong together: `a || b` is one. */
function unitsOf(statements: readonly Statement[]): number[][] {
  const units: number[][] = []
  for (const [at, {joinedBy}] of statements.entries()) {
    const last = units.at(-1)
    if (joinedBy === '||' && last !== undefined) last.push(at)
    else units.push([at])
  }
  return units
}

const idlePrograms =
  /^(?:(?:set|cd|pushd|popd|true|:)\b|(?:echo|ls)\b(?!.*[>|]))|^apt-get (?:-\S+ )*(?:update|clean)\b|^rm -rf? \/var\/lib\/apt\/lists\/\*$|^mkdir\b/

/** What serves others only: nothing is lost where those are gone. */
function isTrivial({step, judgement}: AccountedStep, places: ReadonlySet<string>): boolean {
  if (judgement.isCut === true) return true
  const text = step.text.trim()
  if (judgement.state !== 'stays' || !idlePrograms.test(text)) return false
  if (!text.startsWith('mkdir')) return true
  const folders = text
    .split(/\s+/)
    .slice(1)
    .filter((word) => !word.startsWith('-'))
  return folders.every((folder) => isFor(folder, places))
}

function isFor(folder: string, places: ReadonlySet<string>): boolean {
  const plain = folder.replace(/["']/g, '').replace(/\/+$/, '')
  return [...places].some(
    (place) =>
      place === plain ||
      place.startsWith(`${plain}/`) ||
      place.endsWith(`/${plain}`) ||
      place.includes(`/${plain}/`),
  )
}

/**
 * Cuts each run of statements that go, with one of the two joiners around it: the one that asks less of what is before it.
 * Where both are the same, the one in front goes, and with it comments above; those below are about what stays, and go only
 * where there is nothing in front.
 */
function spans(statements: readonly Statement[], cut: ReadonlySet<number>): Cut[] {
  const found: Cut[] = []
  for (let at = 0; at < statements.length; at += 1) {
    const first = statements[at]
    if (first === undefined || !cut.has(at)) continue
    while (cut.has(at + 1)) at += 1
    const before = statements[statements.indexOf(first) - 1]
    const last = statements[at] ?? first
    const next = statements[at + 1]
    const keepsNext =
      next === undefined ||
      next.joinedBy === first.joinedBy ||
      (first.joinedBy === '&&' && next.joinedBy !== '&&')
    if (before !== undefined && keepsNext) found.push({start: before.end, end: last.end, text: ''})
    else if (next !== undefined) found.push({start: first.start, end: next.start, text: ''})
  }
  return found
}

interface Placing {
  readonly text: string
  readonly copies: readonly string[]
  readonly eol: string
}

function placed(done: Done, {start, end}: Instruction, {text, copies, eol}: Placing): Cut[] {
  if (done !== 'whole') {
    return copies.length === 0 ? [...done] : [...done, {start: end, end, text: `${eol}${copies.join(eol)}`}]
  }
  if (copies.length > 0) return [{start, end, text: copies.join(eol)}]
  return [{start, end: afterInstruction(text, start, end), text: ''}]
}

/** With the blank line below where there is one above, too. */
function afterInstruction(text: string, start: number, end: number): number {
  const after = afterLine(text, end)
  const isApart = start === 0 || /\n[ \t]*\r?\n$/.test(text.slice(0, start))
  const [blank = ''] = isApart ? (/^[ \t]*\r?\n/.exec(text.slice(after)) ?? []) : []
  return after + blank.length
}

/** Behind the line end. */
function afterLine(text: string, end: number): number {
  const [line = ''] = /^[ \t]*(?:\r?\n)?/.exec(text.slice(end)) ?? []
  return end + line.length
}

/** In front of what describes the image, behind what fills it. */
function appended({instructions, text}: Recipe, number: number, {copies, eol}: Omit<Placing, 'text'>): Cut {
  const own = instructions.filter(({stage}) => stage === number)
  const before = own.find(({keyword}) =>
    ['USER', 'EXPOSE', 'VOLUME', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(keyword),
  )
  const lines = copies.join(eol)
  if (before !== undefined) return {start: before.start, end: before.start, text: `${lines}${eol}${eol}`}
  const end = own.at(-1)?.end ?? text.length
  return {start: end, end, text: `${eol}${lines}`}
}

function apply(text: string, cuts: readonly Cut[]): string {
  let result = ''
  let at = 0
  for (const {start, end, text: fresh} of [...cuts].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) continue
    result += text.slice(at, start) + fresh
    at = end
  }
  return result + text.slice(at)
}

/** Finds build arguments that only what was cut has asked for: one may have been for another one. */
function idleArgs({recipe, steps, scripts = []}: Rewriting, cuts: readonly Cut[], idle: Set<number>): Cut[] {
  const {text, instructions} = recipe
  const found: Cut[] = []
  const args = instructions.flatMap(({keyword, words, start, end}, index) => {
    const name = words[0]?.text.split('=')[0] ?? ''
    return keyword === 'ARG' && words.length === 1 && /^\w+$/.test(name) ? [{name, start, end, index}] : []
  })
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const {name, start, end, index} of args) {
      if (found.some((one) => one.start === start)) continue
      const own = {start, end: afterInstruction(text, start, end), text: ''}
      const rest = withoutComments(apply(text, [...cuts, ...found, own]))
      const uses = new RegExp(String.raw`\$\{?${name}\b`)
      const calls = scripts.filter((script) => uses.test(withoutComments(script.text)))
      const isCalled = calls.some(({step}) => !isCutStep(steps[step], recipe, cuts))
      const isUsed = uses.test(withoutComments(text)) || calls.length > 0
      if (!isUsed || isCalled || uses.test(rest)) continue
      found.push(own)
      const step = steps.findIndex((one) => one.step.instruction === index)
      if (step !== -1) idle.add(step)
      isDone = false
    }
  }
  return found
}

/** Tells whether what a step is written as is cut out. */
function isCutStep(one: AccountedStep | undefined, {instructions}: Recipe, cuts: readonly Cut[]): boolean {
  if (one === undefined) return false
  const {instruction, statement} = one.step
  const whole = instructions[instruction]
  const part = statement === undefined ? whole : (whole?.statements[statement] ?? whole)
  return part !== undefined && cuts.some(({start, end}) => start <= part.start && end >= part.end)
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gm, '')
}
