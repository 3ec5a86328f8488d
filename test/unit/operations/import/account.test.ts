import {describe, expect, it} from 'vitest'
import {
  accountFor,
  linesOf,
  type Accounting,
  type Judgement,
} from '../../../../src/operations/import/account.ts'
import type {Meaning} from '../../../../src/operations/import/wanted.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import type {Thing} from '../../../../src/recipe/follow/thing.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'
import type {Recipe} from '../../../../src/recipe/types.ts'

interface Account {
  readonly told: string[]
  readonly cut: string[]
  readonly recipe: Recipe
  readonly steps: ReturnType<typeof accountFor>
}

const files: Readonly<Record<string, string>> = {
  'setup.sh': '#!/bin/sh\napt-get install -y lua-sec\ncurl -o /m/mod_a.lua https://x.example/a/mod_a.lua\n',
}
const context = {has: (path: string) => path in files, read: (path: string) => files[path]}

/** Accounts for a Dockerfile in which what is fetched from a host means what is said of it. */
function account(
  text: string,
  says: Readonly<Record<string, 'taken' | Meaning>>,
  more: Partial<Accounting> = {},
): Account {
  const recipe = readDockerfile(`FROM a\n${text}`)
  const followed = follow(recipe, context)
  const of = (thing: Thing): 'taken' | Meaning | undefined =>
    Object.entries(says).find(([part]) => thing.from.includes(`//${part}.`))?.[1]
  const meanings = new Map<Thing, Meaning>()
  const taken = new Map<Thing, string>()
  for (const thing of followed.things) {
    const said = of(thing)
    if (said === 'taken') taken.set(thing, 'a/a 1')
    if (said !== undefined)
      meanings.set(thing, said === 'taken' ? {kind: 'modules', wanted: [], notes: []} : said)
  }
  const none = {
    installs: new Map(),
    patches: new Map(),
    edits: new Map(),
    left: new Map(),
    mixed: new Set<Thing>(),
  }
  const steps = accountFor({followed, meanings, taken, ...none, ...more})
  return {
    recipe,
    steps,
    told: steps.slice(1).map(({judgement: {state, what}}) => `${state}: ${what}`),
    cut: steps.flatMap(({step, judgement}) => (judgement.isCut === true ? [step.text] : [])),
  }
}

const open: Meaning = {kind: 'open', why: 'nobody knows', hint: 'ask'}
const get = (host: string): string => `curl -o /m/mod_a.lua https://${host}.example/a/mod_a.lua`

describe('what is fetched', () => {
  it.each<[string, 'taken' | Meaning, string, boolean]>([
    ['is taken', 'taken', 'taken: a/a 1', true],
    ['is open', open, 'not-understood: nobody knows', false],
    [
      'is of Prosody by now',
      {kind: 'core', names: ['a', 'b']},
      'not-needed: Prosody has a, b itself by now',
      true,
    ],
    ['is used by nothing', {kind: 'unused'}, 'not-needed: nothing of it is left in the image', true],
    ['is no module', {kind: 'unrelated'}, 'stays: what it fetches is no module', false],
  ])('%s', (...[, said, told, isCut]) => {
    const {told: all, cut} = account(`RUN ${get('x')}\n`, {x: said})
    expect(all).toEqual([told])
    expect(cut).toHaveLength(isCut ? 1 : 0)
  })

  it('stays where other things come with it', () => {
    const {told, cut} = account('RUN wget -P /m https://x.example/mod_a.lua https://y.example/other.txt\n', {
      x: 'taken',
      y: {kind: 'unrelated'},
    })
    expect(told).toEqual(['not-understood: it brings a/a 1, and other things with it'])
    expect(cut).toEqual([])
  })

  it('is told with its condition', () => {
    const {told} = account(`RUN if [ "$X" = 1 ]; then ${get('x')}; fi\n`, {x: 'taken'})
    expect(told[0]).toMatch(/^taken: a\/a 1; there it is only fetched where /)
  })

  it('is told with what it can not be taken together with', () => {
    const {told, steps} = account(`RUN ${get('x')}\n`, {x: 'taken'})
    expect(told).toEqual(['taken: a/a 1'])
    const [thing] = steps[1]?.step.deed.things ?? []
    if (thing === undefined) throw new Error('nothing is fetched')
    const again = follow(readDockerfile(`FROM a\nRUN ${get('x')}\n`), context)
    const [own] = again.things
    if (own === undefined) throw new Error('nothing is fetched')
    const [, line] = accountFor({
      followed: again,
      meanings: new Map([[own, {kind: 'modules', wanted: [], notes: []}]]),
      taken: new Map(),
      mixed: new Set(),
      left: new Map([[own, {why: 'two releases', hint: 'choose'}]]),
      installs: new Map(),
      patches: new Map(),
      edits: new Map(),
    })
    expect(line?.judgement).toEqual({state: 'not-understood', what: 'two releases', hint: 'choose'})
  })
})

describe('what is done with it', () => {
  it.each([
    ['chown x /m/mod_a.lua', 'not-needed: the files come with the build context'],
    ['luac -p /m/mod_a.lua', 'not-understood: it runs a program on files of a/a 1'],
    ['echo x >> /m/mod_a.lua', 'not-understood: it changes files of a/a 1'],
    ['chown x /other', 'stays: not about modules'],
  ])('%s', (line, told) => {
    expect(account(`RUN ${get('x')} && ${line}\n`, {x: 'taken'}).told.at(-1)).toBe(told)
  })

  it('belongs to what was not understood', () => {
    expect(account(`RUN ${get('x')} && chown y /m/mod_a.lua\n`, {x: open}).told.at(-1)).toBe(
      'stays: it belongs to line 2, which was not understood',
    )
  })

  it('runs a program that comes with it', () => {
    const {told} = account('RUN git clone https://x.example/r /r && cd /r && ./build.sh\n', {x: 'taken'})
    expect(told.at(-1)).toBe('not-understood: it runs a program on files of a/a 1')
  })
})

describe('a script that installs packages', () => {
  const installs = (step: number): ReadonlyMap<number, Judgement> =>
    new Map([[step, {state: 'stays', what: 'lua-sec'}]])
  const text = 'COPY setup.sh /\nRUN sh /setup.sh\n'

  it('is told where it fetches modules, too', () => {
    const {told} = account(text, {x: 'taken'}, {installs: installs(2)})
    expect(told.at(-1)).toBe('not-understood: it brings a/a 1, and installs packages')
  })

  it('is told where what it fetches is open', () => {
    expect(account(text, {x: open}, {installs: installs(2)}).told.at(-1)).toBe('not-understood: nobody knows')
  })

  it('stays where it fetches none', () => {
    const {told} = account(text, {x: {kind: 'unrelated'}}, {installs: installs(2)})
    expect(told.at(-1)).toBe('stays: lua-sec')
  })
})

it('tells each line that could not be read once, between the others', () => {
  const {steps, recipe} = account('RNU true\nRUN true\n', {})
  expect(linesOf(steps, recipe).map(({line, state}) => [line, state])).toEqual([
    [1, 'stays'],
    [2, 'not-understood'],
    [3, 'stays'],
  ])
})
