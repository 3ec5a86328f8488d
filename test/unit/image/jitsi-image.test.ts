import {describe, expect, it} from 'vitest'
import {isJitsiImage, jitsiImage} from '../../../src/image/jitsi-image.ts'

describe("docker-jitsi-meet's images of Prosody", () => {
  it.each([
    ['jitsi/prosody:stable-11146-2', {debian: 'trixie', prosody: '13.0'}],
    ['ghcr.io/jitsi/prosody:stable-10169', {debian: 'bookworm', prosody: '13.0'}],
    ['docker.io/jitsi/prosody:stable-10133', {debian: 'bookworm', prosody: undefined}],
    ['jitsi/prosody:stable-10078', {debian: 'bookworm', prosody: '0.12'}],
    ['jitsi/prosody:stable-7210@sha256:ab', {debian: 'bullseye', prosody: '0.12'}],
  ])('%s', (image, expected) => {
    expect(jitsiImage(image)).toEqual(expected)
  })

  it.each([
    'jitsi/prosody:stable',
    'jitsi/prosody',
    'jitsi/prosody:unstable-2026-01-01',
    'jitsi/prosody:stable-6726',
    'notjitsi/prosody:stable-10008',
    'jitsi/jvb:stable-10008',
  ])('%s is not known', (image) => {
    expect(jitsiImage(image)).toBeUndefined()
  })

  it('are told from others', () => {
    expect(
      ['jitsi/prosody', 'a.b/jitsi/prosody:x', 'jitsi/prosody-x:1', 'x/prosody:1'].map(isJitsiImage),
    ).toEqual([true, true, false, false])
  })
})
