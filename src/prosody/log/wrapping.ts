import {withoutControls} from './controls.ts'

/** What a program that collects logs was given to keep, and who gave it. */
export interface Unwrapped {
  readonly text: string
  /** The containers and programs that the wrapping names, from the outside in. */
  readonly writers: readonly string[]
}

/** Docker in a compose project, syslog of a journal, a log of Kubernetes: no line is in more than that. */
const deepest = 4

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)`

/** Each takes its own head off; a group is the writer. */
const heads: readonly RegExp[] = [
  // docker compose: `prosody-1  | `
  /^([\w.-]{1,64})\s+\|(?:\s|$)/,
  // kubectl logs --prefix
  /^\[(pod\/[^\]\s]+)\](?:\s|$)/,
  // syslog and journalctl (short, short-iso, short-full, short-monotonic): time, host, program
  new RegExp(
    String.raw`^(?:[A-Z][a-z]{2} +\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?|${time}|(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{2,5}| [+-]\d+)?|\[ *\d+\.\d+\]) \S*[\w.-] ([\w./@-]+(?:\[\d+\])?):(?:\s|$)`,
  ),
  // docker logs --timestamps, kubectl logs --timestamps
  new RegExp(`^${time}(?:\\s|$)`),
  // What Kubernetes keeps, behind the time
  /^std(?:out|err) [FP](?:\s|$)/,
]

/** A logger that writes an object a line: Docker's json-file, journalctl --output=json, and others like them. */
const entry = /^\{(?:.*,)?\s*"(?:log|MESSAGE|message|msg)"\s*:\s*"((?:[^"\\]|\\.)*)/

/** Takes what collectors of logs put around a line off it, and the sequences of terminals. */
export function unwrapped(raw: string): Unwrapped {
  const writers: string[] = []
  let text = withoutControls(raw)
  for (let depth = 0; depth < deepest; depth += 1) {
    const inner = entryOf(text) ?? headless(text)
    if (inner === undefined) break
    text = inner.text
    writers.push(...inner.writers)
  }
  return {text, writers}
}

function headless(text: string): Unwrapped | undefined {
  for (const head of heads) {
    const [all, writer] = head.exec(text) ?? []
    if (all !== undefined)
      return {text: text.slice(all.length), writers: writer === undefined ? [] : [writer]}
  }
  return undefined
}

function entryOf(text: string): Unwrapped | undefined {
  const quoted = text.startsWith('{') ? entry.exec(text)?.[1] : undefined
  if (quoted === undefined) return undefined
  try {
    const said: unknown = JSON.parse(`"${quoted}"`)
    return {text: withoutControls(String(said)), writers: []}
  } catch {
    return undefined
  }
}
