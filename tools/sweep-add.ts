import {errorOf, type Cli, type Ran} from './sweep-cli.ts'

/** What became of specs that were given to `add`. */
export interface Added {
  readonly taken: readonly string[]
  readonly refused: readonly {readonly spec: string; readonly code: string; readonly message: string}[]
  readonly runs: readonly Ran[]
}

/** Adds all that can be added. Where `add` refuses, each half is tried, until it is one that is refused. */
export async function addAll(run: Cli, specs: readonly string[], flags: readonly string[]): Promise<Added> {
  if (specs.length === 0) return {taken: [], refused: [], runs: []}
  const ran = await run(['add', ...specs, '--allow-shadow', '--offline', ...flags])
  if (ran.code === 0) return {taken: specs, refused: [], runs: [ran]}
  const [only] = specs
  if (specs.length === 1 && only !== undefined) {
    const {code = 'none', message = ran.stderr} = errorOf(ran) ?? {}
    return {taken: [], refused: [{spec: only, code, message}], runs: [ran]}
  }
  const middle = Math.ceil(specs.length / 2)
  const halves = [
    await addAll(run, specs.slice(0, middle), flags),
    await addAll(run, specs.slice(middle), flags),
  ]
  return {
    taken: halves.flatMap(({taken}) => taken),
    refused: halves.flatMap(({refused}) => refused),
    runs: [ran, ...halves.flatMap(({runs}) => runs)],
  }
}
