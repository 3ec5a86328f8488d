import {ProsodyModsError} from '../../errors.ts'
import {jitsiFolders, type JitsiVariable} from '../../image/jitsi-folders.ts'
import type {JitsiTag} from '../../image/jitsi-image.ts'
import {jitsiTagFor} from '../../image/jitsi-contents.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import {envLine} from '../../text/env-line.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject} from '../../workbench/open-project.ts'
import {enabledModules} from '../boot/modules.ts'
import {
  byHand,
  installCommand,
  namesIn,
  variableFor,
  variablesIn,
  withNames,
  type SetVariables,
} from './jitsi-enable.ts'

/** A line for the .env of docker-jitsi-meet. */
export interface EnvLineFor {
  readonly name: string
  readonly value: string
  /** The line as it belongs into the file. */
  readonly text: string
  /** Modules of the project that it enables. */
  readonly modules: readonly ModuleKey[]
  /** The line of .env that it stands in place of, from 1; null for one to add. */
  readonly replaces: number | null
  /** Whether .env says so already. */
  readonly isSet: boolean
}

/** What `image env` prints; the shape is part of --json (docs/reference/json.md). */
export interface ImageEnvResult {
  /** `jitsi/prosody:stable-10888` */
  readonly image: string
  readonly tag: string
  readonly lines: readonly EnvLineFor[]
  /** What no variable does, one line each. */
  readonly byHand: readonly string[]
  /** The line below `volumes` of the service prosody. */
  readonly volume: string
  /** The command that puts the modules there. */
  readonly install: string
}

/**
 * Writes the lines of the .env of docker-jitsi-meet for the modules that the manifest names, each where its code says
 * that it belongs; what .env beside the manifest enables stays. Throws LOCKFILE_MISSING, and USAGE for a project that is
 * for no release of docker-jitsi-meet.
 */
export async function imageEnv(environment: Environment): Promise<ImageEnvResult> {
  const {folder, manifest, lock} = await lockedProject(environment)
  const tag = jitsiTagFor(manifest)
  if (tag === undefined)
    throw new ProsodyModsError('USAGE', 'this project is for no release of docker-jitsi-meet', {
      hint: 'image.layout "modules" and image.base "jitsi/prosody:stable-10888" in prosody-mods.json make it one; "prosody-mods init --for docker-jitsi-meet" makes a new one',
    })
  const set = variablesIn(folder)
  const placed = enabledModules(folder, lock).filter(
    ({module}) => splitKey(module)[1] !== '*' && ownValue(manifest.modules ?? {}, module) !== undefined,
  )
  const byVariable = new Map<JitsiVariable, typeof placed>()
  const hand: string[] = []
  for (const one of placed) {
    const variable = variableFor(one, tag)
    if (variable === undefined) hand.push(byHand(one, tag))
    else byVariable.set(variable, [...(byVariable.get(variable) ?? []), one])
  }
  const lists = [...byVariable].sort(([a], [b]) => (a < b ? -1 : 1))
  const computed = lists.filter(([name]) => set.get(name)?.computed === true)
  return {
    image: manifest.image?.base ?? '',
    tag: tag.tag,
    lines: [
      ...versionLine(tag, set),
      ...lists
        .filter((list) => !computed.includes(list))
        .map(([name, modules]) => listLine(name, modules, set)),
    ],
    byHand: [
      ...computed.map(
        ([name, modules]) =>
          `${name} (line ${set.get(name)?.line ?? 0} of .env) has other variables in it: add ${modules.map((one) => one.name).join(', ')}, set apart by commas`,
      ),
      ...hand,
    ],
    volume: `- \${CONFIG}/prosody/prosody-plugins-custom:${jitsiFolders.custom}:Z`,
    install: installCommand(set),
  }
}

/** Before 7287-1, the Compose file itself named the release. */
function versionLine(tag: JitsiTag, set: SetVariables): EnvLineFor[] {
  const {build, revision} = tag
  if (build < 7287 || (build === 7287 && revision < 1)) return []
  return [lineFor('JITSI_IMAGE_VERSION', tag.tag, {modules: [], set})]
}

function listLine(
  name: JitsiVariable,
  modules: readonly {readonly module: ModuleKey; readonly name: string}[],
  set: SetVariables,
): EnvLineFor {
  const before = set.get(name)?.value ?? ''
  const names = modules.map((one) => one.name)
  const isAll = names.every((one) => namesIn(before).includes(one))
  const value = isAll ? before : withNames(before, names)
  return lineFor(name, value, {modules: modules.map(({module}) => module), set})
}

function lineFor(
  name: string,
  value: string,
  {modules, set}: {readonly modules: readonly ModuleKey[]; readonly set: SetVariables},
): EnvLineFor {
  const before = set.get(name)
  const isSet = before?.value === value && !before.computed
  return {name, value, text: envLine(name, value), modules, replaces: before?.line ?? null, isSet}
}
