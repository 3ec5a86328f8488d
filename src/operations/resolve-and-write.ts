/** What a run that has work to do loads in one piece, and one that has none leaves alone. */
export {resolveLock} from './resolve-lock.ts'
export {withWorkbench} from './workbench.ts'
export {writeTarget} from './write-lock.ts'
