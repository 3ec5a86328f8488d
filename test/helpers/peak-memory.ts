import {readFile, rm} from 'node:fs/promises'

/**
 * A module for `node --import` that writes the peak resident memory of its process on exit, as the kernel keeps it for
 * that program (proc(5), VmHWM); getrusage would also count what the process that started it held at that moment.
 */
export const peakReporter = `data:text/javascript,${encodeURIComponent(`
  import {readFileSync, writeFileSync} from 'node:fs'
  process.on('exit', () => {
    const [, kibibytes] = /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    writeFileSync(process.env.PEAK_MEMORY_FILE, kibibytes)
  })
`)}`

/** What was reported to PEAK_MEMORY_FILE, in bytes. */
export async function takePeak(file: string): Promise<number> {
  const kibibytes = Number(await readFile(file, 'utf8'))
  await rm(file)
  return kibibytes * 1024
}
