import {SourceText} from '../../lua/source-text.ts'
import {withoutBom} from '../../lua/parse.ts'
import {readSyntax, type Syntax} from '../../lua/syntax.ts'
import {ConfigFile, type Include} from './file.ts'
import {finished, type Tables} from './finished.ts'
import {besides, inside, wildcardOf} from './paths.ts'
import {Template} from './template.ts'
import {hasMarks} from './template-marks.ts'
import type {ConfigPlace, ConfigSources, Configuration, ReadingTarget} from './types.ts'
import {World, type RawSection} from './world.ts'

/** More files than anybody has. */
const mostFiles = 500
/** Files include files so deep at most. */
const mostDepth = 50

/**
 * Reads a configuration of Prosody and all that it includes as data: nothing of it is run. What can't be known without
 * that is told as unknown, with its place; what is no Lua is a problem, and the rest is read all the same.
 * @param main the path of the file that Prosody is started with, or several that are read one after the other
 */
export function readConfiguration(
  main: string | readonly string[],
  sources: ConfigSources,
  target: ReadingTarget = {},
): Configuration {
  const reader = new Reader(sources, new World(target))
  reader.start(typeof main === 'string' ? [main] : main, target.isUnordered === true)
  return reader.result()
}

class Reader {
  readonly #sources: ConfigSources
  readonly #world: World
  readonly #read = new Map<string, Syntax | undefined>()
  readonly #open: string[] = []

  constructor(sources: ConfigSources, world: World) {
    this.#sources = sources
    this.#world = world
  }

  start(paths: readonly string[], isUnordered: boolean): void {
    const group = this.#world.newGroup()
    for (const [member, path] of paths.entries()) {
      const place = {file: path, line: 1}
      const unordered = isUnordered && paths.length > 1 ? [{group, member}] : []
      if (!this.#file(path, {place, unordered})) this.#world.problem('there is no such file', place)
    }
  }

  result(): Configuration {
    const {files, sections, reads, problems, unknown} = this.#world
    const tables: Tables = new Map()
    return {
      files,
      sections: sections.map((one) => finished(one, tables)),
      reads: [...reads],
      problems,
      unknown,
    }
  }

  readonly #include: Include = (pattern, place, unordered) => {
    const wildcard = wildcardOf(pattern)
    if (wildcard === undefined) {
      const path = this.#located(besides(place.file, pattern))
      if (path === undefined) this.#world.note('include', `Include of ${pattern} is not followed`, place)
      else if (!this.#file(path, {place, unordered}))
        this.#world.note('include', `Include of ${pattern}: there is no such file here`, place)
      return
    }
    const folder = this.#located(besides(place.file, wildcard.folder))
    const names = folder === undefined ? undefined : this.#sources.list(folder)
    if (folder === undefined) this.#world.note('include', `Include of ${pattern} is not followed`, place)
    else if (names === undefined)
      this.#world.note('include', `Include of ${pattern}: there is no such folder here`, place)
    else this.#all(folder, names.filter((name) => wildcard.name.test(name)).sort(), {place, unordered})
  }

  #located(path: string): string | undefined {
    return this.#sources.locate === undefined ? path : this.#sources.locate(path)
  }

  #all(folder: string, names: readonly string[], {place, unordered}: At): void {
    const group = this.#world.newGroup()
    for (const [member, name] of names.entries()) {
      const path = inside(folder, name)
      const order = names.length > 1 ? [...unordered, {group, member}] : unordered
      if (!this.#file(path, {place, unordered: order}))
        this.#world.note('include', `${path} is not read: it is no file of the folder`, place)
    }
  }

  /** Whether there is such a file. */
  #file(path: string, {place, unordered}: At): boolean {
    if (this.#open.includes(path) || this.#open.length > mostDepth) {
      this.#world.problem(`${path} includes itself`, place)
      return true
    }
    if (!this.#read.has(path)) {
      if (this.#read.size >= mostFiles) {
        this.#world.note('include', `${path} is not read: there are too many files`, place)
        return true
      }
      const bytes = this.#sources.read(path)
      if (bytes === undefined) return false
      this.#world.files.push(path)
      this.#read.set(path, this.#parsed(path, bytes))
    }
    const syntax = this.#read.get(path)
    if (syntax === undefined) return true
    this.#open.push(path)
    this.#run(path, syntax, unordered)
    this.#open.pop()
    return true
  }

  #parsed(path: string, whole: Buffer): Syntax | undefined {
    const bytes = withoutBom(whole)
    const latin1 = bytes.toString('latin1')
    if (bytes !== whole || latin1.startsWith('#'))
      this.#world.problem('it begins with what is no Lua: a byte order mark, or #', {file: path, line: 1})
    const template = hasMarks(latin1) ? new Template(latin1) : undefined
    this.#templates.set(path, template)
    const lua = template === undefined ? bytes : Buffer.from(template.lua, 'latin1')
    const found = readSyntax(lua, {locations: false, comments: false})
    if (found.problem === undefined) return found.syntax
    const {line, column, message} = found.problem
    const told = template === undefined ? message : message.replace(/\x01+|_{5,}/g, '{{…}}')
    this.#world.problem(`it is no Lua: ${told}`, {file: path, line}, column)
    return undefined
  }

  readonly #templates = new Map<string, Template | undefined>()

  #run(path: string, {chunk, source}: Syntax, unordered: RawSection['unordered']): void {
    const file = {file: path, source: new SourceText(source), template: this.#templates.get(path)}
    const reading = new ConfigFile({world: this.#world, file, unordered, include: this.#include})
    try {
      reading.read(chunk.body)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const message = 'there is more to it than is read: it is nested too deeply, or runs too long'
      this.#world.problem(message, {file: path, line: 1})
    }
  }
}

interface At {
  readonly place: ConfigPlace
  readonly unordered: RawSection['unordered']
}
