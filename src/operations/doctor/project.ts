import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {generatedPaths} from '../../image/generated-files.ts'
import {keysIn} from '../../module-key.ts'
import {contextFolder, lockedFiles, lockfileName, type Lockfile} from '../../project/lockfile.ts'
import {manifestName, unknownKeyWarnings, type Manifest} from '../../project/manifest.ts'
import {unreadablePaths} from '../../project/modes.ts'
import {heldNow} from '../../project/mutex.ts'
import {findProject} from '../../project/project.ts'
import {leftoverOf} from '../../project/recovery.ts'
import {lockName, workFolder} from '../../project/work-folder.ts'
import {outOfDate} from '../../resolve/out-of-date.ts'
import type {Environment} from '../../workbench/environment.ts'
import {openProject} from '../../workbench/open-project.ts'
import {hintOf} from './configuration.ts'
import {count} from '../../text/count.ts'
import {judged} from './judged.ts'
import type {DoctorCheck} from './types.ts'

/** What `doctor` has read of the project. */
export interface LookedAt {
  readonly checks: readonly DoctorCheck[]
  /** Undefined outside of a project, and where it can't be read. */
  readonly manifest: Manifest | undefined
}

/** Tells how the project stands: its files, who works on it, and whether an image's Prosody could read what lies there. */
export async function projectChecks(environment: Environment): Promise<LookedAt> {
  let folder: string
  try {
    folder = findProject(environment)
  } catch (error) {
    if (!(error instanceof ProsodyModsError)) throw error
    const text = `no project here: ${error.message}`
    return {manifest: undefined, checks: [judged('project', 'folder', {state: 'note', text})]}
  }
  const around = [await holderCheck(folder), ...leftoverChecks(folder, environment)]
  try {
    const {manifest, lock} = await openProject(environment)
    return {manifest, checks: [...fileChecks({folder, manifest, lock}, environment), ...around]}
  } catch (error) {
    if (!(error instanceof ProsodyModsError)) throw error
    const broken = judged('project', 'folder', {
      state: 'error',
      text: `${folder}: ${error.message}`,
      ...hintOf(error),
      facts: {path: folder, code: error.code},
    })
    return {manifest: undefined, checks: [broken, ...around]}
  }
}

interface Read {
  readonly folder: string
  readonly manifest: Manifest
  readonly lock: Lockfile | undefined
}

function fileChecks(read: Read, environment: Environment): DoctorCheck[] {
  const {folder, manifest} = read
  const modules = count(keysIn(manifest.modules).length, 'entry', 'entries')
  return [
    judged('project', 'folder', {
      text: `${folder}: ${modules} in ${manifestName}`,
      facts: {path: folder, entries: keysIn(manifest.modules).length},
    }),
    ...unknownKeyWarnings(manifest).map(({message: text}) =>
      judged('project', 'manifest', {state: 'warning', text}),
    ),
    lockCheck(read, environment),
    modesCheck(read),
  ]
}

function lockCheck({manifest, lock}: Read, {registry}: Environment): DoctorCheck {
  if (lock === undefined) {
    const isNeeded = keysIn(manifest.modules).length > 0
    return judged('project', 'lockfile', {
      state: isNeeded ? 'warning' : 'note',
      text: `there is no ${lockfileName}`,
      hint: '"prosody-mods install" writes it; commit it',
    })
  }
  const found = outOfDate(manifest, lock, registry)
  const [first, ...others] = found
  if (first === undefined)
    return judged('project', 'lockfile', {
      text: `${lockfileName} follows ${manifestName}`,
      facts: {outOfDate: []},
    })
  return judged('project', 'lockfile', {
    state: 'warning',
    text: `${lockfileName} does not follow ${manifestName}: ${first.text}${others.length === 0 ? '' : `, and ${others.length} more`}`,
    hint: '"prosody-mods install" brings it up to date',
    facts: {outOfDate: found.map(({text}) => text)},
  })
}

/** What COPY takes into an image keeps its mode, and the Prosody there is another user. */
function modesCheck({folder, lock}: Read): DoctorCheck {
  const locked = lock === undefined ? [] : [...lockedFiles(lock)].map(([path]) => path)
  const others = ['prosody.cfg.lua', 'prosody-image', 'prosody-libraries'].filter((path) =>
    existsSync(join(folder, path)),
  )
  const closed = unreadablePaths(folder, [...locked, ...generatedPaths, ...others])
  const [first, ...more] = closed
  if (first === undefined)
    return judged('project', 'modes', {
      text: `every file that an image copies can be read by all (${contextFolder}/, ${generatedPaths.join(', ')})`,
      facts: {unreadable: []},
    })
  return judged('project', 'modes', {
    state: 'error',
    text: `${first}${more.length === 0 ? '' : ` and ${count(more.length, 'more path')}`}: closed to other users, and COPY keeps that`,
    hint: '"prosody-mods install" opens what is its own; chmod a+rX opens the rest',
    facts: {unreadable: closed},
  })
}

async function holderCheck(folder: string): Promise<DoctorCheck> {
  const held = await heldNow(join(folder, workFolder, lockName))
  if (held === undefined)
    return judged('project', 'lock', {text: 'no other prosody-mods works on it', facts: {holder: null}})
  return judged('project', 'lock', {
    state: 'warning',
    text: `${held.by} works on it, and others wait`,
    hint: held.end,
    facts: {holder: held.by},
  })
}

function leftoverChecks(folder: string, environment: Environment): DoctorCheck[] {
  const left = leftoverOf({...environment, folder})
  const path = join(folder, workFolder)
  if (left === 'cut')
    return [
      judged('project', 'interrupted', {
        state: 'warning',
        text: `a command was cut off, and ${path} holds what it had begun`,
        hint: 'the next command that writes ends it, "prosody-mods install" for one',
      }),
    ]
  if (left === 'foreign')
    return [
      judged('project', 'interrupted', {
        state: 'error',
        text: `${path} is none that this user's commands have left on this machine`,
        hint: 'look at what it holds, and remove it',
      }),
    ]
  return []
}
