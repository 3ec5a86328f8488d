import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {namedProsody} from '../../../src/image/named-prosody.ts'
import {openRegistry} from '../../../src/registry/registry.ts'

const {suites} = openRegistry(fileURLToPath(new URL('../../../registry/', import.meta.url)))

function named(text: string, debian?: string): string[] {
  const manifest = debian === undefined ? {} : {image: {debian}}
  return namedProsody(manifest, {path: 'Dockerfile', text}, suites).map(
    (one) => `${one.line ?? '-'} ${one.as} ${one.version} ${one.debian ?? '-'}`,
  )
}

describe('the Prosody of a Dockerfile', () => {
  it.each([
    {
      what: 'an image of a version',
      text: 'FROM prosodyim/prosody:13.0.4',
      says: ['1 prosodyim/prosody:13.0.4 13.0.4 -'],
    },
    {
      what: 'the last stage, by an argument',
      text: 'ARG V=0.12.4\nFROM debian:trixie AS build\nFROM docker.io/prosody/prosody:${V}-slim@sha256:00\n',
      says: ['3 docker.io/prosody/prosody:0.12.4-slim@sha256:00 0.12.4 -'],
    },
    {
      what: 'packages, in whatever quotes',
      text: 'FROM debian:bookworm-slim\nRUN apt-get install -y "prosody=0.12.3-1" && \\\n  apt-get install prosody=0.12.3-1+deb12u1; true',
      says: ['2 prosody=0.12.3-1 0.12.3-1 12', '3 prosody=0.12.3-1+deb12u1 0.12.3-1+deb12u1 12'],
    },
    {
      what: 'a package of the stage that it stands in',
      text: 'FROM debian:trixie AS a\nRUN apt-get install prosody=13.0.1-1\nFROM debian:bookworm\nRUN apt-get install prosody=0.12.3-1',
      says: ['2 prosody=13.0.1-1 13.0.1-1 13', '4 prosody=0.12.3-1 0.12.3-1 12'],
    },
    {what: 'a line alone', text: 'FROM prosodyim/prosody:13.0', says: []},
    {what: 'an image of others', text: 'FROM ghcr.io/prosodyim/prosody:13.0.4', says: []},
    {
      what: 'what nobody knows the suite of',
      text: 'FROM acme/base:1\nRUN apt-get install prosody=0.12.3-1',
      says: [],
    },
    {
      what: 'another package, a wildcard and a comment',
      text: 'FROM debian:trixie\n# prosody=13.0.1-1\nRUN apt-get install lua-prosody=1 prosody-modules=1 prosody=13.0.*',
      says: [],
    },
    {what: 'another system', text: 'FROM ubuntu:24.04\nRUN apt-get install prosody=0.12.4-1build1', says: []},
  ])('$what', ({text, says}) => {
    expect(named(text)).toEqual(says)
  })

  it('is of the suite that the manifest names, where the base does not tell', () => {
    expect(named('FROM acme/base:1\nRUN apt-get install prosody=0.12.3-1', 'bookworm')).toEqual([
      '2 prosody=0.12.3-1 0.12.3-1 12',
    ])
  })
})

describe('the Prosody of a manifest', () => {
  it('is that of the image that it names', () => {
    const told = namedProsody({image: {base: 'prosodyim/prosody:0.12.5'}}, undefined, suites)
    expect(told).toEqual([
      {
        as: 'prosodyim/prosody:0.12.5',
        file: 'prosody-mods.json',
        line: null,
        version: '0.12.5',
        debian: undefined,
      },
    ])
    expect(namedProsody({prosody: '13.0', image: {debian: 'trixie'}}, undefined, suites)).toEqual([])
  })
})
