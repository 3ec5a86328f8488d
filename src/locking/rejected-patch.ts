import {docsPage} from '../docs-page.ts'
import {ProsodyModsError} from '../errors.ts'
import type {ModuleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {manifestName} from '../project/manifest.ts'
import type {RejectedPatch} from '../resolve/patch-files.ts'
import type {Rejection} from '../text/apply-patch.ts'
import type {Hunk} from '../text/unified-patch.ts'

/** Makes the error for a patch that a release does not take, with the hunk and what stands in its place. */
export function rejectedPatch(
  key: ModuleKey,
  {version}: LockedModule,
  {patch, file, rejection}: RejectedPatch,
): ProsodyModsError {
  const head = `${patch.path} does not apply to ${key} ${version}`
  const hint = `nothing was written; make the patch anew for ${version}, stay at the release that it is for, or take it out of "patches" in ${manifestName}: ${docsPage('docs/guide/patches.md')}`
  const about = {patch: patch.path, module: key, version, file, why: rejection.why}
  if (rejection.why === 'half') {
    const {done, open} = rejection
    return new ProsodyModsError(
      'PATCH_REJECTED',
      `${head}: it is a part of it already\n  has it   ${done.join(', ')}\n  lacks it ${open.join(', ')}`,
      {hint, details: {...about, hunk: null, places: [], there: []}},
    )
  }
  const {hunk, places, there} = rejection
  const lines =
    hunk === undefined
      ? []
      : [
          `hunk at line ${hunk.at} of the patch`,
          ...hunkLines(hunk).map((line) => `  ${line}`),
          ...standing(hunk, rejection),
        ]
  return new ProsodyModsError(
    'PATCH_REJECTED',
    [`${head}: ${file}: ${reasonOf(rejection)}`, ...lines.map((line) => `  ${line}`)].join('\n'),
    {
      hint,
      details: {
        ...about,
        hunk:
          hunk === undefined ? null : {line: hunk.at, from: hunk.oldStart, text: hunkLines(hunk).join('\n')},
        places,
        there: there.map((line) => readable(line)),
      },
    },
  )
}

function reasonOf({why, places}: Rejection): string {
  if (why === 'absent') return 'the release has no such file'
  if (why === 'present') return 'the patch adds this file, and the release has one with other lines'
  if (why === 'many') return `the hunk fits in more than one place, at lines ${places.join(' and ')}`
  return 'other lines stand where the hunk belongs'
}

function hunkLines({lines}: Hunk): string[] {
  return lines.map(({mark, text}) => `${mark}${readable(text)}`)
}

function standing({oldStart}: Hunk, {why, there}: Rejection): string[] {
  if (why === 'absent' || why === 'many') return []
  if (there.length === 0) return [`nothing stands at line ${Math.max(oldStart, 1)}: the file is shorter`]
  return [
    `what stands there, from line ${Math.max(oldStart, 1)}`,
    ...there.map((line) => `   ${readable(line)}`),
  ]
}

/** A return at the end of a line is what differs, now and then. */
function readable(line: string): string {
  return Buffer.from(line.replace(/\n$/, ''), 'latin1').toString('utf8')
}
