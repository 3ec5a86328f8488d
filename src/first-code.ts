/**
 * V8's budget for WebAssembly, by V8's major version (`node --v8-options`, Node.js 20 to 25): how much a function runs
 * before it is compiled anew, by the optimizing compiler.
 */
const usualBudgets: Readonly<Record<string, number>> = {
  '11': 1_800_000,
  '12': 13_000_000,
  '13': 13_000_000,
  '14': 13_000_000,
}
/** The flag's type is int. */
const endlessBudget = 2_000_000_000

let count = 0

/**
 * Has what is instantiated from WebAssembly until `end` is called keep the code that V8 makes of it first. To optimize
 * an HTTP parser or an unpacker takes more of a second processor than such a short process has to spare
 * (docs/performance.md). The flag is as usual afterwards: V8 refuses compiled code that was made under other flags.
 * @returns `end`; calling it again does nothing
 */
export function keepFirstCode(): () => void {
  count += 1
  if (count === 1) setBudget(endlessBudget)
  let isOver = false
  return () => {
    if (isOver) return
    isOver = true
    count -= 1
    if (count === 0) setBudget(undefined)
  }
}

function setBudget(budget: number | undefined): void {
  const usual = usualBudgets[process.versions.v8.split('.', 1)[0] ?? '']
  // Of a V8 that is not known the flag may be another, and what is usual.
  if (usual === undefined) return
  const v8 = process.getBuiltinModule('node:v8')
  v8.setFlagsFromString(`--wasm-tiering-budget=${budget ?? usual}`)
}
