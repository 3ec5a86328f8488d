import {mainOf} from '../src/module-name.ts'
import {cp, mkdir} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import type {CheckResult} from '../src/operations/check/check.ts'
import {cliIn, errorOf} from './sweep-cli.ts'

/** Where the modules lie, and how to boot them. */
interface Place {
  /** The project's folder. */
  readonly project: string
  readonly manifest: string
  readonly boot: readonly string[]
}

/**
 * What Prosody does with a module that nothing else is installed beside: another one may bring what it lacks. Null
 * where it can't be had by itself.
 */
export async function bootAlone(spec: string, {project, manifest, boot}: Place): Promise<string | null> {
  const name = mainOf(spec) ?? basename(spec).replace(/^mod_/, '')
  const alone = join(dirname(project), `alone-${name}`)
  await mkdir(alone)
  await cp(join(project, spec), join(alone, basename(spec)), {recursive: true})
  await cp(manifest, join(alone, basename(manifest)))
  const run = cliIn(alone)
  const added = await run(['add', `./${basename(spec)}`, '--allow-shadow', '--offline'])
  if (added.code !== 0) return null
  const ran = await run(boot)
  const found = errorOf(ran) === undefined ? (ran.json as CheckResult | undefined)?.boot?.modules : undefined
  const one = found?.find((module) => module.name === name)
  if (one === undefined) return null
  return one.loaded ? 'loaded' : (one.reason ?? 'not loaded')
}
