import {nearestNames} from '../text/nearest.ts'

/** Variables of the environment that the commands read, by their names without `PROSODY_MODS_`. */
const own = [
  'CACHE',
  'CA_FILE',
  'CONFIG',
  'CREDENTIALS',
  'DEBIAN_MIRROR',
  'DEBUG',
  'OLDEST_INDEX',
  'STATE',
  'TIMEOUT',
]

/** Those that the action for GitHub and the template for GitLab set for their own steps. */
const ofRobots = [
  'AUTHOR',
  'BRANCHES',
  'BUMP',
  'CHECK',
  'COMMENT',
  'COMMENT_AUTHOR',
  'DIFF',
  'FAIL_ON_BREAK',
  'FILES',
  'MODE',
  'PROGRAM',
  'TOKEN',
  'VERSION',
]

const prefix = 'PROSODY_MODS_'

/** A variable that is set, begins like ours, and that nothing reads. */
export interface UnreadVariable {
  readonly name: string
  /** The variable that was meant, as it seems. */
  readonly near: string | undefined
}

/** Lists the variables of an environment that look like ours and that nothing reads, sorted. */
export function unreadVariables(env: NodeJS.ProcessEnv): UnreadVariable[] {
  const all = [...own, ...ofRobots].map((name) => prefix + name)
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !all.includes(name))
    .sort()
    .map((name) => {
      const [near] = nearestNames(
        name.slice(prefix.length).toLowerCase(),
        own.map((one) => one.toLowerCase()),
        1,
      )
      return {name, near: near === undefined ? undefined : prefix + near.toUpperCase()}
    })
}
