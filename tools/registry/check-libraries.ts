import type {LibraryCopy, LibraryPackage, LibraryRock, RegistryLibraries} from '../../src/registry/types.ts'
import {libraryAt} from './import-libraries.ts'
import {isFileOf} from './import-rock.ts'

/** What is wrong with libraries.json beyond its shape, one line a fault. */
export function checkLibraries(libraries: RegistryLibraries): string[] {
  const {packages, copies, rocks, none} = libraries
  return [
    ...Object.entries({packages, copies, rocks, none}).flatMap(([part, entries]) =>
      outOfOrder(part, entries),
    ),
    ...Object.entries(packages).flatMap(([name, suites]) =>
      Object.entries(suites).flatMap(([suite, entry]) => repeated(`${name} of ${suite}`, entry)),
    ),
    ...Object.entries(copies).flatMap(([library, copy]) =>
      copy.suites.flatMap((suite) => checkCopy({library, copy, suite}, packages)),
    ),
    ...Object.entries(rocks).flatMap(([library, rock]) => checkRock(library, rock)),
    ...Object.keys(none).flatMap((library) => contradictions(library, libraries)),
  ]
}

function outOfOrder(part: string, entries: object): string[] {
  const names = Object.keys(entries)
  return names.join() === [...names].sort().join() ? [] : [`${part}: names must stand in order`]
}

function repeated(at: string, {serves}: LibraryPackage): string[] {
  const sets = serves.map(({lua}) => [...lua].sort().join())
  const pairs = serves.flatMap(({lua, modules}) =>
    lua.flatMap((version) => modules.map((module) => `${module} for Lua ${version}`)),
  )
  return [
    ...twice(sets).map((set) => `${at}: Lua ${set} stands twice`),
    ...twice(pairs).map((pair) => `${at}: ${pair} stands twice`),
  ]
}

function twice(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}

interface CopyIn {
  readonly library: string
  readonly copy: LibraryCopy
  readonly suite: string
}

function checkCopy({library, copy, suite}: CopyIn, packages: RegistryLibraries['packages']): string[] {
  const at = `copy of ${library}`
  const file = libraryAt(copy.path.slice(1))
  if (file?.module !== library) return [`${at}: ${copy.path} is the file of ${file?.module ?? 'no library'}`]
  const own = packages[copy.package]?.[suite]
  if (own === undefined) return [`${at}: ${suite} has no ${copy.package}`]
  const server = (lua: string) =>
    Object.keys(packages).find((name) => serves(packages[name]?.[suite], {library, lua}))
  return [
    ...(serves(own, {library, lua: file.lua})
      ? []
      : [`${at}: ${copy.package} of ${suite} lacks ${copy.path}`]),
    ...copy.lua.flatMap((lua) => {
      const name = server(lua)
      return name === undefined ? [] : [`${at}: ${name} of ${suite} serves it for Lua ${lua}`]
    }),
  ]
}

interface Wanted {
  readonly library: string
  readonly lua?: string
}

/** For that version of Lua, or for any. */
function serves(entry: LibraryPackage | undefined, {library, lua}: Wanted): boolean {
  return (entry?.serves ?? []).some(
    (one) => one.modules.includes(library) && (lua === undefined || one.lua.includes(lua)),
  )
}

function checkRock(library: string, {rock, headers, source}: LibraryRock): string[] {
  if (source === undefined) return []
  const at = `rock ${rock}`
  return [
    ...(source.files.some(({to}) => isFileOf(to, library)) ? [] : [`${at}: none of its files is ${library}`]),
    ...twice(source.files.map(({to}) => to)).map((to) => `${at}: ${to} stands twice`),
    // What has to be compiled for it is in another rock, which the libraries in "needs" come with.
    ...(headers !== undefined && source.needs === undefined
      ? [`${at}: is compiled, and has files without needs`]
      : []),
  ]
}

function contradictions(library: string, {packages, copies, rocks}: RegistryLibraries): string[] {
  const server = Object.keys(packages).find((name) =>
    Object.values(packages[name] ?? {}).some((entry) => serves(entry, {library})),
  )
  const places = [
    ...(server === undefined ? [] : [`package ${server}`]),
    ...(library in copies ? ['a copy'] : []),
    ...(library in rocks ? ['a rock'] : []),
  ]
  return places.map((place) => `none: ${library} is served by ${place}`)
}
