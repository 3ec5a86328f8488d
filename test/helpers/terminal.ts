import {spawn} from 'node:child_process'
import type {Sandbox} from './cli.ts'
import {cliPath} from './cli.ts'

/** What is typed once a text has come, in order. */
export interface Typed {
  readonly after: string
  readonly keys?: string
  /** Called besides. */
  readonly seen?: () => void
}

export interface Shown {
  readonly code: number
  /** All that the terminal got, sequences too; `\r\n` for ends of lines. */
  readonly screen: string
}

interface Terminal {
  /** The CLI; that of this clone where nothing is said. */
  readonly program?: string
  readonly columns?: number
  readonly typed?: readonly Typed[]
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Runs the CLI on a pseudo-terminal, which script(1) of Debian's bsdutils opens. */
export function onTerminal(sandbox: Sandbox, args: readonly string[], how: Terminal = {}): Promise<Shown> {
  const {program = cliPath, columns = 80, typed = [], env = {}} = how
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  const command = `stty cols ${columns}; exec ${words.join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd: sandbox.project,
    env: {...sandbox.env, CI: undefined, NO_COLOR: undefined, ...env},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let [screen, seen] = ['', 0]
  const left = [...typed]
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    for (let next = left[0]; next !== undefined; next = left[0]) {
      const at = screen.indexOf(next.after, seen)
      if (at === -1) return
      seen = at + next.after.length
      left.shift()
      child.stdin.write(next.keys ?? '')
      next.seen?.()
    }
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      child.stdin.end()
      resolve({code: code ?? 128, screen})
    })
  })
}
