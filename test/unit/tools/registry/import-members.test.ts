import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import type {ProsodyLine} from '../../../../src/registry/types.ts'
import {readMembers} from '../../../../tools/registry/import-members.ts'

const sources = {
  'util/plain.lua': 'local _ENV = nil;\nlocal function one() end\nreturn { one = one, two = 2 };\n',
  'util/methods.lua': 'local lib = {};\nfunction lib:open() self.state = 1; end\nreturn lib;\n',
  'util/open.lua': 'return setmetatable({ new = print }, { __call = print });\n',
  'core/adds.lua': 'require "util.plain".three = 3;\nreturn {};\n',
  'modules/mod_list/tools.lib.lua': 'return { tool = print };\n',
}

const facts = {
  line: '9.9',
  libs: ['core.adds', 'util.plain', 'util.methods', 'util.open', 'util.inc', 'util.unseen'],
  moduleLibs: ['mod_list/tools'],
} as unknown as ProsodyLine

/** What releases of a line had, and the newest, which its table is of, has no more. */
const left: Readonly<Record<string, readonly string[]>> = {'13.0': ['util.startup.posix_umask']}

describe('fields of libraries', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prosody-mods-members-'))
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), text)
    }
  })

  afterAll(() => rmSync(folder, {recursive: true}))

  it('are read off code, and taken from where they were listed', () => {
    const listing = {'util.plain': ['four', 'one'], 'util.inc': ['b', 'a'], 'util.unseen': null}
    expect(readMembers(folder, facts, listing)).toEqual({
      line: '9.9',
      read: {
        'core.adds': [],
        'util.plain': ['four', 'one', 'three', 'two'],
        'util.methods': ['open', 'state'],
      },
      run: {'util.inc': ['a', 'b']},
      moduleLibs: {'mod_list/tools': ['tool']},
    })
  })

  it('are refused where there are no sources', () => {
    expect(() => readMembers(join(folder, 'nowhere'), facts, {})).toThrow(/has no sources of Prosody/)
  })

  it('are those of the Prosody that is installed, for its line', () => {
    const version = readFileSync('/usr/lib/prosody/prosody.version', 'utf8').trim()
    const line = version.split('.').slice(0, 2).join('.')
    const registry = embeddedRegistry()
    const known = registry.prosodyMembers(line)
    const of = registry.prosodyLine(line)
    if (known === undefined || of === undefined) throw new Error(`nothing is known of Prosody ${line}`)
    // What is known stands for the listing of a Prosody that runs.
    const again = readMembers('/usr/lib/prosody', of, {...known.read, ...known.run})
    const isOlder = of.version !== version
    if (!isOlder) expect(known).toEqual({$schema: '../schema/members.schema.json', ...again})
    const gone = Object.entries({...again.read, ...again.run}).flatMap(([library, members]) => {
      const now: readonly string[] = {...known.read, ...known.run}[library] ?? []
      return members.filter((member) => !now.includes(member)).map((member) => `${library}.${member}`)
    })
    expect(gone).toEqual(isOlder ? (left[line] ?? []) : [])
  })
})
