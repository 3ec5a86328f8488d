import {generatedPaths} from '../image/generated-files.ts'
import {bytesAsTheyAre} from '../project/drift.ts'
import {lockfileName} from '../project/lockfile.ts'
import type {OwnLines} from './own-lines.ts'

/** What keeps Git from changing the bytes that digests are of. */
export const attributeLines = [...bytesAsTheyAre(generatedPaths), `${lockfileName} -text`]

/** The lines of .gitattributes that keep Git from changing line ends. */
export const gitAttributes: OwnLines = {
  name: '.gitattributes',
  comment: 'Digests are of bytes: Git must not change the line ends of these.',
  purpose: 'for Git not to change line ends',
  missing(text = '') {
    const lines = text.split(/\r?\n/).map((line) => line.trim().replaceAll(/\s+/g, ' '))
    if (lines.some((line) => /^\*{1,2} (?:-text|binary)$/.test(line))) return []
    return attributeLines.filter((line) => !lines.includes(line))
  },
}
