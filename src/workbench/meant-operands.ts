import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {moduleText, nameText, specText} from '../resolve/address/recognise.ts'
import {worldOf} from './address-world.ts'
import type {Environment} from './environment.ts'

const readers = {spec: specText, module: moduleText, name: nameText} as const

/**
 * Returns the words of a command line with what addresses among them stand for; all others as they
 * are, those of files that are there as well. Throws SPEC_INVALID for an address that is about no module.
 */
export async function meantOperands(
  operands: readonly string[],
  as: keyof typeof readers,
  environment: Environment,
): Promise<readonly string[]> {
  const world = await worldOf(operands, environment)
  return operands.map((text) =>
    existsSync(resolve(environment.cwd, text)) ? text : readers[as](text, world),
  )
}
