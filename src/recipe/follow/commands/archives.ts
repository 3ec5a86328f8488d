import {posix} from 'node:path'
import type {Command, Word} from '../../types.ts'
import {optionsOf, type OptionsShape} from '../options.ts'
import {absolute} from '../paths.ts'
import type {Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import {distinct, inputOf, type World} from '../world.ts'
import {arranged, nothing, notUnderstood} from './handler.ts'

const tarShape: OptionsShape = {
  short: 'fCTXbKN',
  long: [
    'file',
    'directory',
    'strip-components',
    'strip',
    'exclude',
    'transform',
    'xform',
    'one-top-level',
    'owner',
    'group',
    'mode',
  ],
}

/** Follows tar that unpacks: what it names comes to a folder, or all. */
export function tar({args, ...command}: Command, world: World): Deed {
  const options = optionsOf(withDash(args), tarShape)
  if (!options.has('x', 'extract', 'get')) return arranged(operandThings(options.operands, world))
  const [file] = options.values('f', 'file')
  const isPiped = file === undefined || file.text === '-'
  const input = inputOf({args, ...command}, world)
  const things = isPiped
    ? input?.kind === 'pieces'
      ? input.things
      : []
    : distinct(world.files.find(world.path(file)).map(({piece}) => piece.thing))
  if (things.length === 0) return nothing
  if (options.has('transform', 'xform')) return notUnderstood('tar renames what it unpacks', things)
  const [folder] = options.values('C', 'directory')
  const stripped = Number(options.values('strip-components', 'strip')[0]?.text ?? '0')
  const into = folder === undefined ? world.place.cwd : world.path(folder)
  unpack(things, {into, stripped, members: options.operands, line: command.line}, world)
  return arranged(things)
}

/** Follows unzip and bsdtar's cousins: `unzip file [members] [-d folder]`. */
export function unzip({args, line}: Command, world: World): Deed {
  const options = optionsOf(args, {short: 'dxP', long: []})
  const [file, ...members] = options.operands
  if (file === undefined) return nothing
  const things = distinct(world.files.find(world.path(file)).map(({piece}) => piece.thing))
  if (things.length === 0) return nothing
  const [folder] = options.values('d')
  const into = folder === undefined ? world.place.cwd : world.path(folder)
  if (options.has('j')) return notUnderstood('unzip -j puts all files into one folder', things)
  unpack(things, {into, stripped: 0, members, line}, world)
  return arranged(things)
}

/** Follows gunzip, bunzip2, xz -d and zcat: the bytes are another's, and the content the same. */
export function decompress(command: Command, world: World): Deed {
  const {operands} = optionsOf(command.args, {short: 'S', long: []})
  const input = inputOf(command, world)
  if (operands.length === 0) {
    world.output = input
    return arranged(input?.kind === 'pieces' ? input.things : [])
  }
  const things: Thing[] = []
  for (const operand of operands) {
    const path = world.path(operand)
    for (const {piece} of world.files.find(path)) {
      things.push(piece.thing)
      world.putThing(path.replace(/\.(?:gz|bz2|xz|zst)$/, '').replace(/\.tgz$/, '.tar'), piece.thing, true)
    }
  }
  if (command.name === 'zcat' || optionsOf(command.args, {short: '', long: []}).has('c'))
    world.output = {kind: 'pieces', things}
  return arranged(distinct(things))
}

interface Unpacking {
  /** Absolute. */
  readonly into: string
  readonly stripped: number
  readonly members: readonly Word[]
  readonly line: number
}

function unpack(things: readonly Thing[], {into, stripped, members, line}: Unpacking, world: World): void {
  for (const thing of things) {
    const archived = world.archived.get(thing)
    if (archived !== undefined) {
      const {ref = thing.ref, paths} = archived
      for (const path of members.length === 0 ? paths : members.map(({text}) => text.replace(/^\.\//, ''))) {
        const at = path.split('/').slice(stripped).join('/')
        const piece = {thing, ref, path, stripped: undefined, pattern: undefined}
        world.files.put(`${into}/${at}`, {piece, isFile: path.endsWith('.lua')}, line)
      }
      continue
    }
    const whole = {thing, ref: thing.ref, path: '', stripped, pattern: undefined}
    if (members.length === 0) {
      world.files.put(into, {piece: whole, isFile: false}, line)
      continue
    }
    for (const member of members) {
      const parts = member.text
        .replace(/^\.\//, '')
        .split('/')
        .filter((part) => part !== '')
      const kept = parts.slice(stripped)
      // As it would be with its top folder alone taken away.
      const path = parts.slice(1).join('/')
      const name = parts.at(-1) ?? ''
      const isFile = /\.\w+$/.test(name)
      const at = kept.length === 0 ? into : absolute(into, kept.join('/'))
      const isPattern = /[*?[]/.test(name)
      const piece = isPattern
        ? {...whole, stripped: 1, path: posix.dirname(path) === '.' ? '' : posix.dirname(path), pattern: name}
        : {...whole, stripped: 1, path}
      world.files.put(isPattern ? posix.dirname(at) : at, {piece, isFile: isFile && !isPattern}, line)
    }
  }
}

/** `tar xzf x` is `tar -xzf x`. */
function withDash(args: readonly Word[]): readonly Word[] {
  const [first, ...rest] = args
  if (first === undefined || first.text.startsWith('-')) return args
  // The letters' values come in the letters' order.
  return [{...first, text: `-${first.text.replace(/[fC]/g, '')}`}, ...valuesOf(first.text, rest)]
}

function valuesOf(letters: string, rest: readonly Word[]): readonly Word[] {
  const taking = letters.split('').filter((letter) => 'fC'.includes(letter))
  const named = taking.flatMap((letter, index): Word[] => {
    const value = rest[index]
    return value === undefined ? [] : [{...value, text: `-${letter}`, unknown: [], isPattern: false}, value]
  })
  return [...named, ...rest.slice(taking.length)]
}

function operandThings(operands: readonly Word[], world: World): readonly Thing[] {
  return distinct(operands.flatMap((word) => world.thingsAt(world.path(word))))
}

/** Follows dpkg -x and dpkg-deb -x, which unpack a package, and dpkg -i, which installs one. */
export function dpkg({args, line}: Command, world: World): Deed {
  const options = optionsOf(args, {short: '', long: []})
  const [file, folder] = options.operands
  if (file === undefined) return nothing
  const path = world.path(file)
  const name = packageName(posix.basename(path))
  const found = world.thingsAt(path)
  if (options.has('x', 'X', 'extract', 'vextract', 'R', 'raw-extract')) {
    const [url] = found
    const downloaded = world.installed.find((one) => one.by === 'apt' && one.name === name?.name)
    const thing = world.bring({
      kind: 'package',
      from: name?.name ?? posix.basename(path),
      ref: name?.version ?? downloaded?.version,
      line: url?.line ?? downloaded?.line ?? line,
      sha256: url?.sha256,
    })
    if (folder !== undefined) world.putThing(world.path(folder), thing, false)
    return arranged([...found, thing])
  }
  if (!options.has('i', 'install') || name === undefined) return arranged(found)
  const {stage, step} = world
  world.installed.push({
    by: 'apt',
    name: name.name,
    version: name.version,
    server: undefined,
    line,
    stage,
    step,
  })
  return {kind: 'install', things: found}
}

/** Reads the name of a package's file, `jitsi-meet-prosody_1.0.8384-1_all.deb`, or what stands for one: `jitsi-meet-prosody*.deb`. */
export function packageName(
  file: string,
): {readonly name: string; readonly version: string | undefined} | undefined {
  const [, name, version] =
    /^([a-z0-9][a-z0-9+.-]+?)(?:_([^_]+)_[a-z0-9]+)?(?:[_*-]*\*?)\.deb$/.exec(file) ?? []
  if (name === undefined) return undefined
  return {
    name,
    version: version === undefined || version.includes('*') ? undefined : decodeURIComponent(version),
  }
}
