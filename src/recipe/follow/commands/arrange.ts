import {posix} from 'node:path'
import type {Command, Word} from '../../types.ts'
import {optionsOf, type OptionsShape} from '../options.ts'
import {absolute} from '../paths.ts'
import type {Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import {withSlashes} from '../unknown-words.ts'
import {distinct, inputOf, type World} from '../world.ts'
import {arranged, nothing, notUnderstood} from './handler.ts'

const copyShape: OptionsShape = {
  short: 'tSgmoe',
  long: [
    'target-directory',
    'suffix',
    'group',
    'owner',
    'mode',
    'exclude',
    'include',
    'rsh',
    'chown',
    'chmod',
    'filter',
  ],
}

/** Follows cp, and mv, which takes away what it has copied. */
export function copy(command: Command, world: World): Deed {
  const options = optionsOf(command.args, copyShape)
  const [into] = options.values('t', 'target-directory')
  const all = options.operands
  const dest = into ?? all.at(-1)
  const sources = into === undefined ? all.slice(0, -1) : all
  if (dest === undefined) return nothing
  return transferred({sources, dest, isFolder: into !== undefined || isFolderText(dest)}, command, world)
}

/** Follows install: files to a place, or folders made. */
export function install(command: Command, world: World): Deed {
  const options = optionsOf(command.args, copyShape)
  if (options.has('d', 'directory')) return makeFolders(command, world)
  return copy(command, world)
}

/** Follows ln: a link leads to what a copy would hold. */
export function link(command: Command, world: World): Deed {
  const options = optionsOf(command.args, {short: 'tS', long: ['target-directory', 'suffix']})
  const [target, given] = options.operands
  if (target === undefined) return nothing
  const at = given ?? {...target, text: posix.basename(target.text)}
  const path = world.path(at)
  const folder =
    options.operands.length > 2 || isFolderText(at) || world.files.isFolder(path) ? path : posix.dirname(path)
  const sources = options.operands.length > 2 ? options.operands.slice(0, -1) : [target]
  const things = sources.flatMap((source) => [
    ...world.transfer(
      [absolute(folder, source.text)],
      {path, isFolder: folder === path, line: command.line},
      {moves: false},
    ),
  ])
  return things.length === 0 ? fromNowhere(sources) : arranged(distinct(things))
}

/** Follows rsync between folders: a source that ends in a slash means what is in it. */
export function rsync(command: Command, world: World): Deed {
  const {operands} = optionsOf(command.args, copyShape)
  const dest = operands.at(-1)
  if (dest === undefined) return nothing
  const things = operands
    .slice(0, -1)
    .flatMap((source) => [
      ...world.transfer(
        [world.path(source)],
        {path: world.path(dest), isFolder: true, line: command.line},
        {moves: false, contents: source.text.endsWith('/')},
      ),
    ])
  return arranged(distinct(things))
}

function transferred(
  {
    sources,
    dest,
    isFolder,
  }: {readonly sources: readonly Word[]; readonly dest: Word; readonly isFolder: boolean},
  {name, line}: Command,
  world: World,
): Deed {
  const paths = sources.map((source) => `${world.path(source)}${/\/\.\/?$/.test(source.text) ? '/.' : ''}`)
  const path = world.path(dest)
  const things = world.transfer(paths, {path, isFolder, line}, {moves: name === 'mv'})
  return things.length === 0 ? fromNowhere(sources) : arranged(things)
}

/** Modules that are copied, and that nothing here has brought in. */
function fromNowhere(sources: readonly Word[]): Deed {
  const modules = sources.filter(({text}) => /(?:^|\/)mod_[\w$*{]/.test(text))
  if (modules.length === 0) return nothing
  const names = modules.map(({text}) => /(mod_[^/]*)(?:\/.*)?$/.exec(text)?.[1] ?? text)
  const [unknown] = modules.flatMap((word, at) => word.unknown.filter((one) => names[at]?.includes(one)))
  return notUnderstood(
    unknown === undefined
      ? `nothing here brings ${withSlashes(names.join(', '))}`
      : `which modules are meant is not said: ${withSlashes(unknown)} has no value here`,
  )
}

function isFolderText({text}: Word): boolean {
  return /(?:\/|^\.|\/\.)$/.test(text) || text === '.' || text === '..'
}

/** Follows rm, unlink and rmdir. */
export function remove({args}: Command, world: World): Deed {
  const {operands} = optionsOf(args, {short: '', long: []})
  const {condition} = world
  // What may not be removed may still be there.
  const isSure = (thing: Thing): boolean => condition === undefined || thing.condition === condition
  const gone = operands.flatMap((word) => {
    const path = world.path(word)
    return world.thingsAt(path).every(isSure)
      ? world.files.remove(path)
      : world.files.find(path).map(({piece}) => piece)
  })
  return arranged(distinct(gone.map(({thing}) => thing)))
}

/** Follows mkdir. */
export function makeFolders({args}: Command, world: World): Deed {
  for (const word of optionsOf(args, {short: 'mgoZ', long: ['mode', 'group', 'owner']}).operands)
    world.files.makeFolder(world.path(word))
  return nothing
}

/** Follows cd, pushd and popd. */
export function changeFolder({name, args}: Command, world: World): Deed {
  const {place} = world
  const [word] = optionsOf(args, {short: '', long: []}).operands
  const last = place.before.at(-1) ?? place.cwd
  const to = name === 'popd' || word?.text === '-' ? last : word === undefined ? '/root' : world.path(word)
  if (name === 'popd') place.before.pop()
  else place.before.push(place.cwd)
  place.cwd = to
  return arranged(within(to, world))
}

/** What a folder is a part of; a folder that only has other things in it is of none. */
function within(folder: string, world: World): readonly Thing[] {
  return distinct(
    world.files
      .find(folder)
      .filter(({inside, name}) => inside === '' && name !== undefined && folder.endsWith(name))
      .map(({piece}) => piece.thing),
  )
}

/** Follows what changes nothing of a file but who may do what with it. */
export function modes({args}: Command, world: World): Deed {
  const {operands} = optionsOf(args, {short: '', long: ['reference']})
  return arranged(distinct(operands.slice(1).flatMap((word) => own(world.path(word), world))))
}

/** What lies at a path itself, and not somewhere deep below it. */
function own(path: string, world: World): readonly Thing[] {
  return world.files.find(path).map(({piece}) => piece.thing)
}

/** Follows a check of digests or signatures, of files or of what comes through a pipe. */
export function check(command: Command, world: World): Deed {
  const input = inputOf(command, world)
  const {operands} = optionsOf(command.args, {short: '', long: []})
  const things = operands.flatMap((word) => [...world.thingsAt(world.path(word))])
  if (input?.kind === 'text') {
    for (const [, sha256 = '', file = ''] of input.text.text.matchAll(/\b([0-9a-f]{64})\b[ \t]+\*?(\S+)/gi)) {
      const found = world.thingsAt(absolute(world.place.cwd, file))
      for (const thing of found) thing.sha256 = sha256.toLowerCase()
      things.push(...found)
    }
  }
  return arranged(distinct(things))
}

/** Follows find where it copies, moves, links or removes what it finds. */
export function find(command: Command, world: World): Deed {
  const {args} = command
  const start = args.findIndex(({text}) => /^[-(!]/.test(text))
  const folders = args.slice(0, start === -1 ? undefined : start)
  const patterns = args.flatMap(({text}, at) => (/^-i?name$/.test(text) ? (args[at + 1]?.text ?? []) : []))
  const isDelete = args.some(({text}) => text === '-delete')
  const at = args.findIndex(({text}) => /^-(?:exec|execdir|ok)$/.test(text))
  const run = at === -1 ? undefined : args[at + 1]?.text
  const things = distinct(folders.flatMap((word) => [...world.thingsAt(world.path(word))]))
  const [pattern] = patterns
  if (things.length === 0) return nothing
  if (isDelete || run === 'rm') {
    for (const folder of folders) world.files.remove(`${world.path(folder)}/${pattern ?? '*'}`)
    return arranged(things)
  }
  if (run !== 'cp' && run !== 'mv' && run !== 'ln') return arranged(things)
  const dest = args.slice(at + 1).findLast(({text}) => !/^(?:\{\}|[;+]|\\;)$/.test(text))
  if (dest === undefined) return arranged(things)
  const sources = folders.map((word) => `${world.path(word)}/${pattern ?? '*'}`)
  return arranged(
    world.transfer(
      sources,
      {path: world.path(dest), isFolder: true, line: command.line},
      {moves: run === 'mv'},
    ),
  )
}
