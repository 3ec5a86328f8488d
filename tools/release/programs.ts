import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {ProsodyModsError} from '../../src/errors.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs programs in a folder, one after the other. */
export class Programs {
  readonly #folder: string
  #running: ChildProcess | undefined
  #interrupted = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Lets no signal end us while work is done, so that there is time to put back what was changed: what runs gets the
   * signal, and nothing else is begun by `run`.
   */
  async holdingSignals<T>(work: () => Promise<T>): Promise<T> {
    const passOn = (signal: NodeJS.Signals): void => {
      this.#interrupted = true
      this.#running?.kill(signal)
    }
    for (const signal of signals) process.on(signal, passOn)
    try {
      return await work()
    } finally {
      for (const signal of signals) process.off(signal, passOn)
    }
  }

  /** What a program prints. Throws where it fails. */
  read(file: string, ...args: readonly string[]): string {
    const {error, status, signal, stdout, stderr} = spawnSync(file, args, {
      cwd: this.#folder,
      encoding: 'utf8',
      maxBuffer: Infinity,
    })
    if (error !== undefined || status !== 0) {
      const why = error?.message ?? (stderr.trim() || (signal ?? `exit code ${status ?? 'none'}`))
      throw failure([file, ...args], why)
    }
    return stdout.trimEnd()
  }

  /** Lets a program write to our terminal. Rejects where it fails or a signal came. */
  async run(file: string, ...args: readonly string[]): Promise<void> {
    this.#refuseInterrupted()
    const child = spawn(file, args, {cwd: this.#folder, stdio: ['ignore', 'inherit', 'inherit']})
    this.#running = child
    const outcome = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code ?? 'none'}`))
    })
    this.#running = undefined
    this.#refuseInterrupted()
    if (outcome !== 'exit code 0') throw failure([file, ...args], outcome)
  }

  #refuseInterrupted(): void {
    if (this.#interrupted) throw new ProsodyModsError('INTERRUPTED', 'interrupted')
  }
}

function failure(command: readonly string[], why: string): ProsodyModsError {
  return new ProsodyModsError('INTERNAL', `expected "${command.join(' ')}" to succeed, found: ${why}`, {
    hint: 'nothing is released; mend what is told above and begin again',
  })
}
