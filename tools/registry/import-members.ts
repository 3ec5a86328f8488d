import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../src/errors.ts'
import {Code} from '../../src/lint/rules/code.ts'
import {membersGiven} from '../../src/lint/rules/gives.ts'
import {libraryValue} from '../../src/lint/rules/library-values.ts'
import {SourceText} from '../../src/lint/source/text.ts'
import {readSyntax} from '../../src/lua/syntax.ts'
import type {LibraryMembers, ProsodyLine, ProsodyMembers} from '../../src/registry/types.ts'

/** What tools/registry/mod_list_members.lua writes; null for what is no plain table, or could not be required. */
export type Listing = Readonly<Record<string, readonly string[] | null>>

/**
 * The fields of a line's libraries: of those in Lua by the analysis that lint judges modules by, with what they were seen
 * to have besides where they ran, of those in C as they were listed there. Libraries whose fields can't all be known are
 * left out.
 * @param folder with core/, util/ and modules/, as Debian's /usr/lib/prosody
 */
export function readMembers(folder: string, facts: ProsodyLine, listing: Listing): ProsodyMembers {
  const inLua = facts.libs.filter((name) => existsSync(luaFileOf(folder, name)))
  if (inLua.length === 0) {
    throw new ProsodyModsError('USAGE', `${folder} has no sources of Prosody`, {
      hint: 'give the folder with core/, util/ and modules/',
    })
  }
  const added = addedIn(folder)
  const listed = (name: string): readonly string[] | null =>
    Object.hasOwn(listing, name) ? (listing[name] ?? null) : null
  return {
    line: facts.line,
    read: known(inLua, (name) => {
      const members = membersOf(luaFileOf(folder, name))
      return members && [...members, ...(added.get(name) ?? []), ...(listed(name) ?? [])]
    }),
    run: known(
      facts.libs.filter((name) => !inLua.includes(name)),
      listed,
    ),
    moduleLibs: known(facts.moduleLibs, (name) => membersOf(join(folder, 'modules', `${name}.lib.lua`))),
  }
}

function luaFileOf(folder: string, library: string): string {
  return join(folder, `${library.replaceAll('.', '/')}.lua`)
}

function known(names: readonly string[], find: (name: string) => readonly string[] | null): LibraryMembers {
  return Object.fromEntries(
    names.flatMap((name) => {
      const members = find(name)
      return members === null ? [] : [[name, [...new Set(members)].sort()] as const]
    }),
  )
}

/** Library → fields that other files of Prosody give to it. */
function addedIn(folder: string): Map<string, string[]> {
  const added = new Map<string, string[]>()
  const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  for (const path of paths.filter((one) => one.endsWith('.lua'))) {
    const code = codeOf(join(folder, path))
    for (const {to} of code.assignments) {
      if (to.type !== 'MemberExpression') continue
      const library = libraryValue(to.base, code)
      if (library?.by !== 'require') continue
      added.set(library.name, [...(added.get(library.name) ?? []), to.identifier.name])
    }
  }
  return added
}

function membersOf(path: string): string[] | null {
  return membersGiven(codeOf(path))
}

function codeOf(path: string): Code {
  const read = readSyntax(readFileSync(path))
  if (read.problem !== undefined) throw new ProsodyModsError('USAGE', `${path}: ${read.problem.message}`)
  return new Code(read.syntax, new SourceText(read.syntax.source), undefined)
}
