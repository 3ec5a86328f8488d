import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {imageFolder} from '../../../src/image/container/paths.ts'
import {variablesByProfile, type Profile} from '../../../src/image/container/variables/index.ts'
import type {Variable, VariableType} from '../../../src/image/container/variables/types.ts'
import type {Environment, Image} from '../image-container.ts'
import type {ProgramOutput} from '../program.ts'

/** A value that no variable of a type may have; types that take any text are not here. */
const wrong: Readonly<Partial<Record<VariableType, string>>> = {
  addresses: '10.0.0.300',
  choice: 'something else',
  components: 'rooms.example',
  configuration: 'this is no Lua (',
  domain: 'two words.example',
  domains: 'fine.example, not_fine.example',
  externals: '.example:secret',
  flag: 'maybe',
  integer: '0',
  jids: 'ann@fine.example, ben',
  key: 'a secret',
  modules: 'no_such_module',
  path: 'relative/path',
  rate: 'slowly',
  url: 'ftp://keys.example/',
}

interface WrongValue {
  readonly name: string
  readonly environment: Environment
}

/** A start that was tried with one variable wrong. */
export interface Refusal extends WrongValue {
  readonly output: ProgramOutput
}

/** Tries a start for each variable that an image reads, with a value that it can't have. @param base is enough for a start */
export async function refusals(
  image: Image,
  profile: Profile,
  base: Environment,
): Promise<readonly Refusal[]> {
  const table = await readFile(join(image.root, imageFolder, 'environment.lua'), 'utf8')
  const all = variablesByProfile[profile].groups.flatMap(({variables}) => variables)
  const read = all.filter(({name}) => table.includes(`{ name = "${name}", type = `))
  const cases = read.flatMap(wrongValues)
  const tried: Refusal[] = []
  while (tried.length < cases.length)
    tried.push(...(await Promise.all(cases.slice(tried.length, tried.length + atOnce).map(attempt))))
  return tried

  async function attempt(one: WrongValue): Promise<Refusal> {
    return {...one, output: await image.attempt({...base, ...one.environment})}
  }
}

const atOnce = 3

/** A value that a variable can't have, and for secrets what files can't be. */
function wrongValues(variable: Variable): readonly WrongValue[] {
  const {name, type} = variable
  const value = wrong[type]
  return [...(value === undefined ? [] : [{name, environment: {[name]: value}}]), ...wrongFiles(variable)]
}

function wrongFiles({name, type}: Variable): readonly WrongValue[] {
  if (type !== 'secret') return []
  return [
    {name: `${name}_FILE`, environment: {[name]: '', [`${name}_FILE`]: '/run/secrets/none'}},
    {name, environment: {[name]: 'one', [`${name}_FILE`]: '/etc/hostname'}},
  ]
}
