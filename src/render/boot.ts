import {out as pc} from './colours.ts'
import type {BootedModule, BootResult} from '../operations/boot/boot.ts'
import {inLine} from '../plain-text.ts'
import {count, table} from './common.ts'

/** Modules that are listed without being asked for. */
const mostListed = 20

/**
 * Writes what a start of Prosody has shown. Why modules were not loaded stands among the problems of `check`.
 * @param all whether each module is listed
 */
export function bootLines({prosody, modules}: BootResult, all: boolean): string[] {
  const isListed = all || modules.length <= mostListed
  const {program, root, version, lua} = prosody
  const where = root === null ? program : `${program} in ${root}`
  const loaded = modules.filter((one) => one.loaded)
  return [
    `${pc.bold(`Prosody ${inLine(version)}`)} with Lua ${inLine(lua)} was started ${pc.dim(`(${inLine(where)})`)}`,
    ...(isListed ? table(modules.map(cells)) : []),
    `it loaded ${loaded.length} of ${count(modules.length, 'module')}${isListed ? '' : pc.dim(' (--all lists them)')}`,
  ]
}

function cells({module, host, loaded, path}: BootedModule): string[] {
  const place = host === '*' ? 'whole server' : host
  return [
    loaded ? '  loaded' : pc.red('  failed'),
    module,
    place,
    loaded && path !== null ? pc.dim(path) : '',
  ]
}
