import {mainFile} from '../../module-name.ts'
import type {Followed, Step} from '../../recipe/follow/types.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {Recipe} from '../../recipe/types.ts'
import type {LeftOut} from './gather.ts'
import type {ImportLine, LineState} from './types.ts'
import type {Meaning} from './wanted.ts'

/** What is known when lines are accounted for. */
export interface Accounting {
  readonly followed: Followed
  readonly meanings: ReadonlyMap<Thing, Meaning>
  /** By thing: what it has become in the project, for people. */
  readonly taken: ReadonlyMap<Thing, string>
  /** Things of which something else than modules is in the image, too. */
  readonly mixed: ReadonlySet<Thing>
  /** What could not be taken together with the rest. */
  readonly left: ReadonlyMap<Thing, LeftOut>
  /** By the index of a step that installs: what became of what it names. */
  readonly installs: ReadonlyMap<number, Judgement>
  /** By the index of a step that patches. */
  readonly patches: ReadonlyMap<number, Judgement>
  /** By the index of a step that edits. */
  readonly edits: ReadonlyMap<number, Judgement>
}

/** What is said of a step. */
export interface Judgement {
  readonly state: LineState
  readonly what: string
  readonly hint?: string
  /** Whether the step may be cut out of the input. */
  readonly isCut?: boolean
}

/** A step with what became of it. */
export interface AccountedStep {
  readonly step: Step
  readonly judgement: Judgement
}

/** Lists every step of an input with what becomes of it. */
export function accountFor(accounting: Accounting): AccountedStep[] {
  return accounting.followed.steps.map((step, index) => ({
    step,
    judgement: withCondition(judged(step, index, accounting), step),
  }))
}

/** Returns the lines that results tell: of steps, and of what of an input could not be read, in order. */
export function linesOf(steps: readonly AccountedStep[], recipe: Recipe): ImportLine[] {
  return [...stepLines(steps), ...problemLines(recipe)].sort((a, b) => a.line - b.line)
}

/** One for each line of the input that has problems. */
function problemLines({problems, text}: Recipe): ImportLine[] {
  const written = text.split('\n')
  return [...new Set(problems.map(({line}) => line))].map((line) => {
    const whats = problems.flatMap((one) => (one.line === line ? [one.text] : []))
    return {
      line,
      lastLine: line,
      text: written[line - 1]?.trim() ?? '',
      state: 'not-understood',
      what: `it can't be read: ${whats.join('; ')}`,
      hint: 'see by hand what it does: what it fetches may be missing here',
    }
  })
}

function stepLines(steps: readonly AccountedStep[]): ImportLine[] {
  return steps.map(({step: {line, lastLine, text}, judgement: {state, what, hint}}) => ({
    line,
    lastLine,
    text,
    state,
    what,
    hint: hint ?? null,
  }))
}

function withCondition(judgement: Judgement, {condition, deed}: Step): Judgement {
  if (condition === undefined || judgement.state !== 'taken' || deed.kind !== 'fetch') return judgement
  return {...judgement, what: `${judgement.what}; there it is only fetched where ${condition}`}
}

function judged(step: Step, index: number, accounting: Accounting): Judgement {
  const {deed} = step
  switch (deed.kind) {
    case 'fetch':
    case 'ask':
      return fetched(step, accounting)
    case 'arrange':
      return accounting.patches.get(index) ?? arranged(step, accounting)
    case 'change':
      return accounting.edits.get(index) ?? changed(step, accounting)
    case 'run':
      return changed(step, accounting)
    case 'install':
      return installed(step, accounting.installs.get(index), accounting)
    case 'enable':
      return enabling(step, accounting)
    case 'write':
      return written(step)
    case 'keep':
      return {state: 'stays', what: 'not about modules'}
    case 'unknown':
      return {
        state: 'not-understood',
        what: deed.why ?? 'it may be about modules, and what it does is not known',
        hint: 'it stays as it is: see whether it still finds what it works on',
      }
  }
}

type State = 'taken' | 'unused' | 'core' | 'open' | 'other'

function stateOf(thing: Thing, {meanings, taken}: Accounting): State {
  const kind = meanings.get(thing)?.kind
  // Something of it was not taken, if the rest was.
  if (kind === 'open') return kind
  if (taken.has(thing)) return 'taken'
  return kind === 'unused' || kind === 'core' ? kind : kind === 'modules' ? 'open' : 'other'
}

/** What is only downloaded is unpacked by another line: it is told as what came of that. */
function installed({deed, line}: Step, judgement: Judgement | undefined, accounting: Accounting): Judgement {
  const {followed, taken} = accounting
  if (judgement === undefined) return {state: 'stays', what: 'packages of the image'}
  const mixed = deed.why === 'download' ? undefined : alsoFetched(deed.things, accounting)
  if (mixed !== undefined) return mixed
  const unpacked =
    deed.why === 'download'
      ? followed.things.find((thing) => thing.kind === 'package' && thing.line === line)
      : undefined
  const what = unpacked === undefined ? undefined : taken.get(unpacked)
  return what === undefined ? judgement : {...judgement, what}
}

/** A script that installs packages may fetch modules as well. */
function alsoFetched(things: readonly Thing[], accounting: Accounting): Judgement | undefined {
  const open = things.flatMap((thing) => {
    const meaning = accounting.meanings.get(thing)
    return meaning?.kind === 'open' ? [meaning] : []
  })[0]
  if (open !== undefined) return {state: 'not-understood', what: open.why, hint: open.hint}
  const ours = [...new Set(things.flatMap((thing) => accounting.taken.get(thing) ?? []))].join(', ')
  if (ours === '') return undefined
  return {
    state: 'not-understood',
    what: `it brings ${ours}, and installs packages`,
    hint: 'take what fetches modules out of it by hand',
  }
}

function fetched({deed, text}: Step, accounting: Accounting): Judgement {
  const {meanings, taken} = accounting
  const states = deed.things.map((thing) => stateOf(thing, accounting))
  const open = deed.things.find((thing) => stateOf(thing, accounting) === 'open')
  if (open !== undefined) {
    const meaning = meanings.get(open)
    const left = accounting.left.get(open)
    if (left !== undefined) return {state: 'not-understood', what: left.why, hint: left.hint}
    return meaning?.kind === 'open'
      ? {state: 'not-understood', what: withTaken(meaning.why, taken.get(open)), hint: meaning.hint}
      : {
          state: 'not-understood',
          what: 'what it brings was left out',
          hint: 'a note says why: take the line out, or add the module under another source',
        }
  }
  if (states.includes('taken')) {
    const what = [...new Set(deed.things.flatMap((thing) => taken.get(thing) ?? []))].join(', ')
    if (states.includes('other') || deed.things.some((thing) => accounting.mixed.has(thing)))
      return {
        state: 'not-understood',
        what: `it brings ${what}, and other things with it`,
        hint: `take what belongs to ${what} out of it by hand`,
      }
    return {state: 'taken', what, isCut: true}
  }
  const core = deed.things.flatMap((thing) => {
    const meaning = meanings.get(thing)
    return meaning?.kind === 'core' ? meaning.names : []
  })
  if (core.length > 0)
    return {
      state: 'not-needed',
      what: `Prosody has ${[...new Set(core)].join(', ')} itself by now`,
      isCut: true,
    }
  if (states.includes('unused'))
    return {state: 'not-needed', what: 'nothing of it is left in the image', isCut: true}
  if (
    deed.kind === 'ask' &&
    deed.things.some(({from}) => /api\.github\.com\/repos\/[^/]+\/[^/]+\/(?:tags|releases)/.test(from))
  )
    return {state: 'not-needed', what: 'versions are pinned in the manifest', isCut: !/^\w+=/.test(text)}
  return {state: 'stays', what: 'what it fetches is no module'}
}

function withTaken(why: string, taken: string | undefined): string {
  return taken === undefined ? why : `${why}; taken of it: ${taken}`
}

function arranged({deed, text}: Step, accounting: Accounting): Judgement {
  const things = deed.things.filter(({kind}) => kind !== 'context' && kind !== 'text')
  const states = new Set(things.map((thing) => stateOf(thing, accounting)))
  if (states.has('open')) {
    const [first] = things.filter((thing) => stateOf(thing, accounting) === 'open')
    return {state: 'stays', what: `it belongs to line ${first?.line ?? 0}, which was not understood`}
  }
  const isOurs = states.has('taken') || states.has('unused') || states.has('core')
  if (!isOurs) return {state: 'stays', what: 'not about modules'}
  const isMixed = things.some((thing) => accounting.mixed.has(thing))
  if (things.length < deed.things.length || states.has('other') || isMixed) {
    const isHarmless = /^(?:\S+ )*?(?:rm -\w*f|ch(?:own|mod|grp) )/.test(text)
    if (isHarmless) return {state: 'stays', what: 'it handles other files, too'}
    return {
      state: 'not-understood',
      what: 'it handles files that come with the build context now, and others',
      hint: 'leave the others in it by hand',
    }
  }
  return {state: 'not-needed', what: 'the files come with the build context', isCut: true}
}

function changed(step: Step, accounting: Accounting): Judgement {
  const {deed} = step
  const ours = deed.things.flatMap((thing) => accounting.taken.get(thing) ?? [])
  if (ours.length === 0) return {state: 'stays', what: 'not about modules'}
  const names = [...new Set(ours)].join(', ')
  return deed.kind === 'change'
    ? {
        state: 'not-understood',
        what: `it changes files of ${names}`,
        hint: 'keep the change as a patch of the project (docs/guide/patches.md), and take the line out',
      }
    : {
        state: 'not-understood',
        what: `it runs a program on files of ${names}`,
        hint: 'see what it does to them: what it changes is kept as a patch (docs/guide/patches.md)',
      }
}

function enabling({deed}: Step, {taken}: Accounting): Judgement {
  const names = [...new Set(deed.things.flatMap((thing) => taken.get(thing) ?? []))].join(', ')
  if (names === '') return {state: 'stays', what: 'configuration of Prosody'}
  return {
    state: 'taken',
    what: names,
    hint: "it changed Prosody's configuration, too, to enable them: put those that are to be loaded into modules_enabled",
    isCut: true,
  }
}

function written({text, deed}: Step): Judgement {
  const name = /mod_([a-z0-9_]+)\.lua/.exec(text)?.[1]
  if (name === undefined || deed.things.length > 0)
    return {state: 'stays', what: 'it writes a file of its own'}
  return {
    state: 'not-understood',
    what: `it writes a module itself, ${mainFile(name)}`,
    hint: `save it as ${mainFile(name)} in the project, and add it: prosody-mods add ./${mainFile(name)}`,
  }
}
