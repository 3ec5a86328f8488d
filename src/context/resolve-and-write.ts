/** What a run that has work to do loads in one piece, and one that has none leaves alone. */
export {resolveLock} from '../locking/resolve-lock.ts'
export {withWorkbench} from '../workbench/workbench.ts'
export {writeDestination} from './write-destination.ts'
export {writeProject} from './write-project.ts'
