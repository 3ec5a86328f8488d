import {ProsodyModsError} from '../../errors.ts'
import {judgedSettings} from '../../workbench/check-settings.ts'
import type {Environment} from '../../workbench/environment.ts'
import {mirrorTable} from '../../workbench/mirrors.ts'
import {configPath, readUserConfig, type UserConfig} from '../../workbench/user-config.ts'
import {unreadVariables} from '../../workbench/variables.ts'
import {count} from '../../text/count.ts'
import {judged} from './judged.ts'
import type {DoctorCheck} from './types.ts'

/** What `doctor` has read of the user's configuration. */
export interface Configured {
  readonly checks: readonly DoctorCheck[]
  /** Undefined where it can't be used. */
  readonly user: UserConfig | undefined
}

/** Tells whether config.json and the environment say what can be used, and which settings nothing reads. */
export async function configurationChecks({env}: Pick<Environment, 'env'>): Promise<Configured> {
  const {user, check} = await userCheck(env)
  const broken = judgedSettings(env).flatMap(({name, problem}) =>
    problem === undefined
      ? []
      : [judged('configuration', name, {state: 'error', text: problem.message, ...hintOf(problem)})],
  )
  const unread = unreadVariables(env).map(({name, near}) =>
    judged('configuration', name, {
      state: 'warning',
      text: `${name} is set, and nothing reads it`,
      ...(near === undefined ? {} : {hint: `did you mean ${near}?`}),
    }),
  )
  return {user, checks: [check, ...broken, ...unread]}
}

async function userCheck(
  env: NodeJS.ProcessEnv,
): Promise<{readonly user: UserConfig | undefined; readonly check: DoctorCheck}> {
  const path = configPath(env)
  try {
    const user = await readUserConfig(env)
    // Throws for mirrors that no command would take.
    mirrorTable({}, user, env)
    return {user, check: judged('configuration', 'config.json', {text: said(user), facts: {path}})}
  } catch (error) {
    if (!(error instanceof ProsodyModsError)) throw error
    const told = {state: 'error', text: error.message, ...hintOf(error), facts: {path}} as const
    return {user: undefined, check: judged('configuration', 'config.json', told)}
  }
}

function said({path, mirrors, sources, allowPaths}: UserConfig): string {
  const parts = [
    count(Object.keys(mirrors).length, 'mirror'),
    count(Object.keys(sources).length, 'source'),
    count(allowPaths.length, 'allowed folder'),
  ].filter((text) => !text.startsWith('0 '))
  return parts.length === 0 ? `${path}: nothing is set there` : `${path}: ${parts.join(', ')}`
}

/** Returns the hint of an error, as a check takes it. */
export function hintOf({hint}: ProsodyModsError): {readonly hint?: string} {
  return hint === undefined ? {} : {hint}
}
