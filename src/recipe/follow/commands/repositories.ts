import type {Command, Word} from '../../types.ts'
import {optionsOf, type Options, type OptionsShape} from '../options.ts'
import {wholeOf, type Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import {distinct, unknownIn, type World} from '../world.ts'
import {arranged, notUnderstood, nothing} from './handler.ts'

const gitShape: OptionsShape = {
  short: 'bocjuC',
  long: [
    'branch',
    'depth',
    'origin',
    'reference',
    'config',
    'jobs',
    'filter',
    'git-dir',
    'work-tree',
    'remote',
    'prefix',
    'output',
    'format',
  ],
}

/** Follows git as far as it brings files in: clone, and what changes which commit lies there. */
export function git(command: Command, world: World): Deed {
  const {args, line} = command
  const {cwd, verb, rest} = before(args, world, ['C', 'git-dir', 'work-tree'])
  const options = optionsOf(rest, gitShape)
  const [first, second] = options.operands
  switch (verb) {
    case 'clone': {
      const [branch] = options.values('b', 'branch')
      return cloned({vcs: 'git', url: first, folder: second, ref: branch, line}, world)
    }
    case 'init':
      world.files.makeFolder(first === undefined ? cwd : world.path(first))
      return nothing
    case 'remote':
      return first?.text === 'add' ? added({url: options.operands[2], line, cwd}, world) : touched(cwd, world)
    case 'fetch': {
      // Nothing lies otherwise until it is checked out.
      if (second !== undefined) for (const thing of at(cwd, world)) world.fetched.set(thing, second)
      return touched(cwd, world)
    }
    case 'pull':
      return moved({ref: second, cwd, isFile: false}, world)
    case 'checkout':
    case 'switch':
    case 'reset': {
      // A branch that is made begins where it is told to, or where it is.
      const isNew = options.has('b', 'B', 'c', 'C')
      return moved({ref: first, cwd, isFile: !isNew && second !== undefined}, world)
    }
    case 'show':
      return shown(gitPath(first), {command, cwd}, world)
    case 'archive':
      return archived(options, {command, cwd}, world)
    case 'worktree':
    case 'submodule':
      return notFollowed(`git ${verb}`, at(cwd, world))
    default:
      return touched(cwd, world)
  }
}

const hgShape: OptionsShape = {
  short: 'ruRbcItpXI',
  long: [
    'rev',
    'updaterev',
    'repository',
    'branch',
    'cwd',
    'config',
    'include',
    'exclude',
    'type',
    'prefix',
    'output',
  ],
}

/** Follows hg as far as it brings files in. */
export function hg(command: Command, world: World): Deed {
  const {args, line} = command
  const {cwd, verb, rest} = before(args, world, ['R', 'repository', 'cwd'])
  const options = optionsOf(rest, hgShape)
  const [rev] = options.values('r', 'rev', 'u', 'updaterev', 'b', 'branch')
  const [first, second] = options.operands
  const own = options.values('R', 'repository')[0]
  const folder = own === undefined ? cwd : world.path(own)
  switch (verb) {
    case 'clone':
      return cloned({vcs: 'hg', url: first, folder: second, ref: rev, line}, world)
    case 'update':
    case 'up':
    case 'checkout':
    case 'co':
      return moved({ref: rev ?? first, cwd: folder, isFile: false}, world)
    case 'pull':
      return options.has('u', 'update')
        ? moved({ref: rev, cwd: folder, isFile: false}, world)
        : touched(folder, world)
    case 'cat':
      return shown({ref: rev?.text, path: first?.text}, {command, cwd: folder}, world)
    case 'archive': {
      const things = at(folder, world)
      if (options.has('X', 'exclude')) return notFollowed('hg archive without a part', things)
      const parts = options.values('I', 'include').map(({text}) => partOf(text))
      if (parts.includes(undefined)) return notFollowed('hg archive of a pattern', things)
      if (first !== undefined)
        for (const part of parts)
          for (const thing of things)
            world.files.put(
              `${world.path(first)}/${part ?? ''}`,
              {
                piece: {...wholeOf(thing), ref: rev?.text ?? thing.ref, path: part ?? ''},
                isFile: isLua(part),
              },
              line,
            )
      if (first !== undefined && parts.length === 0)
        for (const thing of things)
          world.files.put(
            world.path(first),
            {piece: {...wholeOf(thing), ref: rev?.text ?? thing.ref}, isFile: false},
            line,
          )
      return arranged(things)
    }
    default:
      return touched(folder, world)
  }
}

/** The file or folder that an include of Mercurial names; undefined for a pattern of more. */
function partOf(text: string): string | undefined {
  const plain = text.replace(/^(?:path|glob|relpath|relglob):/, '').replace(/(?:\/\*\*(?:\/\*)?|\/)$/, '')
  return /[*?[\]{}]|^re:/.test(plain) || plain === '' ? undefined : plain.replace(/^\.\//, '')
}

function isLua(path: string | undefined): boolean {
  return path?.endsWith('.lua') === true
}

/** A file of a revision that is printed. */
interface Printed {
  /** Undefined for what is checked out. */
  readonly ref: string | undefined
  /** From the top of the repository; undefined where none is named. */
  readonly path: string | undefined
}

/** `REV:path` is a file; anything else that git shows is none. */
function gitPath(word: Word | undefined): Printed {
  const [, ref, path] = /^([^:]+):(.+)$/.exec(word?.text ?? '') ?? []
  return {ref, path}
}

/** Follows the printing of a file to where it is kept. */
function shown(
  {ref, path}: Printed,
  {command, cwd}: {readonly command: Command; readonly cwd: string},
  world: World,
): Deed {
  const target = command.redirects.find(({operator, descriptor}) => operator === '>' && descriptor !== 2)
  const things = at(cwd, world)
  if (target === undefined || path === undefined) return arranged(things)
  for (const thing of things) {
    const piece = {...wholeOf(thing), ref: ref ?? thing.ref, path: path.replace(/^\.\//, '')}
    world.files.put(world.path(target.target), {piece, isFile: true}, command.line)
  }
  return arranged(things)
}

/** Follows git archive, to a pipe and as the tree has it: its top folder is that of the repository. */
function archived(
  options: Options,
  {command, cwd}: {readonly command: Command; readonly cwd: string},
  world: World,
): Deed {
  const [remote] = options.values('remote')
  const [ref, ...paths] = options.operands
  const isOther =
    options.has('o', 'output', 'prefix', 'format') ||
    command.redirects.some(({operator, descriptor}) => operator === '>' && descriptor !== 2)
  const here = at(cwd, world)
  const [, name = '', inner] = /^([^:]*)(?::(.*))?$/.exec(ref?.text ?? '') ?? []
  const named = name === '' || name === 'HEAD' ? undefined : name
  if (remote !== undefined) {
    const {line} = command
    const url = {kind: 'repository', vcs: 'git', from: remote.text, ref: named, line} as const
    const thing = world.bring({...url, unknown: unknownIn([remote, ref])})
    if (isOther) return notUnderstood('git archive to a file is not followed', [thing])
    world.archived.set(thing, {ref: named, paths: pathsIn(inner, paths)})
    world.output = {kind: 'pieces', things: [thing]}
    return {kind: 'fetch', things: [thing]}
  }
  if (isOther || inner !== undefined) return notFollowed('git archive', here)
  for (const thing of here) world.archived.set(thing, {ref: named, paths: pathsIn(inner, paths)})
  world.output = {kind: 'pieces', things: here}
  return arranged(here)
}

function pathsIn(inner: string | undefined, paths: readonly Word[]): readonly string[] {
  const all = paths.length === 0 ? [''] : paths.map(({text}) => text.replace(/^\.\/|\/+$/g, ''))
  return inner === undefined
    ? all
    : all.map((path) => `${inner.replace(/\/+$/, '')}/${path}`.replace(/\/$/, ''))
}

/** Follows svn export and checkout of a folder on GitHub, whose trunk is the branch that is the default one there. */
export function svn({args, line}: Command, world: World): Deed {
  const [verb, ...rest] = args
  if (verb === undefined || !['export', 'checkout', 'co'].includes(verb.text)) return nothing
  const options = optionsOf(rest, {short: 'r', long: ['revision', 'depth', 'username', 'password']})
  const [url, folder] = options.operands
  if (url === undefined) return nothing
  const shape =
    /^(https?:\/\/github\.com\/[^/]+\/[^/]+?)(?:\.git)?\/(?:trunk|(?:branches|tags)\/([^/]+))(?:\/(.*?))?\/?$/
  const [, from, ref, path = ''] = shape.exec(url.text) ?? []
  if (from === undefined)
    return speaksOf(url.text) ? notUnderstood('svn of another place than GitHub') : nothing
  const revision = options.values('r', 'revision')[0]
  if (revision !== undefined)
    return notUnderstood('what GitHub called a revision of svn is not known any more')
  const thing = world.bring({kind: 'repository', vcs: 'git', from, ref, line, unknown: unknownIn([url])})
  const name = path === '' ? folderOf(from) : path.slice(path.lastIndexOf('/') + 1)
  const target = world.path(folder ?? {...url, text: name})
  const into =
    folder !== undefined && (folder.text.endsWith('/') || folder.text === '.') ? `${target}/${name}` : target
  world.files.put(into, {piece: {...wholeOf(thing), path}, isFile: path.endsWith('.lua')}, line)
  return {kind: 'fetch', things: [thing]}
}

function speaksOf(text: string): boolean {
  return /prosody|mod_[a-z]/.test(text)
}

function notFollowed(what: string, things: readonly Thing[]): Deed {
  return things.length === 0 ? nothing : notUnderstood(`${what} is not followed`, things)
}

/** Splits off what stands in front of the verb. */
function before(
  args: readonly Word[],
  world: World,
  folders: readonly string[],
): {readonly cwd: string; readonly verb: string; readonly rest: readonly Word[]} {
  let cwd = world.place.cwd
  for (let index = 0; index < args.length; index += 1) {
    const {text = ''} = args[index] ?? {}
    if (!text.startsWith('-')) return {cwd, verb: text, rest: args.slice(index + 1)}
    const [name = '', value] = text.replace(/^--?/, '').split('=')
    const takes = value === undefined && ['C', 'c', 'R', ...folders, 'config'].includes(name)
    const next = args[index + 1]
    if (takes) index += 1
    if (folders.includes(name) && name !== 'git-dir') {
      const folder = value === undefined ? next : {...(args[index] ?? next), text: value}
      if (folder !== undefined) cwd = world.path(folder as Word)
    }
  }
  return {cwd, verb: '', rest: []}
}

interface Clone {
  readonly vcs: 'git' | 'hg'
  readonly url: Word | undefined
  readonly folder: Word | undefined
  readonly ref: Word | undefined
  readonly line: number
}

function cloned({vcs, url, folder, ref, line}: Clone, world: World): Deed {
  if (url === undefined) return nothing
  const [address = '', named] = url.text.split('#')
  const target = folder ?? {...url, text: folderOf(address)}
  const here = /^[a-z+]+:\/\/|^[^/]+@/.test(address) ? [] : world.thingsAt(world.path(url))
  if (here.length > 0) {
    world.transfer([world.path(url)], {path: world.path(target), isFolder: false, line}, {moves: false})
    return arranged(here)
  }
  const thing = world.bring({
    kind: 'repository',
    vcs,
    from: address,
    ref: ref?.text ?? named,
    line,
    unknown: unknownIn([url, ref]),
  })
  world.putThing(world.path(target), thing, false)
  return {kind: 'fetch', things: [thing]}
}

function folderOf(url: string): string {
  return (
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? url
  )
}

function added(
  {url, line, cwd}: {readonly url: Word | undefined; readonly line: number; readonly cwd: string},
  world: World,
): Deed {
  if (url === undefined) return nothing
  const thing = world.bring({kind: 'repository', vcs: 'git', from: url.text, line, unknown: url.unknown})
  world.putThing(cwd, thing, false)
  return {kind: 'fetch', things: [thing]}
}

/** Another commit lies there from now on; what was copied from there before stays what it is. */
function moved(
  {ref, cwd, isFile}: {readonly ref: Word | undefined; readonly cwd: string; readonly isFile: boolean},
  world: World,
): Deed {
  const things = at(cwd, world)
  const fetched = ref?.text === 'FETCH_HEAD' ? fetchedOf(things, world) : ref
  if (fetched === undefined || isFile || fetched.text === '.') return arranged(things)
  for (const mount of world.files.mounts)
    if (mount.at === cwd || cwd.startsWith(`${mount.at}/`)) {
      const {thing} = mount.piece
      if (thing.kind !== 'repository') continue
      thing.ref = fetched.text.replace(/^origin\//, '')
      world.files.put(mount.at, {piece: wholeOf(thing), isFile: false}, mount.line)
    }
  return arranged(things)
}

function fetchedOf([thing]: readonly Thing[], {fetched}: World): Word | undefined {
  return thing === undefined ? undefined : fetched.get(thing)
}

function at(folder: string, world: World): readonly Thing[] {
  return distinct(world.thingsAt(folder).filter(({kind}) => kind === 'repository'))
}

function touched(folder: string, world: World): Deed {
  return arranged(at(folder, world))
}
