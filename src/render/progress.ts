import {err as pc} from './colours.ts'
import {count} from './common.ts'
import type {ProgressEvent} from '../progress.ts'

/**
 * What to write to stderr for an event. On a terminal one line that is written over (`undefined` clears
 * it); elsewhere only what should be read later in a log.
 */
export function progressLine(event: ProgressEvent | undefined, terminal: boolean): string {
  const clear = terminal ? '\r\u001b[K' : ''
  if (event === undefined) return clear
  switch (event.type) {
    case 'request':
      return terminal ? `${clear}${pc.dim(`fetching ${fit(event.url)}`)}` : ''
    case 'large-download':
      return `${clear}downloading ${event.url} (${event.bytes === undefined ? 'the server does not say how much' : sizeText(event.bytes)})\n`
    case 'received': {
      const total = event.total === undefined ? '' : ` of ${sizeText(event.total)}`
      return terminal ? `${clear}${pc.dim(`received ${sizeText(event.bytes)}${total}`)}` : ''
    }
    case 'archive-read':
      return `${clear}${count(event.files, 'file')} out of an archive of ${sizeText(event.bytes)}\n`
    case 'location-failed':
    case 'served':
      return ''
    case 'waiting':
      return `${clear}waiting for another prosody-mods on this project (${event.holder})\n`
    case 'still-waiting':
      return `${clear}still waiting for ${event.holder}: ${event.end}\n`
    case 'interrupted':
      return `${clear}${pc.yellow('warning:')} ${interruptedText(event)}\n`
    case 'recovered':
      return `${clear}an interrupted command was ${event.direction === 'forward' ? 'completed' : 'undone'}\n`
    case 'store-corrupt':
      return `${clear}${pc.yellow('warning:')} the store held other bytes under sha256:${event.sha256}; they were removed\n`
  }
}

function interruptedText({folder, isOwn}: ProgressEvent & {type: 'interrupted'}): string {
  return isOwn
    ? 'an earlier command was cut off here, so files may be of before and of after it; "prosody-mods install" ends it'
    : `${folder} was not left by a command of this user on this machine: nothing of it is used, and no command writes here until it is removed; "prosody-mods install" says how`
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** One line, so that clearing it works. */
function fit(text: string): string {
  const width = Math.max(20, (process.stderr.columns || 80) - 12)
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
