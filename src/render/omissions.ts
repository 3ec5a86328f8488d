import {out as pc} from './colours.ts'
import type {ComputedName, LeftOutFile, Omissions} from '../locking/left-out.ts'
import {inLine} from '../plain-text.ts'
import {byKey} from './common.ts'

const reasons: Readonly<Record<LeftOutFile['reason'], string>> = {
  key: 'a private key',
  environment: 'environment variables',
  configuration: "a server's configuration",
  hidden: 'hidden',
  special: 'no regular file',
  'broken-link': 'a link that leads nowhere',
  'not-loaded': 'not loaded',
}

/** Names that are told; the rest is counted. */
const most = 8

/**
 * Says what no module has of what lies around it.
 * @param all also what is merely nobody's: told when modules are chosen, and not at every install
 */
export function omissionLines({leftOut, computed}: Omissions, all: boolean): string[] {
  const refused = leftOut.filter(({reason}) => reason !== 'not-loaded' && (all || reason !== 'hidden'))
  const idle = all ? leftOut.filter(({reason}) => reason === 'not-loaded') : []
  return [
    ...[...byKey(refused, ({source}) => source)].map(([source, files]) =>
      note(`${source}: ${refusedText(files)}`),
    ),
    ...[...byKey(idle, ({source}) => source)].map(([source, files]) =>
      note(`${source}: no module loads ${listed(files.map(({path}) => inLine(path)))}: left out`),
    ),
    ...(all ? computedLines(computed) : []),
  ]
}

function refusedText(files: readonly LeftOutFile[]): string {
  const shown = files.map(({path, reason}) => `${inLine(path)} (${reasons[reason]})`)
  return `left out ${listed(shown)}; "include" of a module's entry takes a file by name`
}

function computedLines(computed: readonly ComputedName[]): string[] {
  const first = [...byKey(computed, ({module}) => module)].map(([, places]) => places[0])
  return first.flatMap((place) => {
    if (place === undefined) return []
    const {module, file, line, text} = place
    return [
      note(
        `${module}: which files ${file}:${line} names can't be told (${inLine(text)}); if they lie beside it, name them in "include" of its entry`,
      ),
    ]
  })
}

function listed(texts: readonly string[]): string {
  const rest = texts.length - most
  return rest > 0 ? `${texts.slice(0, most).join(', ')} and ${rest} more` : texts.join(', ')
}

function note(text: string): string {
  return `${pc.cyan('note:')} ${text}`
}
