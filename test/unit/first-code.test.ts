import {expect, it} from 'vitest'
import {mustRun} from '../helpers/program.ts'

/** A function that counts to its argument, exported as f; its length tells it from others in what V8 prints. */
const script = `
  import {keepFirstCode} from './src/first-code.ts'
  function make(nops) {
    const start = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0]
    const body = [...Array(nops).fill(1), 3, 64, 32, 1, 65, 1, 106, 34, 1, 32, 0, 72, 13, 0, 11, 32, 1, 11]
    const code = [10, 5 + body.length, 1, 3 + body.length, 1, 1, 127, ...body]
    const {exports} = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from([...start, ...code])))
    made.push(exports.f)
  }
  const made = []
  make(0)
  const end = keepFirstCode()
  make(1)
  const inner = keepFirstCode()
  make(2)
  inner()
  make(3)
  end()
  end()
  make(4)
  const again = keepFirstCode()
  make(5)
  again()
  make(6)
  for (const f of made) for (let round = 0; round < 200; round += 1) f(100_000)
  await new Promise((resolve) => setTimeout(resolve, 200))
`
const shortest = 21

it('what is made while first code is kept is never optimized, and what is made before and after is', async () => {
  const flags = ['--trace-wasm-compilation-times', '--import', 'tsx', '--input-type=module', '--eval', script]
  const printed = await mustRun([process.execPath, ...flags])
  const told = Array.from(printed.matchAll(/ using (\w+), .*? bodysize (\d+) /g), ([, compiler, length]) => ({
    compiler,
    nops: Number(length) - shortest,
  })).filter(({nops}) => nops >= 0 && nops <= 6)
  const by = (wanted: string): number[] =>
    told
      .filter(({compiler}) => compiler === wanted)
      .map(({nops}) => nops)
      .sort((a, b) => a - b)
  expect(by('Liftoff')).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(by('TurboFan')).toEqual([0, 4, 6])
})
