import type {ExecFileOptions} from 'node:child_process'

/**
 * Runs a program to its end and returns what it has printed, as UTF-8. Throws what execFile of Node.js gives: with
 * `code` ENOENT where there is no such program, else its exit code, and with what it has said as `stderr`.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ExecFileOptions,
): Promise<string> {
  // Most runs start none, and Node.js takes a while to load what it takes.
  const {execFile} = await import('node:child_process')
  return new Promise((resolve, reject) => {
    execFile(program, args, {...options, encoding: 'utf8'}, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(Object.assign(error as Error, {stderr}))
    })
  })
}
