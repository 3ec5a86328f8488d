import {spawn} from 'node:child_process'

/**
 * Runs a program without a shell and collects what it prints.
 * @param {readonly string[]} command
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, input?: string}} [options]
 * @returns {Promise<{code: number, stdout: string, stderr: string}>} the exit code; 128 where a signal ended it
 */
export function run([file = '', ...args], {input = '', ...options} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {...options, stdio: 'pipe'})
    const [stdout, stderr] = [[], []]
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.stdout.on('data', (chunk) => stdout.push(chunk))
    child.stderr.on('data', (chunk) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
  })
}

/**
 * Runs prosody-mods in the project's folder.
 * @param {{program: string, folder: string}} settings
 * @param {readonly string[]} args
 */
export function prosodyMods({program, folder}, args) {
  return run([process.execPath, program, ...args], {cwd: folder, env: {...process.env, NO_COLOR: '1'}})
}
