import type {LogMessage} from '../../prosody/log/reader.ts'
import {libraryPaths} from '../../prosody/module-files.ts'
import {isCoreLibrary} from '../../resolve/needs.ts'
import {flatSources} from '../../resolve/owners.ts'
import {shellWord} from '../../text/shell-word.ts'
import {askers} from './askers.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'
import {entriesIn} from '../../module-key.ts'

/** Explains a failed module:require. */
export async function explainShared(library: string, message: LogMessage, world: World): Promise<Draft> {
  const {registry, line, project} = world
  const needers = await world.needers('shared', library)
  const {module} = message
  const sources = flatSources(registry, library)
  const locked = entriesIn(project.lock.modules).filter(([, {files}]) =>
    libraryPaths(library, library).some((path) => Object.hasOwn(files, path)),
  )
  const looked =
    module === undefined ? `${library}.lib.lua` : libraryPaths(module, library).slice(0, 2).join(', ')
  const asked = askers(message, needers, world)
  const causes: Cause[] = [...asked]
  const steps: Step[] = []
  for (const [key] of locked) {
    causes.push(
      sure(
        `${key} brings it, but Prosody does not find it: plugin_paths may not name its folder`,
        `prosody-mods.lock.json: modules → ${key}`,
      ),
    )
    steps.push(
      step(
        'let the configuration include conf.d/prosody-mods.cfg.lua, and no file behind it set plugin_paths',
      ),
    )
  }
  if (locked.length === 0) {
    for (const id of sources) {
      causes.push(
        sure(`${id} has a ${library}.lib.lua at the top of its tree`, `registry/releases/${id}.json`),
      )
      const spec = library.includes('/') ? id : `${id}/${library}`
      steps.push(
        step(spec === id ? `add the whole tree of ${id}` : `add ${spec}`, `prosody-mods add ${spec}`),
      )
    }
  }
  if (
    isCoreLibrary(library, {
      ...world.target,
      line,
      suite: world.target.debian,
      coreModules: new Set(),
      moduleLibs: line.moduleLibs,
    })
  )
    causes.push(
      maybe(
        `Prosody ${line.line} has a library of that name in its own modules: its package may be incomplete, or another Prosody may run`,
        `registry/prosody/${line.line}.json: moduleLibs`,
      ),
    )
  if (causes.length === asked.length && steps.length === 0)
    causes.push(
      sure(
        'no source that is known has a library of that name for others to load: it has to come with the module',
        'registry/releases',
      ),
    )
  const isPublished = module !== undefined && registry.publishers(module).length > 0
  const spec = isPublished ? (world.specOf(module) ?? module) : undefined
  if (steps.length === 0 && module !== undefined)
    steps.push(
      spec === undefined
        ? step('take all files of the module from where it came from, not its main file alone')
        : step(
            'install the module with all of its files, not its main file alone',
            `prosody-mods add ${shellWord(spec)}`,
          ),
    )
  return {
    id: 'shared-library-missing',
    subject: library,
    happened: `module:require ${JSON.stringify(library)} finds no file; it looks for ${looked} first`,
    causes,
    steps,
  }
}
