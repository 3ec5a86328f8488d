import {shellWord} from '../../text/shell-word.ts'
import type {PathMatch} from './path-match.ts'
import {maybe, step, sure, type Cause, type Step} from './types.ts'
import type {World} from './world.ts'

/** Lists what is known of a file in Prosody's own folder that is none of Prosody's. */
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

/** Suggests what to do about a file that is not what Prosody ships there. */
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
