import {resolve} from 'node:path'
import type {Source} from '../types.ts'

/** A folder of modules on this machine. It has one release, `local`: what it holds now. */
export const path: Source<'path'> = {
  kind: 'path',
  listReleases: (definition) =>
    Promise.resolve([{version: 'local', resolved: {kind: 'path', path: definition.path}}]),
  locate: (resolved, _module, context) =>
    Promise.resolve([
      {type: 'folder', label: resolved.path, path: resolve(context.projectFolder, resolved.path)},
    ]),
}
