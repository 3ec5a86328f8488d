import {accessSync, constants, statfsSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {systemCode} from '../../errors.ts'
import type {Environment} from '../../workbench/environment.ts'
import {configPath} from '../../workbench/user-config.ts'
import {sizeText} from '../../text/size.ts'
import {judged} from './judged.ts'
import type {DoctorCheck} from './types.ts'

/** Bytes that a run may need: an archive of Jitsi and what is taken out of it. */
const enough = 200e6

/** Tells of the folders that commands keep things in: whether they can be written, on what they lie, and how much room there is. */
export function folderChecks({storeFolder, stateFolder, env}: Environment): DoctorCheck[] {
  return [
    folderCheck('store', storeFolder, 'verified files, for all projects; PROSODY_MODS_CACHE names another'),
    folderCheck(
      'state',
      stateFolder,
      'what commands have to know of each other; PROSODY_MODS_STATE names another',
    ),
    configFolder(dirname(configPath(env))),
  ]
}

interface Standing {
  readonly exists: boolean
  readonly writable: boolean
  readonly problem: string | null
}

function folderCheck(name: string, path: string, purpose: string): DoctorCheck {
  const standing = standingOf(path)
  const room = roomAt(standing.at)
  const {exists, writable, problem} = standing
  const facts = {path, exists, writable, fileSystem: room?.type ?? null, freeBytes: room?.free ?? null}
  const on = room === undefined ? '' : ` (${room.type}, ${sizeText(room.free)} free)`
  const text = `${name}: ${path}${on}`
  if (problem !== null)
    return judged('folders', name, {
      state: 'error',
      text: `${text}: ${problem}`,
      hint: `it holds ${purpose}`,
      facts,
    })
  if (room !== undefined && room.free < enough)
    return judged('folders', name, {
      state: 'warning',
      text: `${text}: there is little room`,
      hint: '"prosody-mods cache prune" takes away what was not used lately',
      facts,
    })
  return judged('folders', name, {text: exists ? text : `${text}, made when it is needed`, facts})
}

/** Nothing is ever written there. */
function configFolder(path: string): DoctorCheck {
  const {exists} = standingOf(path)
  return judged('folders', 'config', {
    text: `config: ${path}${exists ? '' : ', which is not there and need not be'}`,
    facts: {path, exists},
  })
}

/** The folder, or what stands nearest above it. */
function standingOf(path: string): Standing & {readonly at: string} {
  const stat = quietStat(path)
  if (stat === 'absent' && dirname(path) !== path) {
    const above = standingOf(dirname(path))
    return {...above, exists: false}
  }
  if (stat === 'closed')
    return {at: path, exists: true, writable: false, problem: `${path} can't be looked into`}
  if (stat !== 'folder') return {at: path, exists: true, writable: false, problem: `${path} is no folder`}
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return {at: path, exists: true, writable: true, problem: null}
  } catch (error) {
    const why =
      systemCode(error) === 'EROFS' ? 'its file system is mounted read-only' : 'this user may not write there'
    return {at: path, exists: true, writable: false, problem: `${path} can't be written: ${why}`}
  }
}

function quietStat(path: string): 'absent' | 'closed' | 'folder' | 'other' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other'
  } catch (error) {
    const code = systemCode(error)
    return code === 'ENOENT' ? 'absent' : code === 'ENOTDIR' ? 'absent' : 'closed'
  }
}

/** By their numbers in statfs(2). */
const types: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0xf2f52010, 'f2fs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0x65735546, 'fuse'],
])

function roomAt(path: string): {readonly type: string; readonly free: number} | undefined {
  try {
    const {type, bavail, bsize} = statfsSync(path)
    return {type: types.get(type) ?? `type 0x${type.toString(16)}`, free: bavail * bsize}
  } catch {
    return undefined
  }
}
