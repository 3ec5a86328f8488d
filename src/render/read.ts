import {join} from 'node:path'
import {toDigest} from '../digest.ts'
import {out as pc} from './colours.ts'
import type {Drift, VerifyResult} from '../operations/verify.ts'
import {visible} from '../plain-text.ts'
import {count, lines} from './common.ts'

const driftWords = {
  missing: 'missing',
  changed: 'changed',
  'line-ends': 'line ends changed',
  unreadable: 'not readable for others',
  unexpected: 'unexpected',
  'not-a-file': 'not a regular file',
  patch: 'other patch',
  unproved: 'not proved',
} as const

/** Writes for people what `verify` found. */
export function renderVerify({total, verified, drift, destdir}: VerifyResult): string {
  const summary = `${count(total.modules, 'module')}: ${count(verified, 'file')} as locked`
  if (drift.length === 0) return lines(summary)
  const hints = [...new Set(drift.map((one) => `${words(one)}: ${visible(one.hint)}`))].sort()
  return lines(
    drift.flatMap(({path, kind, expected, got, link}) => [
      `${pc.red(words({path, kind, link}))}: ${destdir === undefined ? path : visible(join(destdir, path))}`,
      ...(kind === 'changed' && expected !== null && got !== null
        ? [`  expected ${toDigest(expected)}`, `  got      ${toDigest(got)}`]
        : []),
    ]),
    `${summary}, ${count(drift.length, 'file')} not`,
    hints.map((hint) => `${pc.cyan('hint:')} ${hint}`),
  )
}

function words({
  path,
  kind,
  link,
}: Pick<Drift, 'path' | 'kind'> & {readonly link?: string | undefined}): string {
  if (link === undefined) return driftWords[kind]
  return link === path ? 'a symbolic link' : 'behind a symbolic link'
}
