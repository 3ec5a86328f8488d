import {describe, expect, it} from 'vitest'
import {accountFor} from '../../../../src/operations/import/account.ts'
import {meaningOf} from '../../../../src/operations/import/meaning.ts'
import {rewriteDockerfile} from '../../../../src/operations/import/rewrite.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const registry = embeddedRegistry()
const copies = ['COPY a', 'COPY b']
const get = 'curl -o /m/mod_a.lua https://x.example/mod_a.lua'

/** Rewrites a Dockerfile as if all modules in it had been added. */
function rewritten(text: string, brings: readonly string[] = copies): string {
  const recipe = readDockerfile(text)
  const followed = follow(recipe, {has: () => false, read: () => undefined})
  const judging = {registry, names: new Set<string>(), isConfigured: false, pluginPaths: [], line: '13.0'}
  const meanings = new Map(
    followed.things.map((thing) => [
      thing,
      meaningOf(
        thing,
        followed.placed.filter(({piece}) => piece.thing === thing),
        judging,
      ),
    ]),
  )
  const taken = new Map(
    [...meanings].flatMap(([thing, {kind}]) => (kind === 'modules' ? [[thing, 'a module'] as const] : [])),
  )
  const steps = accountFor({
    followed,
    meanings,
    taken,
    installs: new Map(),
    mixed: new Set(),
    left: new Map(),
    patches: new Map(),
    edits: new Map(),
  })
  return rewriteDockerfile({
    recipe,
    steps,
    copies: brings,
    places: new Set(followed.visited),
    images: followed.targets
      .filter(({placed}) => placed.some(({piece}) => taken.has(piece.thing)))
      .map(({stages}) => stages),
  }).text
}

describe('a RUN', () => {
  it.each([
    ['goes where nothing else is in it', `FROM a\nRUN ${get}\nUSER u\n`, 'FROM a\nCOPY a\nCOPY b\nUSER u\n'],
    [
      'goes with what only serves it',
      `FROM a\nRUN set -e; mkdir -p /m && cd /tmp && ${get}\nUSER u\n`,
      'FROM a\nCOPY a\nCOPY b\nUSER u\n',
    ],
    ['loses its beginning', `FROM a\nRUN ${get} \\\n && make it\n`, 'FROM a\nRUN make it\nCOPY a\nCOPY b\n'],
    [
      'loses its middle',
      `FROM a\nRUN one && \\\n    ${get} && \\\n    two\n`,
      'FROM a\nRUN one && \\\n    two\nCOPY a\nCOPY b\n',
    ],
    [
      'loses its end',
      `FROM a\nRUN one \\\n && ${get} \\\n && rm -f /m/x.tgz\n`,
      'FROM a\nRUN one \\\n && rm -f /m/x.tgz\nCOPY a\nCOPY b\n',
    ],
    [
      'loses comments above what goes, and keeps those below',
      `FROM a\nRUN one && \\\n    # of modules\n    ${get} && \\\n    # of two\n    two\n`,
      'FROM a\nRUN one && \\\n    # of two\n    two\nCOPY a\nCOPY b\n',
    ],
    [
      'keeps what a pipe writes, whatever it begins with',
      `FROM a\nRUN echo x | tee /etc/x && ${get}\n`,
      'FROM a\nRUN echo x | tee /etc/x\nCOPY a\nCOPY b\n',
    ],
    [
      'does so where the joiners stand in front',
      `FROM a\nRUN one \\\n    # of modules\n    && ${get} \\\n    # of two\n    && two\n`,
      'FROM a\nRUN one \\\n    # of two\n    && two\nCOPY a\nCOPY b\n',
    ],
    [
      'keeps an alternative with what it is one of',
      `FROM a\nRUN ${get} || one\n`,
      `FROM a\nRUN ${get} || one\nCOPY a\nCOPY b\n`,
    ],
    [
      'keeps line ends of Windows',
      `FROM a\r\nRUN ${get}\r\nUSER u\r\n`,
      'FROM a\r\nCOPY a\r\nCOPY b\r\nUSER u\r\n',
    ],
  ])('%s', (...[, text, expected]) => {
    expect(rewritten(text)).toBe(expected)
  })
})

describe('the lines that bring modules in', () => {
  it('stand in the last stage, in front of what describes the image', () => {
    expect(
      rewritten(`FROM a AS one\nRUN ${get} && make it > /m/x\n\nFROM b\nCOPY --from=one /m /n\nUSER u\n`),
    ).toBe('FROM a AS one\nRUN make it > /m/x\n\nFROM b\nCOPY --from=one /m /n\nCOPY a\nCOPY b\n\nUSER u\n')
  })

  it('take the place of a copy from another stage', () => {
    expect(rewritten(`FROM a AS one\nRUN ${get}\nFROM b\nCOPY --from=one /m/*.lua /n/\nUSER u\n`)).toBe(
      'FROM a AS one\nFROM b\nCOPY a\nCOPY b\nUSER u\n',
    )
  })

  it('are not there twice', () => {
    expect(rewritten(`FROM a\nRUN ${get}\nUSER u\n`, [])).toBe('FROM a\nUSER u\n')
  })
})

describe('several images of one Dockerfile', () => {
  it('get the lines where they have the modules from', () => {
    expect(
      rewritten(`FROM a AS base\nRUN ${get}\nFROM base AS main\nRUN one\nFROM base AS other\nRUN two\n`),
    ).toBe('FROM a AS base\nCOPY a\nCOPY b\nFROM base AS main\nRUN one\nFROM base AS other\nRUN two\n')
  })

  it('get them each where each fetches for itself', () => {
    const other = 'curl -o /m/mod_b.lua https://x.example/mod_b.lua'
    expect(rewritten(`FROM a AS main\nRUN ${get}\nFROM a AS other\nRUN ${other}\n`)).toBe(
      'FROM a AS main\nCOPY a\nCOPY b\nFROM a AS other\nCOPY a\nCOPY b\n',
    )
  })

  it('get them in place of what each copies from another stage', () => {
    expect(
      rewritten(
        `FROM a AS got\nRUN ${get}\nFROM a AS main\nCOPY --from=got /m/ /n/\nFROM a AS other\nCOPY --from=got /m/ /n/\n`,
      ),
    ).toBe('FROM a AS got\nFROM a AS main\nCOPY a\nCOPY b\nFROM a AS other\nCOPY a\nCOPY b\n')
  })
})

it.each([
  ['one && GET; two', 'one; two'],
  ['one; GET && two', 'one; two'],
  ['one && GET && two', 'one && two'],
  ['GET; one && two', 'one && two'],
  ['one && GET', 'one'],
  ['one; GET && GET; two', 'one; two'],
  ['one & GET; two', 'one & two'],
])('what joins the statements of %s asks no more than before', (before, after) => {
  expect(rewritten(`FROM a\nRUN ${before.replaceAll('GET', get)}\nUSER u\n`, [])).toBe(
    `FROM a\nRUN ${after}\nUSER u\n`,
  )
})

it('what was not read whole stays whole', () => {
  const broken = `FROM a\nRUN ${get}; fi; )\n`
  expect(rewritten(broken, [])).toBe(broken)
  expect(rewritten(`${broken}RUN ${get}\n`, [])).toBe(broken)
})

it('an argument goes by its place, and not by its text', () => {
  const url = 'curl -o /m/mod_a.lua https://x.example/$V/mod_a.lua'
  expect(
    rewritten(
      `FROM a\n# ARG V=1, of the modules: $V\nARG VERSION=2\nARG V=1\nRUN ${url}\nRUN echo $VERSION > /v\n`,
    ),
  ).toBe('FROM a\n# ARG V=1, of the modules: $V\nARG VERSION=2\nCOPY a\nCOPY b\nRUN echo $VERSION > /v\n')
})

it('a build argument goes with the last that has used it', () => {
  const url = 'curl -o /m/mod_a.lua https://x.example/$V/mod_a.lua'
  expect(rewritten(`FROM a\n\nARG V=1\n\nRUN ${url}\n`)).toBe('FROM a\n\nCOPY a\nCOPY b\n')
  expect(rewritten(`FROM a\nARG V=1\nRUN ${url}\nRUN echo $V > /v\n`)).toBe(
    'FROM a\nARG V=1\nCOPY a\nCOPY b\nRUN echo $V > /v\n',
  )
})

describe('a folder that is gone', () => {
  it('is left by nothing that goes on in it', () => {
    const clone = 'git clone https://github.com/o/r /m/mod_a'
    expect(rewritten(`FROM a\nRUN ${clone}\nRUN cd /m/mod_a && make it\n`)).toBe(
      'FROM a\nCOPY a\nCOPY b\nRUN cd /m/mod_a && make it\n',
    )
    expect(rewritten(`FROM a\nRUN ${clone}\nRUN cd /m/mod_a && cd / && make it\n`)).toBe(
      'FROM a\nCOPY a\nCOPY b\nRUN cd / && make it\n',
    )
  })
})
