import {dockerIgnore} from '../../context/docker-ignore.ts'
import {gitAttributes} from '../../context/git-attributes.ts'
import {ensureLines, type Lined} from '../../context/own-lines.ts'
import {dockerfileIn} from './evidence.ts'

/** Puts into the files beside a new project what they lack: .gitattributes, and what says what goes to a builder. */
export function ensureBeside(folder: string, dryRun: boolean): Lined {
  const ignore = dockerIgnore(folder, dockerfileIn(folder))
  const all = [gitAttributes, ...(ignore === undefined ? [] : [ignore])].map((own) =>
    ensureLines(folder, own, dryRun),
  )
  return {changes: all.flatMap(({changes}) => changes), notes: all.flatMap(({notes}) => notes)}
}

/** Puts what says what goes to a builder beside a project whose Dockerfile lies elsewhere, where nothing does. */
export function ensureIgnore(folder: string, dockerfile: Dockerfile, dryRun: boolean): Lined {
  const isSaid = dockerIgnore(folder, dockerfileIn(folder)) !== undefined
  const ignore = isSaid ? undefined : dockerIgnore(folder, dockerfile)
  return ignore === undefined ? {changes: [], notes: []} : ensureLines(folder, ignore, dryRun)
}

type Dockerfile = NonNullable<ReturnType<typeof dockerfileIn>>
