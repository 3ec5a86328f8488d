import {resolve} from 'node:path'
import {shellWord} from '../../text/shell-word.ts'
import type {Source} from '../types.ts'

/** The kind of source that is a folder of modules on this machine. It has one release, `local`: what it holds now. */
export const path: Source<'path'> = {
  kind: 'path',
  listReleases: (definition) =>
    Promise.resolve([{version: 'local', resolved: {kind: 'path', path: definition.path}}]),
  locate: (resolved, _module, {projectFolder, allowed}) => {
    const full = resolve(projectFolder, resolved.path)
    return Promise.resolve([
      {
        type: 'folder',
        label: resolved.path,
        path: full,
        within: [projectFolder, ...allowed.folders],
        except: allowed.except,
        hint: `whoever writes a manifest could name any folder of yours in it; if you mean this one: --allow-path ${shellWord(full)}, or "allowPaths" in ${allowed.config} for all commands`,
      },
    ])
  },
}
