import type {AddedModule} from '../operations/add/add.ts'
import type {RemoveResult} from '../operations/remove.ts'
import {splitKey} from '../module-key.ts'
import {inLine} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {placementText} from './common.ts'

/** Ways that are told of one module; of more, the first ones. */
const most = 3

/** Says what to do for a module to be loaded: in the project's own configuration where there is one; [] where it is. */
export function enableLines({name, placement, enabling}: AddedModule): string[] {
  if (placement === null) return []
  if (enabling === null) return [`  enable: ${placementText(name, placement)}`]
  const open = enabling.filter(({what}) => what !== 'enabled')
  return open.slice(0, most).map(({text, file, line}, index) => {
    const place = file === null ? '' : pc.dim(`  ${inLine(file)}:${String(line)}`)
    const why =
      index === open.length - 1 || index === most - 1 ? pc.dim(`  -- ${inLine(placement.evidence)}`) : ''
    return `  ${index === 0 ? 'enable:' : '    or:'} ${inLine(text)}${place}${why}`
  })
}

/** Says where Prosody's configuration names what is gone: Prosody complains of a module that is enabled and not there. */
export function disableLines({removed, stillNamed}: Pick<RemoveResult, 'removed' | 'stillNamed'>): string[] {
  if (stillNamed !== null)
    return stillNamed.map(
      ({name, by, file, line}) => `next: ${whatToDo(name, by)}  ${pc.dim(`${inLine(file)}:${line}`)}`,
    )
  const names = removed.map((key) => splitKey(key)[1]).filter((name) => name !== '*')
  const what = [
    ...names.map((name) => `"${name}"`),
    ...(names.length < removed.length ? ["the tree's modules"] : []),
  ]
  if (what.length === 0) return []
  const isOne = removed.length === 1 && names.length === 1
  return [
    `next: take ${what.join(', ')} out of Prosody's configuration, wherever that enables or names ${isOne ? 'it' : 'them'}`,
  ]
}

function whatToDo(name: string, by: NonNullable<RemoveResult['stillNamed']>[number]['by']): string {
  const shown = inLine(name)
  switch (by) {
    case 'modules_enabled':
      return `take "${shown}" out of modules_enabled`
    case 'component':
      return `take away the Component that is "${shown}"`
    case 'authentication':
      return `set authentication to another than "${shown.replace(/^auth_/, '')}"`
    case 'storage':
      return `set storage to another than "${shown.replace(/^storage_/, '')}"`
  }
}
