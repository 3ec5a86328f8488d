/** Lines around a change. */
const around = 3

interface Change {
  /** Indices of lines, from 0; `to` is behind the last one. */
  readonly from: number
  readonly to: number
  readonly newFrom: number
  readonly newTo: number
}

/** Writes the unified diff with which `patch -p1` makes `after` out of `before`; '' where the two are equal. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const old = linesOf(before)
  const fresh = linesOf(after)
  const hunks = grouped(changesBetween(old, fresh))
  if (hunks.length === 0) return ''
  const shift = path.startsWith('/') ? ['', ''] : ['a/', 'b/']
  const header = [
    `--- ${quoted(`${shift[0] ?? ''}${path}`)}\n`,
    `+++ ${quoted(`${shift[1] ?? ''}${path}`)}\n`,
  ]
  return [...header, ...hunks.flatMap((changes) => hunkOf(changes, old, fresh))].join('')
}

/** With their ends; the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** A tab ends a name with blanks, as git has it. */
function quoted(path: string): string {
  if (/["\\\p{Cc}]/u.test(path)) return JSON.stringify(path)
  return path.includes(' ') ? `${path}\t` : path
}

/** Goes through both side by side, and where they part, to the place where they meet again for the most lines. */
function changesBetween(old: readonly string[], fresh: readonly string[]): Change[] {
  const changes: Change[] = []
  for (let from = 0, newFrom = 0; from < old.length || newFrom < fresh.length;) {
    if (from < old.length && old[from] === fresh[newFrom]) {
      from += 1
      newFrom += 1
      continue
    }
    const [gone, come] = nextMeeting(
      old.slice(from, from + farthest),
      fresh.slice(newFrom, newFrom + farthest),
    ) ?? [old.length - from, fresh.length - newFrom]
    changes.push({from, to: from + gone, newFrom, newTo: newFrom + come})
    from += gone
    newFrom += come
  }
  return changes
}

/** Lines that are looked through for a place to meet; fixes change few that stand together. */
const farthest = 200

/**
 * How many lines to leave out on both sides, where the lines that stay are as many as can be; undefined where none do.
 */
function nextMeeting(
  old: readonly string[],
  fresh: readonly string[],
): readonly [number, number] | undefined {
  const width = fresh.length + 1
  // How many lines can stay from a line of each on.
  const kept = new Uint16Array((old.length + 1) * width)
  const keptAt = (gone: number, come: number): number => kept[gone * width + come] ?? 0
  for (let gone = old.length - 1; gone >= 0; gone -= 1)
    for (let come = fresh.length - 1; come >= 0; come -= 1)
      kept[gone * width + come] =
        old[gone] === fresh[come]
          ? keptAt(gone + 1, come + 1) + 1
          : Math.max(keptAt(gone + 1, come), keptAt(gone, come + 1))
  for (let gone = 0, come = 0; gone < old.length && come < fresh.length;) {
    if (old[gone] === fresh[come]) return [gone, come]
    if (keptAt(gone + 1, come) >= keptAt(gone, come + 1)) gone += 1
    else come += 1
  }
  return undefined
}

/** Changes whose surroundings touch are shown together. */
function grouped(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = []
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1)
    if (last !== undefined && change.from - last.to <= 2 * around) hunks.at(-1)?.push(change)
    else hunks.push([change])
  }
  return hunks
}

function hunkOf(changes: readonly Change[], old: readonly string[], fresh: readonly string[]): string[] {
  const [first, last] = [changes[0], changes.at(-1)]
  if (first === undefined || last === undefined) return []
  const lead = Math.min(around, first.from)
  const end = Math.min(last.to + around, old.length)
  const newEnd = last.newTo + (end - last.to)
  const parts: string[][] = []
  let at = first.from - lead
  for (const {from, to, newFrom, newTo} of changes) {
    parts.push(marked(' ', old.slice(at, from)), marked('-', old.slice(from, to)))
    parts.push(marked('+', fresh.slice(newFrom, newTo)))
    at = to
  }
  parts.push(marked(' ', old.slice(at, end)))
  const body = parts.flat()
  const place = range(first.from - lead, end)
  return [`@@ -${place} +${range(first.newFrom - lead, newEnd)} @@\n`, ...body]
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${mark}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`)
}

/** An empty range is named by the line before it. */
function range(from: number, to: number): string {
  const length = to - from
  return length === 1 ? String(from + 1) : `${length === 0 ? from : from + 1},${length}`
}
