import {sha256Of, type Sha256} from '../../digest.ts'
import type {ProsodyFiles} from '../../registry/types.ts'
import {readRegular} from '../../regular-file.ts'
import {versionsOf} from '../../resolve/identify/prosody-own.ts'

/**
 * Tells the version of Prosody whose file should lie at a path of this machine where another one does; undefined where
 * the right one does, nothing is there to read, or the files around it tell no version.
 */
export function editedOf(path: string, own: ProsodyFiles): string | undefined {
  const [, root = '', inner = ''] = /^(\/.*\/)((?:core|modules|net|util)\/.+)$/.exec(path) ?? []
  if (!Object.hasOwn(own.files, inner)) return undefined
  const found = sha256At(path)
  if (found === undefined || versionsOf(inner, found, own).length > 0) return undefined
  return installedAt(root, own)
}

/** So many files of a folder have to be a version's for the others to count as changed. */
const telling = 0.9
/** Tells the version whose files lie below a folder, as most of them do. */
export function installedAt(root: string, own: ProsodyFiles): string | undefined {
  const found = new Map(Object.keys(own.files).map((inner) => [inner, sha256At(root + inner)]))
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

/** Computes the sha256 of a file of this machine; undefined where there is none to read. */
export function sha256At(path: string): Sha256 | undefined {
  try {
    return sha256Of(readRegular(path, 'module'))
  } catch {
    return undefined
  }
}
