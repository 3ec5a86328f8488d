import {expect, it} from 'vitest'
import {readmeNotes} from '../../../../src/operations/check/readme-notes.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import type {LockedModule} from '../../../../src/project/lockfile.ts'

const registry = embeddedRegistry()

function locked(version: string, revision: string): LockedModule {
  return {version, resolved: {kind: 'hg', repository: 'x', revision}, layout: 'folders', files: {}} as never
}

const modules = {
  'community/audit': locked('2025.7.15', '9102d75131e405a7b3a88e70eab2e2b1cac8e659'),
  'community/protect_last_admin': locked('2025.9.30', '187b957dc5280a1443a1d957f363c15312695306'),
  'community/muc_moderation': locked('2025.6.13', 'fe0a58b863dbb5a6cb3c7dc0b3cb6e06ebc1b1f5'),
  'mine/audit': locked('2025.7.15', '9102d75131e405a7b3a88e70eab2e2b1cac8e659'),
}

it.each([
  ['0.12', 'community/audit'],
  ['13.0', 'community/protect_last_admin'],
])('what READMEs say of Prosody %s', (prosody, module) => {
  const target = {prosody, lua: '5.4', debian: 'trixie'}
  expect(readmeNotes({modules} as never, target, registry)).toMatchObject([
    {
      kind: 'module',
      severity: 'note',
      module,
      message: `its README says that it does not work with Prosody ${prosody}`,
    },
  ])
})
