import type {ImageCheckResult} from '../operations/image/check.ts'
import type {ImageWriteResult, WrittenImageFile} from '../operations/image/write.ts'
import {librariesFolder} from '../image/container/paths.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {count, lines} from './common.ts'

type Colour = (text: string) => string

const words: Readonly<
  Record<WrittenImageFile['action'], readonly [done: string, would: string, colour: Colour]>
> = {
  write: ['wrote', 'would write', pc.green],
  update: ['updated', 'would update', pc.yellow],
  replace: ['replaced', 'would replace', pc.yellow],
  remove: ['removed', 'would remove', pc.red],
  keep: ['kept', 'would keep', pc.yellow],
  none: ['', '', String],
}

/** As wide as all such words are, with the blank behind it. */
function wordOf(action: WrittenImageFile['action'], dryRun: boolean): string {
  const [done, would, colour] = words[action]
  return dryRun ? colour(would.padEnd(14)) : colour(done.padEnd(9))
}

/** Writes for people what `image init` and `image write` did. */
export function renderImageWrite({dryRun, image, changed, files, notes}: ImageWriteResult): string {
  const doing = files.filter(({action}) => action !== 'none')
  const kept = files.filter(({action}) => action === 'keep')
  const word = (action: WrittenImageFile['action']): string => wordOf(action, dryRun)
  return lines(
    changed.map((path) => `${word('update')}${visible(path)}`),
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
    summary(image, {
      ...{isCurrent: doing.length + changed.length === 0, files: files.length},
      ...{kept: kept.length, dryRun},
    }),
  )
}

type Words = (action: WrittenImageFile['action']) => string

function fileLine({path, action}: WrittenImageFile, word: Words): string {
  return action === 'keep'
    ? `${word(action)}${path}, which is not as it was written`
    : `${word(action)}${path}`
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
    return number > mostLibraries ? [`${word(action)}${number} files below ${librariesFolder}/`] : []
  })
}

function summary(
  {profile, base, prosody, variant}: ImageWriteResult['image'],
  {
    isCurrent,
    files,
    kept,
    dryRun,
  }: Readonly<Record<'isCurrent' | 'dryRun', boolean>> & Readonly<Record<'files' | 'kept', number>>,
): string {
  const what = `Prosody ${prosody}, ${profile}, ${variant} on ${base}`
  if (isCurrent) return `up to date: ${count(files, 'file')} of the image (${what})`
  // What ends with an exit code of its own does not end as if all were well.
  if (kept > 0)
    return `${pc.yellow(`${count(kept, 'file')} kept`)}, so the image is not what the project says: ${what}`
  return dryRun
    ? `dry run: nothing was written; image: ${what}`
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
