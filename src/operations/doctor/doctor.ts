import type {Environment} from '../../workbench/environment.ts'
import {clockChecks} from './clock.ts'
import {configurationChecks} from './configuration.ts'
import {folderChecks} from './folders.ts'
import {judged} from './judged.ts'
import {askPublishers, networkChecks} from './network.ts'
import {programChecks} from './programs.ts'
import {projectChecks} from './project.ts'
import type {DoctorCheck, DoctorResult} from './types.ts'

/** What `doctor` is asked for. */
export interface DoctorRequest {
  /** Whether nobody is asked whether he answers. */
  readonly offline: boolean
}

/** Looks at everything around the project that commands rely on, and changes nothing. */
export async function doctor({offline}: DoctorRequest, environment: Environment): Promise<DoctorResult> {
  const configured = await configurationChecks(environment)
  const project = await projectChecks(environment)
  const {user} = configured
  const asked =
    offline || user === undefined
      ? undefined
      : await askPublishers({manifest: project.manifest ?? {}, user}, environment)
  const checks: DoctorCheck[] = [
    ...programChecks(environment, project.manifest),
    ...folderChecks(environment),
    ...configured.checks,
    ...project.checks,
    ...(asked === undefined ? [notAsked(offline)] : networkChecks(asked)),
    ...clockChecks(environment, asked ?? []),
  ]
  const number = (state: DoctorCheck['state']): number => checks.filter((one) => one.state === state).length
  return {checks, errors: number('error'), warnings: number('warning')}
}

function notAsked(offline: boolean): DoctorCheck {
  const why = offline ? '--offline' : 'config.json can not be used, and may name mirrors'
  return judged('network', 'network', {state: 'note', text: `nobody was asked: ${why}`})
}
