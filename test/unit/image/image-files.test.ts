import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import type {ImageContents} from '../../../src/image/container/contents.ts'
import {imageFiles} from '../../../src/image/container/image-files.ts'
import {imagePaths} from '../../../src/image/container/paths.ts'
import {isSealedText, sectionsIn, withSections} from '../../../src/image/container/sections.ts'
import {profiles, variablesOf, type Profile} from '../../../src/image/container/variables/index.ts'

function contentsFor(profile: Profile): ImageContents {
  return {
    settings: {
      ...{profile, variant: 'scratch', base: 'docker.io/library/debian:trixie-slim', debian: 'trixie'},
      ...{prosody: '13.0', lua: '5.4', packages: [], uid: 522, labels: {}},
    },
    modules: {
      all: new Set(['client_proxy', 'muc_lobby_rooms', 'muc_note']),
      named: [{name: 'muc_note', where: 'muc-component', archives: true}],
      unmet: new Map(),
    },
    ...{modulesPath: '/usr/local/lib/prosody-mods', folders: [], packages: ['prosody'], copies: []},
    ...{libraries: [], rocks: [], rockPackages: [], patches: [], digest: `sha256:${'0'.repeat(64)}`},
  }
}

interface Service {
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly ports?: readonly string[]
}

interface Compose {
  readonly services: {readonly prosody: Service; readonly database: Service}
  readonly secrets: Readonly<Record<string, {readonly file: string}>>
  readonly volumes: object
}

describe.each(profiles)('the files of the profile %s', (profile) => {
  const contents = contentsFor(profile)
  const files = imageFiles(contents)
  const text = (path: string): string => files.get(path) ?? ''

  it('are those that are known by name, each sealed, the same each time', () => {
    expect([...files.keys()]).toEqual(imagePaths)
    for (const one of files.values()) expect(isSealedText(one), one).toBe(true)
    expect(imageFiles(contents)).toEqual(files)
  })

  it('have sections whose lines change nothing of the seal, and which come back', () => {
    for (const [path, one] of files) {
      const bodies = new Map([...sectionsIn(one).keys()].map((name) => [name, `-- of ${name}: $1 $& \\\n\n`]))
      const mine = withSections(one, bodies)
      expect(isSealedText(mine), path).toBe(true)
      expect(sectionsIn(mine)).toEqual(bodies)
      expect(withSections(mine, new Map([...bodies.keys()].map((name) => [name, ''])))).toBe(one)
      expect(isSealedText(`${mine}x`), path).toBe(false)
    }
  })

  it('name each variable in .env.example and IMAGE.md, and read no other', () => {
    const names = variablesOf(profile, contents.modules).map(({name}) => name)
    for (const path of ['.env.example', 'IMAGE.md'])
      expect(names.filter((name) => !text(path).includes(name))).toEqual([])
    const read = [...text('prosody.cfg.lua').matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name)
    const needed = [...text('prosody.cfg.lua').matchAll(/env\.(?:need|lines)\("([A-Z0-9_]+)"/g)]
    const inDefaults = variablesOf(profile, contents.modules).flatMap(({default: standard = ''}) =>
      [...standard.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
    )
    const asked = [...read, ...needed.map(([, name]) => name), ...inDefaults]
    expect(asked.filter((name) => !names.includes(name ?? ''))).toEqual([])
    expect(names.filter((name) => !asked.includes(name))).toEqual([])
  })

  it('have a compose file whose secrets are there, and variables that the image reads', () => {
    const {services, secrets, volumes} = parse(text('compose.yaml')) as Compose
    const names = variablesOf(profile, contents.modules).map(({name}) => name)
    const set = Object.keys(services.prosody.environment)
    expect(set.filter((name) => !names.includes(name.replace(/_FILE$/, '')))).toEqual([])
    expect(services.prosody.secrets).toEqual(Object.keys(secrets))
    expect(services.database.secrets).toEqual(['prosody_sql_password'])
    for (const [name, {file}] of Object.entries(secrets)) {
      expect(file).toBe(`./secrets/${name}`)
      expect(services.prosody.environment[`${name.toUpperCase()}_FILE`]).toBe(`/run/secrets/${name}`)
    }
    expect(services.prosody.ports?.[0]).toBe('5222:5222')
    expect(Object.keys(volumes)).toEqual(['data', 'database'])
  })
})
