import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import {archiveUrl, isArchiveName} from '../../../../src/sources/debian/named-archive.ts'
import {keysOf} from '../../../../src/sources/debian/signature.ts'

const registry = embeddedRegistry()

async function fingerprintsOf(name: string, believed?: readonly string[]): Promise<string[]> {
  const keys = await keysOf({
    keyring: registry.archiveKeys(name),
    keyringPath: name,
    ...(believed === undefined ? {} : {fingerprints: believed}),
  })
  return keys.map((key) => key.getFingerprint().toUpperCase())
}

describe('the keys of archives that are known by name', () => {
  it.each([
    {name: 'jitsi', now: ['FFD65A0DA2BEBDEB73D44C8BB4D2D216F1FD7806']},
    {name: 'prosody', now: ['AD3B912769C5F962DCBA7956F7A37EB33D0B25D7']},
  ])('$name signs with $now', async ({name, now}) => {
    const {keys} = registry.archives[name] ?? {}
    expect(keys?.fingerprints).toEqual(now)
    expect(await fingerprintsOf(name, keys?.fingerprints)).toEqual(now)
  })

  it('are not all that the file has: the DSA key of 2009 is not believed', async () => {
    const retired = '107D65A0A148C237FDF00AB47393D7E674D9DBB5'
    expect(await fingerprintsOf('prosody')).toContain(retired)
    expect(await fingerprintsOf('prosody', registry.archives['prosody']?.keys.fingerprints)).not.toContain(
      retired,
    )
  })

  it('may sign, each of them, on the day that they were taken in', async () => {
    const day = new Date('2026-11-28T00:00:00Z')
    for (const [name, {keys}] of Object.entries(registry.archives)) {
      const believed = await keysOf({
        keyring: registry.archiveKeys(name),
        keyringPath: name,
        fingerprints: keys.fingerprints,
      })
      for (const key of believed) await expect(key.getSigningKey(undefined, day)).resolves.toBeDefined()
    }
  })

  it('are missed where the file does not have them', async () => {
    await expect(fingerprintsOf('jitsi', ['0'.repeat(40)])).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })
})

describe('the name of an archive', () => {
  it('is told from a URL, and stands for one', () => {
    expect(['jitsi', 'https://download.jitsi.org', 'http://a/b'].map(isArchiveName)).toEqual([
      true,
      false,
      false,
    ])
    expect(archiveUrl('jitsi', registry)).toBe('https://download.jitsi.org')
    expect(archiveUrl('prosody', registry)).toBe('https://packages.prosody.im/debian')
    expect(archiveUrl('https://example.org/a', registry)).toBe('https://example.org/a')
  })

  it.each(['jitsy', 'constructor'])('%s is none', (name) => {
    expect(() => archiveUrl(name, registry)).toThrow(`there is no archive "${name}"`)
  })
})
