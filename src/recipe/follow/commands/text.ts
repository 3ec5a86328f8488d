import type {Command, Word} from '../../types.ts'
import {perlEdit} from '../../edit/perl-edit.ts'
import {sedEdit, type ReadEdit} from '../../edit/sed-edit.ts'
import {optionsOf} from '../options.ts'
import type {Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import {distinct, inputOf, unknownIn, type World} from '../world.ts'
import {arranged, nothing, notUnderstood} from './handler.ts'

/** Follows echo and printf: what they print goes to a file or through a pipe. */
export function print(command: Command, world: World): Deed {
  const words = command.args.filter(({text}, at) => !(at === 0 && /^-[neE]+$/.test(text)))
  const all = words.map(({text}) => text)
  const text = command.name === 'printf' ? formatted(all) : `${all.join(' ')}\n`
  return given({text, unknown: unknownIn(words), isPattern: false}, command, world)
}

function formatted([format = '', ...values]: readonly string[]): string {
  const once = (some: readonly string[]): string => {
    let at = 0
    return format.replaceAll(/%(?:%|[-0-9.]*[a-zA-Z])/g, (all) => (all === '%%' ? '%' : (some[at++] ?? '')))
  }
  const count = (format.match(/%[-0-9.]*[a-zA-Z]/g) ?? []).length
  const rounds = count === 0 ? 1 : Math.max(1, Math.ceil(values.length / count))
  const text = Array.from({length: rounds}, (_, round) => once(values.slice(round * count))).join('')
  return text.replaceAll(String.raw`\n`, '\n').replaceAll(String.raw`\t`, '\t')
}

/** Follows cat: of files, or of what a here-document gives. */
export function cat(command: Command, world: World): Deed {
  const {operands} = optionsOf(command.args, {short: '', long: []})
  const input = inputOf(command, world)
  if (operands.length === 0 || operands[0]?.text === '-') {
    if (input?.kind === 'text') return given(input.text, command, world)
    world.output = input
    return arranged(input?.kind === 'pieces' ? input.things : [])
  }
  const items = operands.flatMap((word) => world.files.find(world.path(word)))
  const things = distinct(items.map(({piece}) => piece.thing))
  world.output = {kind: 'pieces', things}
  const target = targetOf(command)
  if (target !== undefined && things.length > 0) {
    const path = world.path(target)
    for (const item of items) world.files.put(path, item, command.line)
  }
  return arranged(things)
}

/** Follows tee: what comes in goes to files and on. */
export function tee(command: Command, world: World): Deed {
  const {operands} = optionsOf(command.args, {short: '', long: []})
  const input = inputOf(command, world)
  world.output = input
  if (input === undefined) return nothing
  if (input.kind === 'text') {
    for (const word of operands) write(word, input.text, {command, world})
    return {kind: 'write', things: []}
  }
  for (const thing of input.things) for (const word of operands) world.putThing(world.path(word), thing, true)
  return arranged(input.things)
}

function given(text: Word, command: Command, world: World): Deed {
  const target = targetOf(command)
  if (target === undefined) {
    world.output = {kind: 'text', text}
    return nothing
  }
  return write(target, text, {command, world})
}

function write(
  target: Word,
  text: Word,
  {command, world}: {readonly command: Command; readonly world: World},
): Deed {
  const path = world.path(target)
  if (path.startsWith('/dev/')) return nothing
  const isAdded = command.redirects.some(({operator}) => operator === '>>') || command.name === 'tee'
  const there = world.thingsAt(path).filter(({kind}) => kind !== 'text')
  if (isAdded && there.length > 0 && !isConfiguration(path)) return {kind: 'change', things: there}
  world.written.push({path, text: text.text, line: command.line})
  if (!isAdded || there.length === 0) {
    const thing = world.bring({kind: 'text', from: path, line: command.line, unknown: text.unknown})
    world.putThing(path, thing, true)
  }
  return isConfiguration(path) ? {kind: 'enable', things: []} : {kind: 'write', things: []}
}

function targetOf({redirects}: Command): Word | undefined {
  return redirects.find(
    ({operator, descriptor, target}) =>
      ['>', '>>', '&>', '&>>'].includes(operator) && descriptor !== 2 && !target.text.startsWith('/dev/'),
  )?.target
}

/** Tells whether a file is, by its name, of Prosody's configuration. */
export function isConfiguration(path: string): boolean {
  return /\.cfg\.lua$|\/prosody\/.*\.(?:cfg|conf)(?:\.lua)?$|\/etc\/prosody\//.test(path)
}

/** Follows sed: with -i it changes files, else it passes on what comes in. */
export function sed(command: Command, world: World): Deed {
  const options = optionsOf(command.args, {short: 'efl', long: ['expression', 'file', 'line-length']})
  const scripts = options.values('e', 'expression')
  const operands =
    scripts.length > 0 || options.has('f', 'file') ? options.operands : options.operands.slice(1)
  const script = [...scripts, ...(scripts.length > 0 ? [] : options.operands.slice(0, 1))]
  // `-i.bak` is letters to getopt.
  const inPlace = command.args.some(({text}) => /^-[nErsz]*i|^--in-place/.test(text))
  return edited({inPlace, script, files: operands, read: () => sedEdit(command.args)}, command, world)
}

/** Follows perl: with -i it changes files. */
export function perl(command: Command, world: World): Deed {
  const {args} = command
  const isEdit = args.some(({text}) => /^-[0-9a-hj-zA-Z]*i/.test(text))
  const at = args.findIndex(({text}) => /^-[0-9A-Za-z]*[eE]$/.test(text))
  if (at === -1) return runs(command, world)
  const script = args[at + 1]
  const files = args.slice(at + 2).filter(({text}) => !text.startsWith('-'))
  const read = (): ReadEdit => perlEdit(args)
  return edited({inPlace: isEdit, script: script === undefined ? [] : [script], files, read}, command, world)
}

interface Edit {
  readonly inPlace: boolean
  readonly script: readonly Word[]
  readonly files: readonly Word[]
  /** Says what it does to each of the files. */
  readonly read: () => ReadEdit
}

function edited({inPlace, script, files, read}: Edit, command: Command, world: World): Deed {
  const things = distinct(files.flatMap((word) => [...world.thingsAt(world.path(word))]))
  if (!inPlace) {
    const input = inputOf(command, world)
    if (files.length === 0) world.output = input
    if (files.length > 0) return filtered(things, command, world)
    return {kind: 'keep', things: input?.kind === 'pieces' ? input.things : []}
  }
  const changed = things.filter(({kind}) => kind !== 'context' && kind !== 'text')
  if (changed.length > 0) {
    if (world.text !== undefined)
      world.edits.push({
        edit: read(),
        files: files.map((word) => world.files.candidates(world.path(word))),
        line: command.line,
        text: world.text,
        step: world.step,
      })
    return {kind: 'change', things: changed}
  }
  const configuration = files.find((word) => isConfiguration(world.path(word)))
  if (configuration === undefined) return nothing
  const names = script.flatMap(({text}) => quotedNames(text))
  world.enabled.push({names, path: world.path(configuration), line: command.line})
  return {kind: 'enable', things: []}
}

/** What a filter writes to a file is no publisher's any more. */
function filtered(things: readonly Thing[], command: Command, world: World): Deed {
  const target = targetOf(command)
  if (things.length === 0) return nothing
  world.output = {kind: 'pieces', things}
  if (target === undefined) return arranged(things)
  return {kind: 'change', things}
}

/** Names in quotes, of what may be modules. */
export function quotedNames(text: string): string[] {
  return [...text.matchAll(/\\?["']([a-z][a-z0-9_]*)\\?["']/g)].flatMap(([, name]) => name ?? [])
}

function runs({args}: Command, world: World): Deed {
  const things = distinct(args.flatMap((word) => [...world.thingsAt(world.path(word))]))
  return things.length === 0 ? nothing : {kind: 'run', things}
}

/** Follows patch: what it changes has to be kept as a patch of the project. */
export function patch(command: Command, world: World): Deed {
  const options = optionsOf(command.args, {
    short: 'pdiDFBYzorVg',
    long: ['directory', 'input', 'strip', 'output', 'reject-file', 'fuzz'],
  })
  const [folder] = options.values('d', 'directory')
  const [given] = options.values('i', 'input')
  const [file, second] = options.operands
  const redirect = command.redirects.find(({operator}) => operator === '<')?.target
  const source = given ?? redirect ?? second
  const target =
    file === undefined ? (folder === undefined ? world.place.cwd : world.path(folder)) : world.path(file)
  const input = source === undefined ? inputOf(command, world) : undefined
  const targets = distinct(world.thingsAt(target))
  const items = source === undefined ? [] : world.files.find(world.path(source))
  const thing = items[0]?.piece.thing ?? (input?.kind === 'pieces' ? input.things[0] : undefined)
  if (thing === undefined)
    return notUnderstood('the patch is not found in what is copied or fetched', targets)
  const path = [thing.kind === 'context' ? thing.from : '', items[0]?.piece.path ?? ''].filter(
    (part) => part !== '',
  )
  world.patches.push({
    contextPath: thing.kind === 'context' ? path.join('/') : undefined,
    thing: thing.kind === 'context' ? undefined : thing,
    path: path.join('/'),
    at: source === undefined ? undefined : world.path(source),
    target,
    targets,
    line: command.line,
    step: world.step,
  })
  return {kind: 'arrange', things: distinct([thing, ...targets]), why: 'patch'}
}
