import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {isDeviceName} from '../../../src/sources/device-names.ts'
import {isPrivateKey, isVersionControl, neverTaken} from '../../../src/sources/private-files.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

describe('files that no module has, by name', () => {
  it.each([
    ['certs/chat.key', 'key'],
    ['server.PEM', 'key'],
    ['a.p12', 'key'],
    ['a.pfx.bak', 'key'],
    ['a.key.gpg', 'key'],
    ['a.key~', 'key'],
    ['id_ed25519', 'key'],
    ['x/id_rsa', 'key'],
    ['.env', 'environment'],
    ['x/.env.production', 'environment'],
    ['.envrc', 'environment'],
    ['credentials.env', 'environment'],
    ['prod.env.local', 'environment'],
    ['prosody.cfg.lua', 'configuration'],
    ['.luacheckrc', 'hidden'],
    ['.git/config', 'hidden'],
    ['x/CVS/Root', 'hidden'],
    ['x/_darcs/format', 'hidden'],
  ])('%s: %s', (path, reason) => {
    expect(neverTaken(path)).toBe(reason)
  })

  it.each([
    'mod_x.lua',
    'id_rsa.pub',
    'key.lua',
    'x.crt',
    'env.lua',
    'environment.txt',
    'api.key.html',
    'x..y',
  ])('%s may be taken', (path) => {
    expect(neverTaken(path)).toBeUndefined()
  })

  it('version control has no files that anybody could include', () => {
    expect(
      ['.git/config', 'a/.hg/x', 'CVS/Root', '.env', 'a/b.key'].map((path) => isVersionControl(path)),
    ).toEqual([true, true, true, false, false])
  })
})

describe('private keys, by what is in them', () => {
  it.each([
    ['-----BEGIN PRIVATE KEY-----', true],
    ['some text\n-----BEGIN RSA PRIVATE KEY-----\r\nMII', true],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----\n', true],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', true],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n', true],
    ['PuTTY-User-Key-File-3: ssh-ed25519', true],
    [String.raw`{"private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ"}`, true],
    ['if (text.startsWith("-----BEGIN PRIVATE KEY-----")) decode(text)', false],
    ['-----BEGIN CERTIFICATE-----\nMII', false],
    ['-----BEGIN PUBLIC KEY-----\nMII', false],
    ['', false],
    ['0', false],
  ])('%j: %s', (text, expected) => {
    expect(isPrivateKey(Buffer.from(text))).toBe(expected)
  })

  it('also in UTF-16, as editors of Windows write it', () => {
    expect(isPrivateKey(Buffer.from('\ufeff-----BEGIN PRIVATE KEY-----\r\n', 'utf16le'))).toBe(true)
  })

  it('as OpenSSL and ssh-keygen write them, and no certificate or public key', async () => {
    const folder = await scratchFolder()
    const at = (name: string): string => join(folder, name)
    const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, {stdio: 'pipe'})
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=x',
      '-keyout',
      at('pem'),
      '-out',
      at('crt'),
    )
    openssl('pkcs8', '-topk8', '-nocrypt', '-in', at('pem'), '-outform', 'DER', '-out', at('pkcs8'))
    openssl('rsa', '-in', at('pem'), '-outform', 'DER', '-traditional', '-out', at('pkcs1'))
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      at('pem'),
      '-in',
      at('crt'),
      '-passout',
      'pass:x',
      '-out',
      at('pkcs12'),
    )
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-outform', 'DER', '-out', at('ec'))
    openssl('x509', '-in', at('crt'), '-outform', 'DER', '-out', at('der-crt'))
    openssl('rsa', '-in', at('pem'), '-pubout', '-outform', 'DER', '-out', at('der-pub'))
    const isKey = (name: string): boolean => isPrivateKey(readFileSync(at(name)))
    expect(['pem', 'pkcs8', 'pkcs1', 'pkcs12', 'ec'].filter((name) => !isKey(name))).toEqual([])
    expect(['crt', 'der-crt', 'der-pub'].filter((name) => isKey(name))).toEqual([])
    expect(existsSync(at('crt'))).toBe(true)
  })
})

describe('names that Windows takes for devices', () => {
  it.each(['con', 'AUX', 'nul.txt', 'com1', 'Lpt9.tar.gz', 'com¹', 'prn .x', 'CONIN$', 'aux:stream'])(
    '%s',
    (name) => {
      expect(isDeviceName(name)).toBe(true)
    },
  )

  it.each(['mod_con.lua', 'console', 'com', 'com10', 'auxiliary.lua', 'x.con', 'null'])(
    '%s is none',
    (name) => {
      expect(isDeviceName(name)).toBe(false)
    },
  )
})
