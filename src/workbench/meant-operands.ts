import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {moduleText, nameText, specText} from '../resolve/address/recognise.ts'
import type {Environment} from './environment.ts'

const readers = {spec: specText, module: moduleText, name: nameText} as const

/**
 * Returns the words of a command line with what addresses among them stand for; all others as they
 * are, those of files that are there as well. Throws SPEC_INVALID for an address that is about no module.
 */
export function meantOperands(
  operands: readonly string[],
  as: keyof typeof readers,
  {registry, cwd}: Pick<Environment, 'registry' | 'cwd'>,
): readonly string[] {
  return operands.map((text) => (existsSync(resolve(cwd, text)) ? text : readers[as](text, registry)))
}
