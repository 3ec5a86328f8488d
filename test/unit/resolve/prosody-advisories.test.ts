import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {openRegistry} from '../../../src/registry/registry.ts'
import {prosodyFlaws, type ProsodyVersion} from '../../../src/resolve/prosody-advisories.ts'

const {advisories} = openRegistry(fileURLToPath(new URL('../../../registry/', import.meta.url)))

/** The first version without what a version has; undefined for what is known to have nothing, and for what is not known. */
function fixedIn(version: ProsodyVersion): string | undefined {
  const flaws = prosodyFlaws(version, advisories)
  expect([0, 4]).toContain(flaws.length)
  return flaws[0]?.fixed
}

describe('the flaws of 2026', () => {
  it.each<{version: string; debian?: string; fixed?: string}>([
    {version: '0.11.9', fixed: '0.12.6'},
    {version: '0.12.0', fixed: '0.12.6'},
    {version: '0.12.5', fixed: '0.12.6'},
    {version: '0.12.6'},
    {version: '0.12.10'},
    {version: '13.0.0', fixed: '13.0.5'},
    {version: '13.0.4', fixed: '13.0.5'},
    {version: '13.0.5'},
    {version: '13.0.7'},
    {version: '13.1.0'},
    // Debian mended these without another number: by that alone nothing is known.
    {version: '0.12.3'},
    {version: '13.0.1'},
    {version: '0.12.3-1', debian: '12', fixed: '0.12.3-1+deb12u1'},
    {version: '0.12.3-1+deb12u1', debian: '12'},
    {version: '0.12.3-1+deb12u2', debian: '12'},
    {version: '13.0.1-1', debian: '13', fixed: '13.0.1-1+deb131u'},
    {version: '13.0.1-1~bpo12+1', debian: '13', fixed: '13.0.1-1+deb131u'},
    {version: '13.0.1-1+deb131u', debian: '13'},
    {version: '13.0.1-1+deb131u1', debian: '13'},
    // A package of another suite: nothing is known of it.
    {version: '13.0.1-1~bpo12+1', debian: '12'},
    {version: '0.12.3-1', debian: '13'},
    // Backports have upstream's own numbers.
    {version: '13.0.4-1~bpo13+1', debian: '13', fixed: '13.0.5'},
    {version: '13.0.6-1~bpo13+1', debian: '13'},
    {version: 'no version'},
  ])('$version of Debian $debian: $fixed', ({fixed, ...version}) => {
    expect(fixedIn(version)).toBe(fixed)
  })
})
