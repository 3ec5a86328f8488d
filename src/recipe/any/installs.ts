import {bareName, isPrefixed} from '../../module-name.ts'
import type {Origin} from '../origin.ts'
import {commandWords, rest} from './commands.ts'
import {isComment} from './comments.ts'
import {expand} from './expand.ts'
import type {Draft} from './found.ts'
import {roundsAt, unknownOf} from './loops.ts'
import type {Reading} from './reading.ts'
import {lineAt} from './source.ts'

const install =
  /\b(prosodyctl|luarocks(?:-5\.\d|5\.\d|-admin)?)["']?,?[ \t]+["']?(?:-[^\s"',]+["']?,?[ \t]+["']?(?:[/$~][^\s"',]*["']?,?[ \t]+["']?)?){0,4}install(?=["'\s])/g

/** Options of both programs that have a value behind them. */
const valued = /^--?(?:server|only-server|only-sources|tree|config|lua-version|lua-dir|namespace|to)$/

/** Finds `prosodyctl install` and `luarocks install` with what they install. */
export function installReferences(reading: Reading): readonly Draft[] {
  return [...reading.source.text.matchAll(install)].flatMap((found) =>
    isComment(reading, found.index) ? [] : draftsOf(reading, found),
  )
}

function draftsOf(reading: Reading, found: RegExpExecArray): readonly Draft[] {
  const line = lineAt(reading.source, found.index)
  const behind = rest(reading.source, found.index + found[0].length)
  const words = commandWords(behind)
  const rounds = roundsAt(reading.names, line, words.join(' '))
  return rounds.places.flatMap((place) => {
    const expanded = expand(words.join(' '), place)
    const origins = readInstall(found[1] ?? '', commandWords(expanded.text))
    return origins.map((origin) => ({
      line,
      lastLine: line,
      origin,
      text: `${found[0].replace(/["'],?/g, '')} ${words.join(' ')}`,
      unknown: unknownOf(
        expanded.unknown.filter((name) => isIn(name, origin)),
        rounds,
      ),
      at: found.index,
      used: [...expanded.used, ...rounds.used],
    }))
  })
}

/** Whatever of a command can't be told matters to those of its arguments alone that it is in. */
function isIn(name: string, origin: Origin): boolean {
  return Object.values(origin).some((value) => typeof value === 'string' && value.includes(name))
}

function readInstall(program: string, words: readonly string[]): readonly Origin[] {
  const {args, server} = readArguments(words)
  if (program === 'prosodyctl')
    return args.filter((arg) => isPrefixed(arg)).map((arg) => ({kind: 'module', name: bareName(arg)}))
  const [name, version] = args
  if (name === undefined || !/^(?:[A-Za-z0-9_.-]+|.*[{$[].*)$/.test(name) || /\.rock(?:spec)?$/.test(name))
    return []
  const isVersion = version !== undefined && /^(?:\d|scm|dev|cvs|[{$[])/.test(version)
  return [{kind: 'rock', name: name.toLowerCase(), version: isVersion ? version : undefined, server}]
}

interface Arguments {
  readonly args: readonly string[]
  readonly server: string | undefined
}

function readArguments(words: readonly string[]): Arguments {
  const args: string[] = []
  let server: string | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [option = '', value] = word.startsWith('-') ? word.split('=') : ['', word]
    const isServer = /^--(?:only-)?server$/.test(option)
    if (isServer) server = value ?? words[at + 1]
    if (option !== '' && value === undefined && valued.test(option)) at++
    if (option === '' && !/^[A-Za-z_]\w*=/.test(word)) args.push(word)
  }
  return {args, server}
}
