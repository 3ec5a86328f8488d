import {dirname} from 'node:path'
import type {FolderLocation} from '../../src/sources/types.ts'

/** A folder as a path source of a project around it has it. */
export function folderLocation(path: string, changes: Partial<FolderLocation> = {}): FolderLocation {
  const within = [dirname(path)]
  return {type: 'folder', label: path, path, within, except: [], hint: 'allow it', ...changes}
}
