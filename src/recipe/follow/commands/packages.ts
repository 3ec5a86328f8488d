import {posix} from 'node:path'
import type {Command, Word} from '../../types.ts'
import {literalWord} from '../../value.ts'
import {optionsOf, type OptionsShape} from '../options.ts'
import type {Deed, Installed} from '../types.ts'
import type {World} from '../world.ts'
import {nothing, notUnderstood} from './handler.ts'

interface Manager {
  readonly by: Installed['by']
  readonly verbs: readonly string[]
  readonly shape: OptionsShape
  /** Splits a name from its version. */
  readonly split: RegExp
}

const debian: Manager = {
  by: 'apt',
  verbs: ['install', 'reinstall', 'satisfy'],
  shape: {short: 'otca', long: ['option', 'target-release', 'default-release', 'config-file']},
  split: /^([^=/]+)(?:=([^/]+))?(?:\/.*)?$/,
}

const alpine: Manager = {
  by: 'apk',
  verbs: ['add'],
  shape: {short: 'tXp', long: ['virtual', 'repository', 'root', 'repositories-file']},
  split: /^([^=<>~@]+)(?:[=<>~]+([^@]+))?(?:@.*)?$/,
}

const redhat: Manager = {
  by: 'dnf',
  verbs: ['install'],
  shape: {short: 'cdex', long: ['enablerepo', 'disablerepo', 'setopt', 'releasever', 'exclude']},
  split: /^(.+?)(?:-(\d[^-]*-[^-]+))?$/,
}

const arch: Manager = {
  by: 'pacman',
  verbs: ['-S', '-Sy', '-Syu', '-Su'],
  shape: {short: 'b', long: []},
  split: /^([^=]+)(?:=(.+))?$/,
}

const managers: Readonly<Record<string, Manager>> = {
  apt: debian,
  'apt-get': debian,
  aptitude: debian,
  apk: alpine,
  dnf: redhat,
  microdnf: redhat,
  yum: redhat,
  pacman: arch,
}

/** Follows YunoHost's helper, which is given Debian packages alone. */
export function dependencies(command: Command, world: World): Deed {
  return packages({...command, name: 'apt-get', args: [literalWord('install'), ...command.args]}, world)
}

/** Follows the package managers of Linux. */
export function packages({name, args, line}: Command, world: World): Deed {
  const manager = managers[name]
  if (manager === undefined) return nothing
  const verb = args.findIndex(({text}) => manager.verbs.includes(text))
  if (verb === -1) return nothing
  const options = optionsOf([...args.slice(0, verb), ...args.slice(verb + 1)], manager.shape)
  const {operands} = options
  const files = operands.filter(({text}) => text.endsWith('.deb') && /[./]/.test(text[0] ?? ''))
  for (const word of operands) {
    if (files.includes(word)) continue
    const [, base = word.text, version] = manager.split.exec(word.text) ?? []
    // apt-get takes `name-` for one to be removed.
    if (base === '' || (manager.by === 'apt' && base.endsWith('-'))) continue
    install(world, {by: manager.by, name: base, version, line})
  }
  const things = files.flatMap((word) => [...world.thingsAt(world.path(word))])
  for (const word of files) {
    const [, base, version] = /^(.+?)_([^_]+)_[^_]+\.deb$/.exec(posix.basename(word.text)) ?? []
    if (base !== undefined) install(world, {by: 'apt', name: base, version, line})
  }
  const isDownload = options.has('d', 'download-only')
  return {kind: 'install', things, ...(isDownload ? {why: 'download'} : {})}
}

function install(
  {installed, stage, step}: World,
  given: Pick<Installed, 'by' | 'name' | 'version' | 'line'> & {readonly server?: string | undefined},
): void {
  installed.push({server: undefined, ...given, stage, step})
}

const luarocksShape: OptionsShape = {
  short: '',
  long: [
    'server',
    'only-server',
    'only-sources',
    'tree',
    'lua-version',
    'lua-dir',
    'deps-mode',
    'timeout',
    'namespace',
  ],
}

/** Follows luarocks as far as it installs. */
export function luarocks({args, line}: Command, world: World): Deed {
  const options = optionsOf(args, luarocksShape)
  const [verb, first, version] = options.operands
  const assigned = first !== undefined && /^[A-Z_]+=/.test(first.text) ? undefined : first
  if (verb?.text === 'make' || verb?.text === 'build') {
    const things = [...world.thingsAt(world.place.cwd)]
    if (assigned === undefined || assigned.text.endsWith('.rockspec'))
      return things.length === 0 ? nothing : {kind: 'run', things}
  }
  if (verb === undefined || !['install', 'build'].includes(verb.text)) return nothing
  if (assigned === undefined) return notUnderstood('it names no rock')
  const [server] = options.values('server', 'only-server')
  const named = rockOf(assigned, version)
  install(world, {by: 'luarocks', ...named, server: server?.text, line})
  return {kind: 'install', things: []}
}

function rockOf(word: Word, version: Word | undefined): Pick<Installed, 'name' | 'version'> {
  const file = posix.basename(word.text)
  const [, name, number] = /^(.+?)-([^-]+-\d+)\.(?:rockspec|src\.rock|all\.rock|rock)$/.exec(file) ?? []
  if (name !== undefined) return {name, version: number}
  const isVersion = version !== undefined && /^[\dv]|^scm|^dev/.test(version.text)
  return {name: word.text, version: isVersion ? version.text : undefined}
}

/** Follows prosodyctl as far as it installs modules. */
export function prosodyctl({args, line}: Command, world: World): Deed {
  const options = optionsOf(args, {short: '', long: ['server', 'config', 'tree']})
  const [verb, ...names] = options.operands
  if (verb?.text !== 'install') return nothing
  if (names.length === 0) return notUnderstood('it names no module')
  const [server] = options.values('server')
  const [, second] = names
  const isVersion = second !== undefined && /^\d/.test(second.text)
  for (const word of isVersion ? names.slice(0, 1) : names)
    install(world, {
      by: 'prosodyctl',
      name: word.text,
      version: isVersion ? second.text : undefined,
      server: server?.text,
      line,
    })
  return {kind: 'install', things: []}
}

/** Follows what makes and changes users: whose number is whose. */
export function users({args}: Command, world: World): Deed {
  const options = optionsOf(args, {
    short: 'uUgGdshcbekKpSrD',
    long: ['uid', 'gid', 'home', 'home-dir', 'shell', 'ingroup', 'groups', 'comment', 'gecos', 'system'],
  })
  const [uid] = options.values('u', 'uid')
  const name = options.operands.at(-1)?.text
  const number = Number(uid?.text)
  if (name !== undefined && Number.isInteger(number) && uid !== undefined) world.uids.set(name, number)
  return nothing
}

/** Follows a program of which nothing more is known than what it is given. */
export function other(command: Command, world: World): Deed {
  const paths = [...command.args, ...command.redirects.map(({target}) => target)].filter(
    ({text}) => /[/.]/.test(text) && !/^[a-z+]+:\/\//.test(text),
  )
  const own =
    command.path === undefined ? [] : [{text: command.path, unknown: [], isPattern: false} satisfies Word]
  const handled = [...own, ...paths].flatMap((word) => world.files.at(world.path(word))?.piece.thing ?? [])
  const piped = world.input?.kind === 'pieces' ? world.input.things : []
  const things = [...new Set([...handled, ...piped])].filter(
    ({kind}) => kind !== 'context' && kind !== 'text',
  )
  return things.length === 0 ? nothing : {kind: 'run', things}
}

/** Follows a filter of text: what comes in goes on, if changed. */
export function filter({args}: Command, world: World): Deed {
  const things = args.flatMap((word) => [...world.thingsAt(world.path(word))])
  world.output = things.length === 0 ? world.input : {kind: 'pieces', things}
  const piped = world.input?.kind === 'pieces' ? world.input.things : []
  return {kind: 'keep', things: [...new Set([...things, ...piped])]}
}
