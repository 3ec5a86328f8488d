import type {Instruction, Recipe, Word} from '../types.ts'
import {Files, type BuildContext} from './files.ts'
import {absolute} from './paths.ts'
import {followActions, speaksOfModules} from './run.ts'
import {nameIn} from './commands/fetch.ts'
import {arranged, nothing} from './commands/handler.ts'
import type {Thing} from './thing.ts'
import type {Deed, Followed, ImageFacts, Place, Step, TargetStage} from './types.ts'
import {withoutFalseSlashes} from './unknown-words.ts'
import {literalWord} from '../value.ts'
import {distinct, World} from './world.ts'

/** A stage of a Dockerfile while it is followed. */
interface Stage {
  readonly name: string | undefined
  readonly from: string
  /** The number of the stage that it starts from; undefined for one that starts from an image. */
  readonly base: number | undefined
  /** The numbers of the stages that it copies from. */
  readonly copied: Set<number>
  readonly place: Place
  /** Of WORKDIR, which each RUN begins in. */
  folder: string
  user: string | undefined
  readonly ports: string[]
  readonly volumes: string[]
  /** What it runs that may put something anywhere. */
  readonly texts: string[]
}

/** Where COPY and ADD put something. */
interface CopyTo {
  /** Absolute. */
  readonly path: string
  readonly isFolder: boolean
  readonly line: number
}

interface SourceTo extends CopyTo {
  readonly keyword: string
  /** As --checksum has it; undefined where it is not given. */
  readonly sha256: string | undefined
}

/**
 * Follows a recipe: what it would bring in, and where that would lie at the end. Nothing of it is run, and nothing is fetched.
 */
export function follow(recipe: Recipe, context: BuildContext): Followed {
  const world = new World(context)
  const stages: Stage[] = []
  const steps = recipe.instructions.flatMap((instruction, index) => {
    return new Follower(world, stages, context).follow(instruction, index)
  })
  const targets = targetsOf(stages, world)
  return {
    steps,
    placed: [...new Set(targets.flatMap((target) => target.placed))],
    targets,
    visited: [
      ...new Set(
        stages.length === 0 ? world.files.visited : stages.flatMap(({place}) => [...place.files.visited]),
      ),
    ],
    things: world.things,
    installed: world.installed,
    patches: world.patches,
    edits: world.edits,
    scripts: world.scripts,
    written: world.written,
    enabled: world.enabled,
    image: imageOf(recipe, {stages, targets}, world),
  }
}

/** A stage that another one starts from is a part of that one; what is only copied from is in no image as a whole. */
function targetsOf(stages: readonly Stage[], {files}: World): TargetStage[] {
  if (stages.length === 0) return [{stages: [], placed: files.mounts}]
  const used = new Set(stages.flatMap(({base, copied}) => [...(base === undefined ? [] : [base]), ...copied]))
  return stages.flatMap(({place}, number) => {
    if (used.has(number) && number !== stages.length - 1) return []
    return [{stages: through(number, stages), placed: place.files.mounts}]
  })
}

function through(number: number, stages: readonly Stage[]): number[] {
  const base = stages[number]?.base
  return [...(base === undefined ? [] : through(base, stages)), number]
}

class Follower {
  readonly #world: World
  readonly #stages: Stage[]
  readonly #context: BuildContext

  constructor(world: World, stages: Stage[], context: BuildContext) {
    this.#world = world
    this.#stages = stages
    this.#context = context
  }

  follow(instruction: Instruction, index: number): readonly Step[] {
    const {keyword, line, lastLine, flags} = instruction
    if (flags['onbuild'] !== undefined) return [this.#onBuild(instruction, index)]
    if (keyword === 'RUN') return this.#run(instruction, index)
    this.#world.step += 1
    this.#world.condition = undefined
    const deed = this.#instruction({
      ...instruction,
      words: instruction.words.map((word) => withoutFalseSlashes(word)),
    })
    const text = [keyword, ...instruction.words.map((word) => word.text)].join(' ')
    return [{instruction: index, statement: undefined, line, lastLine, text, condition: undefined, deed}]
  }

  /** It does nothing to this image. */
  #onBuild({keyword, words, actions, line, lastLine}: Instruction, index: number): Step {
    this.#world.step += 1
    const runs = actions.flatMap((action) => (action.kind === 'pipeline' ? action.text : []))
    const text = ['ONBUILD', keyword, ...words.map((word) => word.text), runs.join(' && ')].join(' ').trim()
    const why = 'ONBUILD runs in images that are made from this one, which are not looked at'
    const deed: Deed = speaksOfModules(text) ? {kind: 'unknown', things: [], why} : nothing
    return {instruction: index, statement: undefined, line, lastLine, text, condition: undefined, deed}
  }

  #run(instruction: Instruction, index: number): readonly Step[] {
    const stage = this.#stages.at(-1)
    const {place} = this.#world
    if (stage !== undefined) place.cwd = stage.folder
    place.before.splice(0)
    const mounted = this.#mount(instruction)
    const steps = followActions(instruction, index, this.#world)
    for (const path of mounted) this.#world.files.remove(path)
    const others = steps.filter(
      ({deed, text}) => !['fetch', 'arrange'].includes(deed.kind) && !/^mkdir\b/.test(text),
    )
    stage?.texts.push(...others.map(({text}) => text))
    const {line, lastLine} = instruction
    if (steps.length > 0) return steps
    this.#world.step += 1
    return [
      {
        instruction: index,
        statement: undefined,
        line,
        lastLine,
        text: 'RUN',
        condition: undefined,
        deed: nothing,
      },
    ]
  }

  /** Puts what a RUN mounts of other stages to where it finds it. Returns where that is: afterwards it is not there. */
  #mount({flags, line}: Instruction): string[] {
    return (flags['mount']?.text.split('\n') ?? []).flatMap((text) => {
      const options = new Map(
        text.split(',').map((one) => [one.split('=')[0] ?? '', one.slice(one.indexOf('=') + 1)]),
      )
      const option = (...names: readonly string[]): string | undefined =>
        names.map((name) => options.get(name)).find((value) => value !== undefined)
      const [from, target] = [option('from'), option('target', 'dst', 'destination')]
      if (from === undefined || target === undefined || (option('type') ?? 'bind') !== 'bind') return []
      const path = absolute(this.#world.place.cwd, target)
      const source = literalWord(option('source', 'src') ?? '/')
      this.#copyFrom(from, {sources: [source], path, isFolder: false, line})
      return [path]
    })
  }

  #instruction({keyword, words, flags, heredocs, line}: Instruction): Deed {
    const stage = this.#stages.at(-1)
    switch (keyword) {
      case 'FROM':
        this.#enter(words)
        return nothing
      case 'WORKDIR':
        if (stage !== undefined && words[0] !== undefined) {
          stage.folder = absolute(stage.folder, words[0].text)
          this.#world.files.makeFolder(stage.folder)
        }
        return nothing
      case 'ENV':
      case 'ARG':
        for (const {text, unknown} of words) {
          const [, name = '', value] = /^(\w+)=([\s\S]*)$/.exec(text) ?? []
          if (value !== undefined && unknown.length === 0) this.#world.place.variables.set(name, value)
        }
        return nothing
      case 'USER':
        if (stage !== undefined) stage.user = words[0]?.text
        return nothing
      case 'EXPOSE':
        stage?.ports.push(...words.map(({text}) => text))
        return nothing
      case 'VOLUME':
        stage?.volumes.push(...words.map(({text}) => text))
        return nothing
      case 'COPY':
      case 'ADD': {
        if (stage !== undefined) this.#world.place.cwd = stage.folder
        return this.#copy({keyword, words, flags, heredocs, line})
      }
      default:
        return nothing
    }
  }

  #enter(words: readonly Word[]): void {
    const image = words[0]?.text ?? ''
    const name = words[1]?.text.toUpperCase() === 'AS' ? words[2]?.text.toLowerCase() : undefined
    const found = this.#stages.findLastIndex((one) => one.name === image.toLowerCase())
    const base = this.#stages[found]
    const stage: Stage = {
      name,
      from: base?.from ?? image,
      base: base === undefined ? undefined : found,
      copied: new Set(),
      place: {
        variables: new Map(base?.place.variables),
        files: base?.place.files.copy() ?? new Files(this.#context),
        cwd: base?.folder ?? '/',
        before: [],
      },
      folder: base?.folder ?? '/',
      user: base?.user,
      ports: [...(base?.ports ?? [])],
      volumes: [...(base?.volumes ?? [])],
      texts: [...(base?.texts ?? [])],
    }
    this.#stages.push(stage)
    this.#world.place = stage.place
    this.#world.stage = this.#stages.length - 1
  }

  #copy({
    keyword,
    words,
    flags,
    heredocs,
    line,
  }: Pick<Instruction, 'keyword' | 'words' | 'flags' | 'heredocs' | 'line'>): Deed {
    const world = this.#world
    const dest = words.at(-1)
    if (dest === undefined) return nothing
    const path = world.path(dest)
    const sources = words.slice(0, -1)
    const isFolder = dest.text.endsWith('/') || dest.text === '.' || sources.length > 1
    const from = flags['from']?.text
    if (from !== undefined) return this.#copyFrom(from, {sources, path, isFolder, line})
    for (const {name, text, line: at} of heredocs) {
      const target = isFolder ? `${path}/${name}` : path
      world.written.push({path: target, text: text.text, line: at})
      world.putThing(target, world.bring({kind: 'text', from: target, line}), true)
    }
    const named = sources.filter(
      ({text}) => !heredocs.some(({name}) => text.includes(name) && text.startsWith('<<')),
    )
    const things = named.map((word) =>
      this.#source(word, {keyword, path, isFolder, line, sha256: flags['checksum']?.text}),
    )
    const outside = things.filter(({kind}) => kind !== 'context')
    if (outside.length > 0) return {kind: 'fetch', things: outside}
    return heredocs.length > 0 ? {kind: 'write', things: []} : nothing
  }

  #source(word: Word, {keyword, path, isFolder, line, sha256}: SourceTo): Thing {
    const world = this.#world
    const {text, unknown} = word
    const isFetch = keyword === 'ADD' && /^(?:https?:\/\/|git@|git:\/\/|ssh:\/\/)/.test(text)
    if (!isFetch) {
      const source = text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
      const thing = world.bring({kind: 'context', from: source, line, unknown})
      const name = source.split('/').at(-1) ?? ''
      const isFile = /\.\w+$/.test(name) && !name.includes('*')
      world.putThing(isFile && isFolder ? `${path}/${name}` : path, thing, isFile)
      return thing
    }
    const [, address = text, ref, folder] = /^(.*?\.git)(?:#([^:]*)(?::(.*))?)?$/.exec(text) ?? []
    if (address !== text || text.endsWith('.git')) {
      const thing = world.bring({
        kind: 'repository',
        vcs: 'git',
        from: address,
        ref: ref === '' ? undefined : ref,
        line,
        unknown,
      })
      const whole = {thing, ref: thing.ref, path: folder ?? '', stripped: undefined, pattern: undefined}
      world.files.put(path, {piece: whole, isFile: false}, line)
      return thing
    }
    const digest = sha256?.replace(/^sha256:/, '')
    const thing = world.bring({kind: 'url', from: text, line, unknown, sha256: digest})
    world.putThing(isFolder ? `${path}/${nameIn(word)}` : path, thing, true)
    return thing
  }

  #copyFrom(
    from: string,
    {sources, path, isFolder, line}: CopyTo & {readonly sources: readonly Word[]},
  ): Deed {
    const number = this.#stages.findLastIndex(
      (one, at) => one.name === from.toLowerCase() || String(at) === from,
    )
    const stage = this.#stages[number]
    if (stage !== undefined) this.#stages.at(-1)?.copied.add(number)
    if (stage === undefined) {
      const words = sources.map(({text}) => text).join(' ')
      return /mod_|prosody[-_]?(?:plugin|module)/.test(words)
        ? {kind: 'unknown', things: [], why: `it copies from another image, ${from}`}
        : nothing
    }
    const own = sources.flatMap((word) => {
      const source = absolute('/', word.text)
      const whole = stage.place.files.at(source)?.piece.thing
      const items = stage.place.files.find(source)
      for (const item of items) {
        const name = item.name ?? ''
        const isItself = source.endsWith(`/${name}`)
        const rest = isItself ? '' : [item.inside, name].filter((part) => part !== '').join('/')
        const into = item.isFile && isItself && (isFolder || this.#world.files.isFolder(path)) ? name : rest
        this.#world.files.put(`${path}/${into}`, item, line)
      }
      return whole === undefined && isShared(source, stage) ? [] : items.map(({piece}) => piece.thing)
    })
    return arranged(distinct(own).filter(({kind}) => kind !== 'context'))
  }
}

/** Tells whether something else than what is known may lie in a folder: nothing of it can be left out then. */
function isShared(folder: string, {texts}: Stage): boolean {
  return texts.some((text) => text.includes(folder))
}

interface Built {
  readonly stages: readonly Stage[]
  readonly targets: readonly TargetStage[]
}

function imageOf(recipe: Recipe, {stages, targets}: Built, world: World): ImageFacts {
  const found = stages[prosodyStage({stages, targets}, world) ?? stages.length - 1]
  return {
    isLast: found === stages.at(-1),
    from: recipe.kind === 'dockerfile' ? found?.from : undefined,
    user: found?.user,
    ports: found?.ports ?? [],
    volumes: found?.volumes ?? [],
    uids: Object.fromEntries(world.uids),
  }
}

/**
 * The last stage that is an image with Prosody or something from elsewhere in it, or else that has Prosody and is copied
 * from; undefined where none has.
 */
function prosodyStage({stages, targets}: Built, {installed}: World): number | undefined {
  const hasProsody = (numbers: readonly number[]): boolean =>
    installed.some(({name, stage}) => /^prosody(?:-|$)/.test(name) && numbers.includes(stage))
  const found = targets.findLast(
    (target) =>
      hasProsody(target.stages) ||
      target.placed.some(({piece: {thing}}) => ['url', 'repository', 'package'].includes(thing.kind)),
  )
  if (found !== undefined) return found.stages.at(-1)
  const only = stages.findLastIndex((_, number) => hasProsody(through(number, stages)))
  return only === -1 ? undefined : only
}
