import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'vitest'
import type {ProsodyPlace} from './prosody-place.ts'
import {host, mucHost, startProsody} from './prosody.ts'
import type {ProsodyQueries, ProsodyRequest} from './prosody.ts'

/** What a module of fixtures/modules is loaded with: its own file, and the owners of the libraries it got. */
interface Loaded {
  readonly path: string | undefined
  readonly library: string
}

/** Name → host, folder of the context under prosody-modules/, and the owner that its `library` should name. */
const modules = {
  fixture_books: {
    on: host,
    file: 'folders/mod_fixture_books/mod_fixture_books.lua',
    library: 'folders/mod_fixture_books',
  },
  fixture_nested: {
    on: host,
    file: 'folders/mod_fixture_nested/fixture_nested/mod_fixture_nested.lua',
    library: 'folders/mod_fixture_nested/fixture_nested',
  },
  fixture_flat: {on: host, file: 'flat/mod_fixture_flat.lua', library: 'flat'},
  fixture_flat_other: {on: mucHost, file: 'flat/mod_fixture_flat_other.lua', library: 'flat'},
  fixture_sync_component: {
    on: mucHost,
    file: 'linked/mod_fixture_sync_component/mod_fixture_sync_component.lua',
    library: 'linked/fixture_sync',
  },
  fixture_auth: {
    on: host,
    file: 'linked/mod_fixture_auth/mod_fixture_auth.lua',
    library: 'linked/fixture_auth',
  },
  fixture_auth_rooms: {
    on: mucHost,
    file: 'linked/mod_fixture_auth_rooms/mod_fixture_auth_rooms.lua',
    library: 'linked/fixture_auth',
  },
} as const

/** A Prosody that loads every module of fixtures/modules from a context. */
export function layoutRequest(context: string): ProsodyRequest {
  const namesOn = (wanted: string): readonly string[] =>
    Object.entries(modules)
      .filter(([, {on}]) => on === wanted)
      .map(([name]) => name)
  return {context, hostModules: [...namesOn(host), 'fixture_page'], mucModules: namesOn(mucHost)}
}

/** What Prosody should answer to `observeLayout` on that context. */
function expectedLayout(context: string): Readonly<Record<string, Loaded>> {
  const entries = Object.entries(modules).map(
    ([name, {file, library}]) => [name, {path: join(context, 'prosody-modules', file), library}] as const,
  )
  return Object.fromEntries(entries)
}

/** Asks a running Prosody where every module came from and which library it got. */
async function observeLayout(prosody: ProsodyQueries): Promise<Readonly<Record<string, Loaded>>> {
  const found: Record<string, Loaded> = {}
  for (const [name, {on}] of Object.entries(modules)) {
    found[name] = {
      path: await prosody.modulePath(on, name),
      library: await prosody.moduleValue(on, name, 'library'),
    }
  }
  return found
}

/** Starts a Prosody on the context and asserts that each module, library and resource is the one that was meant. */
export async function assertLayout(place: ProsodyPlace, context: string): Promise<void> {
  const prosody = await startProsody(place, layoutRequest(context))
  try {
    expect(await observeLayout(prosody), prosody.log()).toEqual(expectedLayout(context))
    expect(await prosody.moduleValue(host, 'fixture_flat', 'token_library')).toBe('flat/token')
    const page = await readFile(
      join(context, 'prosody-modules/folders/mod_fixture_page/html/page.html'),
      'utf8',
    )
    expect(await prosody.moduleValue(host, 'fixture_page', 'page')).toBe(page.trimEnd())
  } finally {
    await prosody.stop()
  }
}
