import {describe, expect, it} from 'vitest'
import {
  contribIn,
  isTakenAway,
  jitsiConfigurations,
  othersIn,
  readsVariable,
} from '../../../src/image/jitsi-folders.ts'
import {jitsiImageName, jitsiTag, jitsiTagOf, type JitsiTag} from '../../../src/image/jitsi-image.ts'

function tagOf(text: string): JitsiTag {
  const tag = jitsiTag(text)
  if (tag === undefined) throw new Error(`${text} is no tag`)
  return tag
}

describe('releases of docker-jitsi-meet', () => {
  it('are read from tags and names of images', () => {
    expect(jitsiTag('stable-10888')).toEqual({tag: 'stable-10888', build: 10888, revision: 0})
    expect(jitsiTagOf('ghcr.io/jitsi/prosody:stable-11146-2@sha256:ab')).toEqual({
      tag: 'stable-11146-2',
      build: 11146,
      revision: 2,
    })
    expect(['stable', 'unstable', 'latest', '10888', 'stable-10888-x'].map(jitsiTag)).toEqual(
      Array<undefined>(5).fill(undefined),
    )
  })

  it('name their images where their own Compose files get them', () => {
    expect(['stable-11031', 'stable-11146'].map((text) => jitsiImageName(tagOf(text)))).toEqual([
      'jitsi/prosody:stable-11031',
      'ghcr.io/jitsi/prosody:stable-11146',
    ])
  })
})

describe('folders of plugins', () => {
  const main = (text: string): readonly string[] | undefined =>
    jitsiConfigurations(tagOf(text)).find(({mode}) => mode === 'main')?.folders

  it('are searched in another order since 10655, by the main configuration alone', () => {
    expect(main('stable-10590')).toEqual(['jitsi', 'custom', 'contrib'])
    expect(main('stable-10655')).toEqual(['custom', 'jitsi', 'contrib'])
    expect(main('stable-9364-1')).toEqual(['jitsi', 'custom'])
    const others = jitsiConfigurations(tagOf('stable-11146-2')).filter(({mode}) => mode !== 'main')
    expect(others).toEqual([
      {mode: 'visitors', file: 'visitors.cfg.lua', folders: ['jitsi', 'custom', 'contrib']},
      {mode: 'brewery', file: 'brewery.cfg.lua', folders: ['jitsi', 'custom', 'contrib']},
    ])
  })

  it('are those of configurations that were there', () => {
    const modes = (text: string): string[] => jitsiConfigurations(tagOf(text)).map(({mode}) => mode)
    expect(modes('stable-9078')).toEqual(['main', 'visitors'])
    expect(modes('stable-8960')).toEqual(['main'])
    expect(modes('stable-3508')).toEqual([])
  })

  it('hold what a release took from elsewhere', () => {
    const names = (text: string): string[] => othersIn(tagOf(text)).map(({name}) => name)
    expect(names('stable-10133')).not.toContain('muc_moderation')
    expect(names('stable-10133-1')).toContain('muc_moderation')
    expect(names('stable-9364')).toContain('matrix_affiliation')
    expect(names('stable-9457')).not.toContain('matrix_affiliation')
    expect(contribIn(tagOf('stable-10741'))).toBe('20250923')
    expect(contribIn(tagOf('stable-10888'))).toBe('newest')
    expect(contribIn(tagOf('stable-9364'))).toBeUndefined()
    expect(
      ['9111', '9220', '10133-1', '10169'].map((one) => isTakenAway('smacks', tagOf(`stable-${one}`))),
    ).toEqual([false, true, true, false])
  })

  it('are filled by variables that a release has', () => {
    expect(readsVariable(tagOf('stable-9111'), 'XMPP_SPEAKERSTATS_MODULES')).toBe(false)
    expect(readsVariable(tagOf('stable-9258'), 'XMPP_SPEAKERSTATS_MODULES')).toBe(true)
  })
})
