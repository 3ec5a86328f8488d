import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'
import {lockText} from '../../../src/context/lock-text.ts'
import {parseLockfile, type Lockfile, type Trust} from '../../../src/project/lockfile.ts'
import {parseManifest} from '../../../src/project/manifest.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {disputesOf, withMarks} from '../../../src/resolve/lock-claims.ts'
import {outOfDate} from '../../../src/resolve/out-of-date.ts'

const registry = embeddedRegistry()

/** Written before the registry knew the history of modules: snapshots, and what their publisher was asked for. */
async function written(): Promise<{text: string; lock: Lockfile; manifestText: string}> {
  const read = (name: string): string =>
    readFileSync(fileURLToPath(new URL(`../../../fixtures/lockfiles/${name}`, import.meta.url)), 'utf8')
  const text = read('community.lock.json')
  return {text, lock: await parseLockfile(text, 'lock'), manifestText: read('community.json')}
}

it('an older lockfile is disputed in nothing, up to date, and stays byte for byte', async () => {
  const {text, lock, manifestText} = await written()
  const manifest = await parseManifest(manifestText, 'manifest')
  expect(disputesOf(lock, manifest, registry)).toEqual([])
  expect(outOfDate(manifest, lock, registry)).toEqual([])
  const marked = withMarks(lock, manifest, registry)
  expect(marked.modules['community/firewall']?.trust).toEqual({by: 'registry', basis: 'upstream'})
  expect(marked.modules['community/s2s_log_certs']?.trust).toEqual({by: 'registry', basis: 'upstream'})
  expect(lockText(text, marked)).toBe(text)
})

it.each<[string, Trust, boolean]>([
  ['raised', {by: 'registry', basis: 'upstream'}, true],
  ['the same', {by: 'registry', basis: 'debian'}, true],
  ['lowered', {by: 'first-use'}, false],
])('a mark that is %s', async (_, trust, stays) => {
  const {text, lock} = await written()
  const now = {...lock, modules: {...lock.modules, 'community/auth_ha1': at(lock, trust)}}
  expect(lockText(text, now) === text).toBe(stays)
})

it('marks are written with whatever else changes', async () => {
  const {text, lock} = await written()
  const raised = at(lock, {by: 'registry', basis: 'upstream'})
  const now = {...lock, modules: {...lock.modules, 'community/auth_ha1': {...raised, version: '2023.2.24'}}}
  expect(lockText(text, now)).toContain('"basis": "upstream"')
})

function at(lock: Lockfile, trust: Trust): Lockfile['modules']['community/auth_ha1'] & object {
  const locked = lock.modules['community/auth_ha1']
  if (locked === undefined) throw new Error('the fixture has no auth_ha1')
  return {...locked, trust}
}
