import type {ChangeReport} from './report.ts'

/**
 * Tells whether what differs breaks the project: something that its configuration says, or anything at all where there is
 * no configuration that would tell.
 */
export function breaks({sources, impacts, configuration}: ChangeReport): boolean {
  const all = configuration === null ? sources.flatMap(({changes}) => changes) : []
  return [...impacts, ...all].some(({severity}) => severity === 'breaking')
}
