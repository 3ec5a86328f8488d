import {hash} from 'node:crypto'
import {readRegular} from '../../regular-file.ts'
import type {ProsodyFiles} from '../../registry/types.ts'
import {versionsOf} from '../../resolve/identify/prosody-own.ts'
import {shellWord} from '../../text/shell-word.ts'
import type {PathMatch} from './match.ts'
import {maybe, step, sure, type Cause, type Step} from './types.ts'
import type {World} from './world.ts'

/** So many files of a folder have to be a version's for the others to count as changed. */
const telling = 0.9

/**
 * The version of Prosody whose file should lie at a path of this machine where another one does; undefined where the
 * right one does, nothing is there to read, or the files around it tell no version.
 */
export function editedOf(path: string, own: ProsodyFiles): string | undefined {
  const [, root = '', inner = ''] = /^(\/.*\/)((?:core|modules|net|util)\/.+)$/.exec(path) ?? []
  if (!Object.hasOwn(own.files, inner)) return undefined
  const found = digestAt(path)
  if (found === undefined || versionsOf(inner, found, own).length > 0) return undefined
  return installedAt(root, own)
}

/** The version whose files lie below a folder, told by most of them. */
function installedAt(root: string, own: ProsodyFiles): string | undefined {
  const found = new Map(Object.keys(own.files).map((inner) => [inner, digestAt(root + inner)]))
  const shares = own.releases.map(({version}) => {
    const shipped = Object.entries(own.files).flatMap(([inner, contents]) => {
      const one = contents.find(({releases}) => releases.includes(version))
      return one === undefined ? [] : [one.sha256 === found.get(inner)]
    })
    return {version, share: shipped.filter(Boolean).length / shipped.length}
  })
  const most = Math.max(...shares.map(({share}) => share))
  return most < telling ? undefined : shares.findLast(({share}) => share === most)?.version
}

function digestAt(path: string): string | undefined {
  try {
    return hash('sha256', readRegular(path, 'module'))
  } catch {
    return undefined
  }
}

/** What is known of a file in Prosody's own folder that is none of Prosody's. */
export function ownCauses(path: string, match: PathMatch, world: World): Cause[] {
  if (match.kind === 'edited')
    return [
      sure(
        `${path} is not what Prosody ${match.version} ships, whose other files lie beside it: it was changed, or another file took its place`,
        'registry/prosody-files.json: files',
      ),
    ]
  const inner = /\/lib(?:64)?\/prosody\/(modules\/(?!share\/).+)$/.exec(path)?.[1]
  const {files, releases} = world.registry.prosodyFiles
  if (match.kind !== 'unknown' || inner === undefined || Object.hasOwn(files, inner)) return []
  return [
    maybe(
      `it lies in the folder of Prosody's package, and none of Prosody ${releases.map(({version}) => version).join(', ')} ships such a file: somebody put it there, or this is another Prosody`,
      'registry/prosody-files.json: files',
    ),
  ]
}

export function ownSteps(path: string, match: PathMatch): Step[] {
  if (match.kind !== 'edited') return []
  return [
    step(
      'see what else differs',
      `prosody-mods identify ${shellWord(path.replace(/\/(?:core|modules|net|util)\/.*$/, ''))}`,
    ),
    step('put the file of the package back', 'apt-get install --reinstall prosody'),
  ]
}
