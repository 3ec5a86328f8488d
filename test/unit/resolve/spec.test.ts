import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {formatSpec, parseSpec} from '../../../src/resolve/spec.ts'
import type {Spec} from '../../../src/resolve/spec.ts'
import {seeded} from '../../helpers/random.ts'
import {sha256From} from '../../helpers/digest.ts'

const digest = sha256From('26da8e40'.padEnd(64, '0123456789abcdef'))

/** Text as parseSpec takes it, what it means, and how formatSpec writes that when it differs. */
const accepted: readonly (readonly [text: string, spec: Spec, formatted?: string])[] = [
  ['muc_moderation', {kind: 'module', name: 'muc_moderation'}],
  ['mod_muc_moderation', {kind: 'module', name: 'muc_moderation'}, 'muc_moderation'],
  [
    'jitsi/mod_muc_lobby_rooms',
    {kind: 'module', source: 'jitsi', name: 'muc_lobby_rooms'},
    'jitsi/muc_lobby_rooms',
  ],
  ['jitsi/auth_jitsi-anonymous', {kind: 'module', source: 'jitsi', name: 'auth_jitsi-anonymous'}],
  ['jitsi-contrib/event_sync', {kind: 'module', source: 'jitsi-contrib', name: 'event_sync'}],
  ['s2s_idle_timeout@2025.4.2', {kind: 'module', name: 's2s_idle_timeout', versionText: '2025.4.2'}],
  [
    'community/bob@f315edc39f3d',
    {kind: 'module', source: 'community', name: 'bob', versionText: 'f315edc39f3d'},
  ],
  ['jitsi@10008', {kind: 'module', name: 'jitsi', versionText: '10008'}],
  ['jitsi/*@10008', {kind: 'module', source: 'jitsi', name: '*', versionText: '10008'}],
  ['jitsi/*', {kind: 'module', source: 'jitsi', name: '*'}],
  ['jitsi@stable/jitsi-meet_10008', {kind: 'module', name: 'jitsi', versionText: 'stable/jitsi-meet_10008'}],
  [
    'jitsi/polls@>=9955 <11000 || 11248',
    {kind: 'module', source: 'jitsi', name: 'polls', versionText: '>=9955 <11000 || 11248'},
  ],
  ['a@b@c', {kind: 'module', name: 'a', versionText: 'b@c'}],
  ['a@ 1.x ', {kind: 'module', name: 'a', versionText: '1.x'}, 'a@1.x'],
  ['0auth', {kind: 'module', name: '0auth'}],
  ['mod_mod_x', {kind: 'module', name: 'mod_x'}],
  ['Mod_muc_moderation', {kind: 'module', name: 'muc_moderation'}, 'muc_moderation'],
  ['constructor', {kind: 'module', name: 'constructor'}],

  ['./modules/mod_x', {kind: 'path', path: './modules/mod_x'}],
  ['../mod_x@1', {kind: 'path', path: '../mod_x@1'}],
  ['/opt/Prosody Modules/mod_x', {kind: 'path', path: '/opt/Prosody Modules/mod_x'}],
  ['.', {kind: 'path', path: '.'}],
  ['..', {kind: 'path', path: '..'}],
  ['./', {kind: 'path', path: './'}],
  ['.\\mod_x', {kind: 'path', path: '.\\mod_x'}],
  ['C:\\modules\\mod_x', {kind: 'path', path: 'C:\\modules\\mod_x'}],
  ['file:mod_x', {kind: 'path', path: './mod_x'}, './mod_x'],
  ['file:../mod_x', {kind: 'path', path: '../mod_x'}, '../mod_x'],
  ['file:/opt/mod_x', {kind: 'path', path: '/opt/mod_x'}, '/opt/mod_x'],
  ['file:///opt/my%20mods/mod_x', {kind: 'path', path: '/opt/my mods/mod_x'}, '/opt/my mods/mod_x'],

  ['https://example.org/mod_x.lua', {kind: 'url', url: 'https://example.org/mod_x.lua'}],
  [
    `https://example.org/x.tar.gz#sha256=${digest}`,
    {kind: 'url', url: 'https://example.org/x.tar.gz', sha256: digest},
  ],
  [
    `HTTPS://Example.ORG:443/a b?ref=1#sha256=${digest.toUpperCase()}`,
    {kind: 'url', url: 'https://example.org/a%20b?ref=1', sha256: digest},
    `https://example.org/a%20b?ref=1#sha256=${digest}`,
  ],
  [
    `http://example.org/x.lua#sha256=${digest}`,
    {kind: 'url', url: 'http://example.org/x.lua', sha256: digest},
  ],
  ['http://localhost:8080/x.lua', {kind: 'url', url: 'http://localhost:8080/x.lua'}],
  ['http://mods.localhost/x.lua', {kind: 'url', url: 'http://mods.localhost/x.lua'}],
  [
    'http://127.1:8080/x.lua',
    {kind: 'url', url: 'http://127.0.0.1:8080/x.lua'},
    'http://127.0.0.1:8080/x.lua',
  ],
  ['http://127.9.9.9/x.lua', {kind: 'url', url: 'http://127.9.9.9/x.lua'}],
  ['http://[::1]:8080/x.lua', {kind: 'url', url: 'http://[::1]:8080/x.lua'}],
]

const cases = accepted.map(([text, spec, formatted = text]) => ({text, spec, formatted}))

/** Text, a part of the reason that the user is given. */
const refused: readonly (readonly [text: string, reason: string])[] = [
  ['', 'the name of the module is missing'],
  ['@1.0', 'the name of the module is missing'],
  ['jitsi/', 'the name of the module is missing'],
  ['jitsi/mod_', 'the name of the module is missing'],
  ['jitsi//x', 'only one / may stand before the @'],
  ['a/b/c', 'only one / may stand before the @'],
  ['muc_moderation@', 'the version after @ is missing'],
  ['muc_moderation@  ', 'the version after @ is missing'],
  ['*', '* needs its source: write source/*'],
  ['*@10008', '* needs its source: write source/*'],
  ['*/polls', '"*" is no source name'],
  ['MUC_Moderation', 'names are in lower case: did you mean muc_moderation?'],
  ['Jitsi/polls', 'names are in lower case: did you mean jitsi?'],
  ['mod_Polls', 'did you mean polls?'],
  ['MOD_polls2/x', 'did you mean mod_polls2?'],
  ['_polls', '"_polls" is no module name'],
  ['-f', '"-f" is no module name'],
  ['muc moderation', '"muc moderation" is no module name'],
  [' polls', '" polls" is no module name'],
  ['polls\n', 'is no module name'],
  ['con', '"con" is the name of a device on Windows'],
  ['aux/x@1', '"aux" is the name of a device on Windows'],
  ['módulo', '"módulo" is no module name'],
  ['~/mods/mod_x', 'the shell, which expands ~, did not'],
  ['./a\0b', 'a path holds no NUL character'],
  ['file:', 'the path after file: is missing'],
  ['file://server/share/mod_x', 'a file: URL names a path of this machine'],
  [`file:///opt/mod_x#sha256=${digest}`, 'a file: URL takes neither ? nor #'],
  ['file:///opt/mod_x?a', 'a file: URL takes neither ? nor #'],
  ['file:///opt/a%2Fb', 'the path of this file: URL cannot be read'],
  ['file:///opt/a%00b', 'a path holds no NUL character'],
  ['ftp://example.org/mod_x.lua', 'only https, http and file URLs are supported'],
  ['git+ssh://example.org/mods.git', 'only https, http and file URLs are supported'],
  ['https:example.org/x', 'two slashes are missing: write https://'],
  ['git:example.org/x', 'only https, http and file URLs are supported'],
  ['https://', 'it cannot be read as a URL'],
  ['https://exa mple.org/', 'it cannot be read as a URL'],
  ['http://example.org/x.lua', 'http is not protected on its way: use https'],
  ['http://127.0.0.1.example.org/x.lua', 'http is not protected on its way'],
  ['http://notlocalhost/x.lua', 'http is not protected on its way'],
  ['http://10.0.0.1/x.lua', 'http is not protected on its way'],
  ['https://example.org/x.lua#', 'only #sha256=<64 hex digits> may follow a URL'],
  ['https://example.org/x.lua#main', 'only #sha256=<64 hex digits> may follow a URL'],
  [`https://example.org/x.lua#md5=${digest}`, 'only #sha256=<64 hex digits> may follow a URL'],
  [`https://example.org/x.lua#sha256=${digest.slice(1)}`, 'a sha256 is 64 hex digits, got 63 characters'],
  [`https://example.org/x.lua#sha256=g${digest.slice(1)}`, 'a sha256 is 64 hex digits, got 64 characters'],
  [`https://example.org/x.lua#sha256=${digest}#`, 'a sha256 is 64 hex digits, got 65 characters'],
  [`https://example.org/x.lua#sha256=${digest} `, 'a sha256 is 64 hex digits, got 65 characters'],
  ['https://example.org/x.lua#sha256=', 'a sha256 is 64 hex digits, got 0 characters'],
]

describe('parseSpec', () => {
  it.each(cases)('reads $text', ({text, spec}) => {
    expect(parseSpec(text)).toEqual(spec)
  })

  it.each(refused)('refuses %j: %s', (text, reason) => {
    const error = errorOf(text)
    expect(error).toMatchObject({code: 'SPEC_INVALID', exitCode: 2})
    expect(error.details['reason']).toContain(reason)
    expect(error.message).toContain(`does not name a module: ${String(error.details['reason'])}`)
    expect(error.message).toContain('expected [source/]name[@version], ./path or https://…[#sha256=')
    expect(error.hint).toContain('muc_moderation')
  })

  it.each([
    'https://user:secret@example.org/x.lua',
    'https://secret@example.org/x.lua',
    'https://user:secr#secret@example.org/x.lua',
    'https://user:secret@exa mple.org/x.lua',
    'https://user:secret/secret@example.org/x.lua',
    'http://example.org/x.lua?token=secret',
    'https://example.org/x.lua?token=secret#main',
    'https:user:secret@example.org/x.lua',
    'ftp://user:secret@example.org/x.lua',
    'git+ssh:user:secret@example.org:x.git',
  ])('keeps the secret of %s out of the error', (text) => {
    const error = errorOf(text)
    expect(error.code).toBe('SPEC_INVALID')
    expect(error.message + JSON.stringify(error.details) + String(error.hint)).not.toContain('secret')
    expect(error.cause).toBeUndefined()
  })
})

describe('formatSpec', () => {
  it.each(cases)('writes what $text means', ({spec, formatted}) => {
    expect(formatSpec(spec)).toBe(formatted)
    expect(parseSpec(formatSpec(spec))).toEqual(spec)
  })

  it('makes a path of a bare one', () => {
    expect(formatSpec({kind: 'path', path: 'modules/mod_x'})).toBe('./modules/mod_x')
  })

  it('is the inverse of parseSpec on whatever that accepts', () => {
    const pieces = [
      'mod_',
      'a',
      'muc',
      '_',
      '-',
      '/',
      '@',
      '*',
      '.',
      './',
      '../',
      ':',
      '#',
      '1.2',
      '>=',
      ' ',
      '||',
      '~',
      'X',
    ].concat([
      'https://',
      'http://localhost',
      'file:',
      'example.org',
      '#sha256=',
      digest,
      '?q',
      '%20',
      '\\',
      'C:',
      'é',
    ])
    const random = seeded(20260306)
    const kinds = {module: 0, path: 0, url: 0}
    for (let round = 0; round < 40_000; round += 1) {
      const text = Array.from({length: 1 + random(6)}, () => pieces[random(pieces.length)]).join('')
      const spec = parsed(text)
      if (!spec) continue
      kinds[spec.kind] += 1
      const formatted = formatSpec(spec)
      expect(parseSpec(formatted), text).toEqual(spec)
      expect(formatSpec(parseSpec(formatted)), text).toBe(formatted)
    }
    expect(Math.min(...Object.values(kinds))).toBeGreaterThan(500)
  })
})

/** Undefined for what is refused; anything but SPEC_INVALID fails the test. */
function parsed(text: string): Spec | undefined {
  try {
    return parseSpec(text)
  } catch (error) {
    if (error instanceof ProsodyModsError && error.code === 'SPEC_INVALID') return undefined
    throw error
  }
}

function errorOf(text: string): ProsodyModsError {
  try {
    parseSpec(text)
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}
