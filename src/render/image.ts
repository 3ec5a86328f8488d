import type {ImageCheckResult} from '../operations/image/check.ts'
import type {ImageWriteResult, WrittenImageFile} from '../operations/image/write.ts'
import {librariesFolder} from '../image/container/paths.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {count, lines} from './common.ts'

const words: Readonly<Record<WrittenImageFile['action'], readonly [done: string, would: string]>> = {
  write: ['wrote', 'would write'],
  update: ['updated', 'would update'],
  replace: ['replaced', 'would replace'],
  remove: ['removed', 'would remove'],
  keep: ['kept', 'would keep'],
  none: ['', ''],
}

/** Writes for people what `image init` and `image write` did. */
export function renderImageWrite({dryRun, image, changed, files, notes}: ImageWriteResult): string {
  const doing = files.filter(({action}) => action !== 'none')
  const kept = files.filter(({action}) => action === 'keep')
  const word = (action: WrittenImageFile['action']): string => words[action][dryRun ? 1 : 0]
  return lines(
    changed.map((path) => `${word('update')} ${visible(path)}`),
    doing.flatMap((file) => (isCounted(file, doing) ? [] : fileLine(file, word))),
    librarySums(doing, word),
    kept.flatMap(({diff}) => (diff === null ? [] : ['', diff.trimEnd()])),
    kept.length === 0
      ? []
      : [
          '',
          `${pc.cyan('hint:')} lines of your own belong between the lines that say "yours"; --force replaces ${kept.length === 1 ? 'the file' : 'these files'}`,
        ],
    notes.map((note) => `${pc.cyan('note:')} ${visible(note)}`),
    summary(image, {isCurrent: doing.length + changed.length === 0, files: files.length}),
  )
}

type Words = (action: WrittenImageFile['action']) => string

function fileLine({path, action}: WrittenImageFile, word: Words): string {
  return action === 'keep'
    ? `${pc.yellow(word(action))} ${path}, which is not as it was written`
    : `${word(action)} ${path}`
}

/** Files of rocks that are counted, since there are more of them than of all else. */
const mostLibraries = 4

function librariesIn(action: WrittenImageFile['action'], files: readonly WrittenImageFile[]): number {
  return files.filter((one) => one.action === action && one.path.startsWith(`${librariesFolder}/`)).length
}

function isCounted({path, action}: WrittenImageFile, files: readonly WrittenImageFile[]): boolean {
  const isLibrary = path.startsWith(`${librariesFolder}/`) && action !== 'keep'
  return isLibrary && librariesIn(action, files) > mostLibraries
}

function librarySums(files: readonly WrittenImageFile[], word: Words): string[] {
  return (['write', 'update', 'replace', 'remove'] as const).flatMap((action) => {
    const number = librariesIn(action, files)
    return number > mostLibraries ? [`${word(action)} ${number} files below ${librariesFolder}/`] : []
  })
}

function summary(
  {profile, base, prosody, variant}: ImageWriteResult['image'],
  {isCurrent, files}: {readonly isCurrent: boolean; readonly files: number},
): string {
  const what = `Prosody ${prosody}, ${profile}, ${variant} on ${base}`
  return isCurrent
    ? `up to date: ${count(files, 'file')} of the image (${what})`
    : `image: ${what}; IMAGE.md says how it is built and what can be set`
}

/** Writes for people what `image check` found. */
export function renderImageCheck({image, problems, notes}: ImageCheckResult): string {
  const {profile, base, prosody, variant} = image
  return lines(
    problems.flatMap(({path, line, message, hint}) => [
      `${pc.red('problem:')} ${visible(placeOf(path, line, message))}${visible(message)}`,
      ...(hint === null ? [] : [`  ${pc.cyan('hint:')} ${visible(hint)}`]),
    ]),
    notes.map((note) => `${pc.cyan('note:')} ${visible(note)}`),
    problems.length === 0
      ? `the image fits: Prosody ${prosody}, ${profile}, ${variant} on ${base}`
      : `${count(problems.length, 'problem')} with the image`,
  )
}

/** A file that the message names is not named twice. */
function placeOf(path: string | null, line: number | null, message: string): string {
  if (path === null || (line === null && message.includes(path))) return ''
  return line === null ? `${path}: ` : `${path}:${line}: `
}
