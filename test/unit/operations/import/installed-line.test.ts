import {describe, expect, it} from 'vitest'
import {installedLine} from '../../../../src/operations/import/installed-line.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'

const prosodyLines = ['0.12', '13.0']

function said(text: string): string | undefined {
  const followed = follow(readDockerfile(`FROM debian:bookworm\n${text}\n`), {
    has: () => false,
    read: () => undefined,
  })
  return installedLine(text, followed, {prosodyLines})?.because
}

const install = 'RUN apt-get update && apt-get install -y'

describe('which Prosody is installed', () => {
  it.each([
    [`${install} prosody-0.12`, 'installs Prosody 0.12'],
    [`${install} prosody=13.0.2-1`, 'installs Prosody 13.0'],
    [`${install} prosody=13.*`, 'installs Prosody 13.0'],
    [
      `RUN wget -O /etc/apt/sources.list.d/prosody.sources https://prosody.im/downloads/repos/bookworm/prosody.sources\n${install} prosody`,
      'installs Prosody of packages.prosody.im, which is 13.0',
    ],
    [
      `RUN echo deb http://packages.prosody.im/debian bookworm main > /etc/apt/sources.list.d/p.list\n${install} prosody`,
      'installs Prosody of packages.prosody.im, which is 13.0',
    ],
    [
      `RUN extrepo enable prosody\n${install} prosody`,
      'installs Prosody of packages.prosody.im, which is 13.0',
    ],
    [
      `RUN echo deb http://packages.prosody.im/debian bookworm main > /etc/apt/sources.list.d/p.list\n${install} prosody-0.12`,
      'installs Prosody 0.12',
    ],
    [`${install} prosody-trunk`, 'installs prosody-trunk, for which 13.0 stands, the newest that is known'],
    [
      'ARG V=13.0.2\nRUN curl -fL https://prosody.im/downloads/source/prosody-${V}.tar.gz | tar xz && cd prosody-$V && make install',
      'installs Prosody 13.0',
    ],
    [
      'RUN git clone -b 0.12.4 https://github.com/bjc/prosody /usr/src/prosody && make -C /usr/src/prosody install',
      'installs Prosody 0.12',
    ],
  ])('%s', (text, expected) => {
    expect(said(text)).toBe(expected)
  })

  it.each([
    `${install} prosody`,
    `${install} curl`,
    // The archive alone installs nothing.
    'RUN echo deb http://packages.prosody.im/debian bookworm main > /etc/apt/sources.list.d/p.list',
    'RUN hg clone -r 0.12 https://hg.prosody.im/prosody-modules /opt/modules',
  ])('is not said by %s', (text) => {
    expect(said(text)).toBeUndefined()
  })
})
