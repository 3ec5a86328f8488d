import type {PlacedCall} from './parse.ts'

/** Where in Prosody's configuration a module is enabled, as far as its code shows. */
export interface Placement {
  readonly where: 'authentication' | 'storage' | 'muc-component' | 'component' | 'global' | 'host'
  /** What in the code says so; for a person. */
  readonly evidence: string
}

/** @param calls the calls on `module` in the module's main file */
export function placementOf(name: string, calls: readonly PlacedCall[]): Placement {
  return (
    byName(name) ??
    byCalls(calls) ??
    byComponentName(name) ?? {
      where: 'host',
      evidence: 'nothing in its code ties it to a component',
    }
  )
}

function byName(name: string): Placement | undefined {
  if (name.startsWith('auth_')) return {where: 'authentication', evidence: 'its name begins with auth_'}
  if (name.startsWith('storage_')) return {where: 'storage', evidence: 'its name begins with storage_'}
  return undefined
}

function byCalls(calls: readonly PlacedCall[]): Placement | undefined {
  const global = calls.find((call) => call.method === 'set_global')
  if (global !== undefined) return {where: 'global', evidence: `line ${global.line}: module:set_global()`}
  const muc = calls.find(
    ({method, argument}) =>
      (method === 'depends' && argument === 'muc') ||
      (method === 'require' && argument?.startsWith('muc/') === true) ||
      (method === 'hook' && argument?.startsWith('muc-') === true),
  )
  if (muc !== undefined) {
    return {
      where: 'muc-component',
      evidence: `line ${muc.line}: module:${muc.method} "${muc.argument ?? ''}"`,
    }
  }
  const component = calls.find(({method, argument}) => method === 'depends' && argument === 'component')
  if (component !== undefined) {
    return {where: 'component', evidence: `line ${component.line}: module:depends "component"`}
  }
  return undefined
}

function byComponentName(name: string): Placement | undefined {
  return name.endsWith('_component')
    ? {where: 'component', evidence: 'its name ends with _component'}
    : undefined
}
