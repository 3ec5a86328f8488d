import {posix} from 'node:path'
import type {Command, Word} from '../../types.ts'
import {optionsOf, type OptionsShape} from '../options.ts'
import {absolute} from '../paths.ts'
import type {Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import type {World} from '../world.ts'
import {nothing} from './handler.ts'

const curlShape: OptionsShape = {
  short: 'AbcCdDeEFHKmoPQrtTuUwxXyYz',
  long: [
    'cacert',
    'cert',
    'config',
    'connect-timeout',
    'cookie',
    'cookie-jar',
    'create-file-mode',
    'data',
    'header',
    'key',
    'limit-rate',
    'max-redirs',
    'max-time',
    'netrc-file',
    'output',
    'output-dir',
    'proto',
    'proto-redir',
    'proxy',
    'range',
    'referer',
    'request',
    'resolve',
    'retry',
    'retry-delay',
    'retry-max-time',
    'url',
    'user',
    'user-agent',
    'write-out',
  ],
}

/** Follows curl: every URL goes to the file that `-o` or `-O` names for it, or on through the pipe. */
export function curl(command: Command, world: World): Deed {
  const options = optionsOf(command.args, curlShape)
  const urls = [...options.operands, ...options.values('url')]
  const outputs = options.values('o', 'output')
  const [folder] = options.values('output-dir')
  const cwd = folder === undefined ? world.place.cwd : world.path(folder)
  const keepsNames = options.has('O', 'remote-name', 'remote-name-all')
  const targets = urls.map((url, index) => {
    const output = outputs[index]
    if (output !== undefined) return output.text === '-' ? undefined : absolute(cwd, output.text)
    return keepsNames ? absolute(cwd, nameIn(url)) : undefined
  })
  return fetched(command, {urls, targets}, world)
}

const wgetShape: OptionsShape = {
  short: 'aABDeGiIlnoOPQRtTUwX',
  long: [
    'ca-certificate',
    'directory-prefix',
    'header',
    'input-file',
    'output-document',
    'output-file',
    'password',
    'timeout',
    'tries',
    'user',
    'user-agent',
    'wait',
  ],
}

/** Follows wget, BusyBox's too: one file by `-O`, or each under its own name. */
export function wget(command: Command, world: World): Deed {
  const options = optionsOf(withoutClusters(command.args), wgetShape)
  const [output] = options.values('O', 'output-document')
  const [folder] = options.values('P', 'directory-prefix')
  const cwd = folder === undefined ? world.place.cwd : world.path(folder)
  const urls = options.operands
  const targets = urls.map((url) => {
    if (output?.text === '-') return undefined
    return output === undefined ? absolute(cwd, nameIn(url)) : world.path(output)
  })
  return fetched(command, {urls, targets}, world)
}

/** `-nv`, `-nc` and others are one option, and `-n` takes a letter that is no file. */
function withoutClusters(args: readonly Word[]): readonly Word[] {
  return args.filter(({text}) => !/^-n[a-zA-Z]+$/.test(text))
}

/** Follows aria2c, which writes to `-o` in `-d`. */
export function aria2c(command: Command, world: World): Deed {
  const options = optionsOf(command.args, {short: 'dosxjkm', long: ['dir', 'out', 'checksum']})
  const [folder] = options.values('d', 'dir')
  const [output] = options.values('o', 'out')
  const cwd = folder === undefined ? world.place.cwd : world.path(folder)
  const urls = options.operands
  const targets = urls.map((url) => absolute(cwd, output?.text ?? nameIn(url)))
  return fetched(command, {urls, targets}, world)
}

interface Fetched {
  readonly urls: readonly Word[]
  /** Where each is written; undefined for standard output. */
  readonly targets: readonly (string | undefined)[]
}

function fetched(command: Command, {urls, targets}: Fetched, world: World): Deed {
  const things: Thing[] = []
  const redirect = command.redirects.find(
    ({operator, descriptor}) => ['>', '>>', '&>'].includes(operator) && descriptor !== 2,
  )
  const aside = redirect === undefined ? undefined : world.path(redirect.target)
  let isKept = false
  for (const [index, url] of urls.entries()) {
    const at = targets[index] ?? (aside === '/dev/null' ? undefined : aside)
    const thing = world.bring({kind: 'url', from: urlOf(url), line: command.line, unknown: url.unknown})
    things.push(thing)
    if (at === undefined) continue
    isKept = true
    world.putThing(at, thing, true)
  }
  if (things.length === 0) return nothing
  if (!isKept) world.output = {kind: 'pieces', things}
  return {kind: isKept ? 'fetch' : 'ask', things}
}

/** curl and wget take an address without a scheme for one of http. */
function urlOf({text}: Word): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || text.startsWith('$') ? text : `http://${text}`
}

/** Names the file that a URL is written to where no other is named. */
export function nameIn({text}: Pick<Word, 'text'>): string {
  const path = text.replace(/[?#].*$/, '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
  const name = posix.basename(path)
  return name === '' || name === '/' ? 'index.html' : decoded(name)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
