import {mainFile, prefixed} from '../module-name.ts'
import {says} from '../errors.ts'
import {hasModule} from '../resolve/layout.ts'
import {locate} from '../sources/index.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {namesCommits, type SourceDefinition} from '../sources/kinds.ts'
import {missingModule} from './lacking-module.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {moduleKey} from '../module-key.ts'

/** A main file of Lua; what is larger is looked for in the archive. */
const maxBytes = 4 * 1024 * 1024

interface Asked {
  readonly definition: SourceDefinition
  readonly name: string
}

/**
 * Throws MODULE_UNKNOWN where the newest release lacks the module, since tags say nothing of what they hold: looks at
 * its file alone where it lies where most do, else in the whole tree. Does nothing where the publisher can't be
 * asked.
 */
export async function refuseAbsent(
  newest: ReleaseRef | undefined,
  {definition, name}: Asked,
  bench: Workbench,
): Promise<void> {
  if (newest === undefined || newest.contents !== undefined) return
  if (!namesCommits(definition) || name === '*' || bench.context.upstream.offline) return
  const key = moduleKey(definition.id, name)
  try {
    const locations = await locate(newest.resolved, name, bench.context)
    const files = locations.find((location) => location.type === 'files')
    for (const path of [`${prefixed(name)}/${mainFile(name)}`, mainFile(name)]) {
      const question = files && {url: files.url(path), about: `${key} ${newest.version}`, maxBytes}
      if (question !== undefined && (await bench.context.upstream.ask(question)) !== undefined) return
    }
    const contents = await bench.session.contents(key, locations)
    if (!hasModule(contents, definition.layout, name))
      throw missingModule(key, {definition, ref: newest, contents})
  } catch (error) {
    if (!says(error, 'silent')) throw error
  }
}
