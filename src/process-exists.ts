import {readFileSync, readlinkSync} from 'node:fs'
import {systemCode} from './errors.ts'

/** Tells whether this machine (or pid namespace) has a process of that id, be it of another user or a zombie. */
export function processExists(pid: number): boolean {
  // kill(2) takes an int, of which 0 and the negative ones name groups.
  if (pid !== (pid | 0) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}

/**
 * Returns the boot and pid namespace, outside of which a process id says nothing; a space where neither is to be had.
 */
export function processWorld(): string {
  return `${quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())} ${quietly(() => readlinkSync('/proc/self/ns/pid'))}`
}

function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
