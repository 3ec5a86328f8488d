import {lstatSync} from 'node:fs'
import {join} from 'node:path'
import {isIgnored} from '../image/docker-ignore.ts'
import {generatedPaths} from '../image/generated-files.ts'
import {contextFolder} from '../project/lockfile.ts'
import {workFolder} from '../project/work-folder.ts'
import type {OwnLines} from './own-lines.ts'

/** What an image copies of a context, each with a path that stands for it. */
const needed: readonly (readonly [pattern: string, path: string])[] = [
  [`${contextFolder}/`, `${contextFolder}/community/mod_x/mod_x.lua`],
  ...generatedPaths.map((path) => [path, path] as const),
]

/** Folders that no builder has a use for, each with a path that stands for it. */
const junk: readonly (readonly [pattern: string, path: string])[] = [
  ['.git/', '.git/config'],
  [`${workFolder}/`, `${workFolder}/lock/x`],
  ['node_modules/', 'node_modules/x/package.json'],
]

/**
 * Returns the lines of the file that says what of a folder goes to a builder: what the image copies is let through, and
 * what nobody needs there is not. Undefined where there is neither such a file nor a Dockerfile.
 * @param dockerfile the Dockerfile of the folder; undefined without one
 */
export function dockerIgnore(
  folder: string,
  dockerfile: {readonly name: string; readonly text: string} | undefined,
): OwnLines | undefined {
  const own = dockerfile === undefined ? [] : [`${dockerfile.name}.dockerignore`]
  const name = [...own, '.containerignore', '.dockerignore'].find(
    (one) => lstatSync(join(folder, one), {throwIfNoEntry: false}) !== undefined,
  )
  if (name === undefined && dockerfile === undefined) return undefined
  return {
    name: name ?? '.dockerignore',
    comment,
    purpose: 'for the image to get its modules, and nothing that it has no use for',
    missing: (text) => missingIn(text, dockerfile?.text ?? ''),
  }
}

const comment = 'What the builder is sent of prosody-mods, and what nobody needs there.'

/** Tells whether all of a text is lines that were put there for a project: nothing in it is anybody else's. */
export function isOwnIgnore(text: string): boolean {
  const [first, ...lines] = text.split('\n')
  const own = new Set([
    '',
    `# ${comment}`,
    ...needed.map(([pattern]) => `!${pattern}`),
    ...junk.map(([pattern]) => pattern),
  ])
  return first === `# ${comment}` && lines.every((line) => own.has(line))
}

function missingIn(text: string | undefined, dockerfile: string): string[] {
  const through = needed.filter(([, path]) => isIgnored(text ?? '', path)).map(([pattern]) => `!${pattern}`)
  // Of a file that somebody has written, only what our own commands leave behind is ours to keep out.
  const ours = text === undefined ? junk : junk.filter(([pattern]) => pattern === `${workFolder}/`)
  const out = ours
    .filter(([pattern, path]) => !isIgnored(text ?? '', path) && !isNamed(pattern, dockerfile))
    .map(([pattern]) => pattern)
  return [...through, ...out]
}

/** Whether a Dockerfile speaks of a folder: it may well copy it. */
function isNamed(pattern: string, dockerfile: string): boolean {
  const name = pattern.replace(/\/$/, '')
  return dockerfile.split(/[\s"',[\]/]+/).includes(name)
}
