import {packageJson} from '../../package-files.ts'
import {defaultProsody, manifestName, type Manifest} from '../../project/manifest.ts'
import type {Registry} from '../../registry/registry.ts'
import {newestKnownDay} from './newest-day.ts'
import type {Environment} from '../../workbench/environment.ts'
import {
  installedProsody,
  programIn,
  suiteOfMachine,
  type InstalledProsody,
} from '../../workbench/installed-prosody.ts'
import {judged} from './judged.ts'
import type {DoctorCheck} from './types.ts'

/**
 * Tells which programs there are, and of which versions.
 * @param manifest of the project; undefined outside of any, and where it can't be read
 */
export function programChecks(
  {env, registry}: Pick<Environment, 'env' | 'registry'>,
  manifest: Manifest | undefined,
): DoctorCheck[] {
  const {name, version} = packageJson()
  const {platform, arch, version: node} = process
  return [
    judged('programs', name, {
      text: `${name} ${version}, whose registry knows releases up to ${newestKnownDay(registry) ?? 'no day'}`,
      facts: {version, newestRelease: newestKnownDay(registry) ?? null},
    }),
    judged('programs', 'node', {
      text: `Node.js ${node.slice(1)} on ${platform} ${arch}`,
      facts: {version: node.slice(1), program: process.execPath, platform, arch},
    }),
    prosodyCheck(installedProsody(env), manifest, registry),
    luaCheck(env),
  ]
}

/** Nothing but check --boot, and a Prosody of this machine that is installed for, needs it. */
function prosodyCheck(
  found: InstalledProsody | undefined,
  manifest: Manifest | undefined,
  registry: Registry,
): DoctorCheck {
  if (found === undefined) {
    return judged('programs', 'prosody', {
      state: 'note',
      text: 'no Prosody on this machine: "check --boot" needs one, or --root with a file system that has it',
    })
  }
  const {program, version, line, lua} = found
  const suite = suiteOfMachine() ?? null
  const facts = {program, version, line, lua, debian: suite}
  const where = `${program}${lua === null ? '' : `, Lua ${lua}`}${suite === null ? '' : `, Debian ${suite}`}`
  const text = `Prosody ${version ?? 'of a version that its files do not tell'} (${where})`
  const wanted = manifest === undefined ? undefined : (manifest.prosody ?? defaultProsody)
  if (wanted !== undefined && line !== null && line !== wanted) {
    return judged('programs', 'prosody', {
      state: 'warning',
      text: `${text}; ${manifestName} says ${wanted}`,
      hint: `what "check --boot" finds with it is of ${line}; --root takes a file system with ${wanted}, "prosody" in ${manifestName} says what the modules are for`,
      facts: {...facts, manifest: wanted},
    })
  }
  if (line !== null && registry.prosodyLine(line) === undefined) {
    return judged('programs', 'prosody', {
      state: 'warning',
      text: `${text}, a line that this version knows nothing of`,
      hint: `lines that are known: ${registry.prosodyLines.join(', ')}`,
      facts,
    })
  }
  return judged('programs', 'prosody', {text, facts})
}

function luaCheck(env: NodeJS.ProcessEnv): DoctorCheck {
  const found = ['5.4', '5.3', '5.2', '5.1'].flatMap((lua) => programIn(`lua${lua}`, env) ?? [])
  return judged('programs', 'lua', {
    state: found.length === 0 ? 'note' : 'ok',
    text:
      found.length === 0
        ? 'no Lua on this machine; nothing here runs any'
        : `Lua: ${found.join(', ')}; nothing here runs it but Prosody itself`,
    facts: {programs: found},
  })
}
