import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, normalize} from 'node:path'
import {seeded} from './random.ts'

/** Files and settings of a Prosody, with questions about it. All paths are absolute but those of the settings. */
export interface MadeLayout {
  readonly files: ReadonlyMap<string, Buffer>
  readonly pluginPaths: readonly string[]
  readonly installerPluginPath: string | undefined
  readonly dataFolder: string
  readonly coreFolder: string
  readonly workingFolder: string
  readonly modules: readonly string[]
  /** Module and library. */
  readonly pairs: readonly (readonly [string, string])[]
  readonly libraries: readonly string[]
  readonly resources: readonly string[]
}

const moduleNames = ['a', 'b', 'util', 'muc/util', 'token/util', 'x.y', 'mod_a', 'c-d', 'A']
const libraryNames = [
  'util',
  'a',
  'b',
  'help',
  'muc/util',
  'token/util',
  'x.y',
  './help',
  'b/../util',
  'a.lib',
]
const resourceNames = [
  'page.html',
  './page.html',
  './/page',
  '/etc/none',
  'html/../x',
  '',
  '../x',
  'a//b',
  '.x',
]

/** The same layout for the same seed, below `root`. */
export function madeLayout(root: string, seed: number): MadeLayout {
  // Neighbouring seeds begin alike.
  return new LayoutMaker(root, seeded(Math.imul(seed + 1, 2_654_435_761))).layout()
}

/** Writes the files, and the folders that must be there in any case. */
export function writeLayout({files, workingFolder}: MadeLayout): void {
  if (!workingFolder.startsWith('/var/')) mkdirSync(workingFolder, {recursive: true})
  for (const [path, contents] of files) {
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, contents)
  }
}

type Random = (below: number) => number

class LayoutMaker {
  readonly #files = new Map<string, Buffer>()
  readonly #folders = new Set<string>()

  readonly #root: string
  readonly #random: Random

  constructor(root: string, random: Random) {
    this.#root = root
    this.#random = random
  }

  layout(): MadeLayout {
    const data = `${this.#root}/data`
    const paths = Array.from({length: 1 + this.#random(4)}, (_, index) => this.#folder(`p${index}`))
    // Some are not in the list, some are twice.
    const listed = paths.flatMap((path) =>
      this.#random(12) === 0 ? [] : this.#random(12) === 0 ? [path, path] : [path],
    )
    const installer = this.#installer(data)
    this.#fill(`${this.#root}/core`)
    return {
      files: this.#files,
      pluginPaths: this.#joined(listed.map((path) => this.#spelled(path))),
      installerPluginPath: installer,
      dataFolder: pick(this.#random, [data, `${data}/`]),
      coreFolder: pick(this.#random, [`${this.#root}/core/`, `${this.#root}/core`]),
      workingFolder: data,
      modules: moduleNames,
      pairs: Array.from(
        {length: 12},
        () => [pick(this.#random, moduleNames), pick(this.#random, libraryNames)] as const,
      ),
      libraries: libraryNames.slice(0, 3),
      resources: resourceNames,
    }
  }

  server(program: string): MadeLayout {
    const modules = [
      ...Array.from({length: 40}, (_, index) => `made_${index}`),
      'time',
      'uptime',
      'ping',
      'motd',
    ]
    const installer = `${this.#root}/own`
    const folders = ['p0', 'p1', 'p2', 'p3'].map((name) => `${this.#root}/${name}`)
    for (const module of modules) {
      for (const folder of [...folders, installer]) {
        if (this.#random(3) > 0) continue
        const places = [`mod_${module}/${module}/`, `mod_${module}/`, `${module}/`, '', 'share/lua/5.4/']
        const place = pick(this.#random, [...places, `share/lua/5.4/mod_${module}/`])
        const head = this.#random(3) === 0 ? metadataLine(this.#random) : ''
        this.#add(`${folder}/${place}mod_${module}.lua`, Buffer.from(`${head}\n${program}`))
        for (const [library, ending] of [
          ...[['util', '.lib.lua'] as const, ['util', '.lua'] as const, ['help', '.lib.lua'] as const],
          ...[['token/util', '.lib.lua'] as const, ['muc/hats', '.lib.lua'] as const],
        ]) {
          const path = `${folder}/${pick(this.#random, places)}${library}${ending}`
          if (this.#random(8) === 0) this.#add(path, contents(this.#random, path.slice(this.#root.length)))
        }
        for (const path of ['page.html', 'html/page.html', '../page.html']) {
          const whole = normalize(`${folder}/${place}${path}`)
          if (this.#random(2) === 0) this.#add(whole, Buffer.from(`${whole.slice(this.#root.length)}\n`))
        }
      }
    }
    const rocks = modules
      .filter((_, index) => index % 3 === 0)
      .map((name) => `mod_${name} = {"mod_${name}/1-1"}`)
    for (const name of modules)
      this.#add(
        `${installer}/lib/luarocks/rocks-5.4/mod_${name}/1-1/page.html`,
        Buffer.from(`of the rock ${name}`),
      )
    this.#add(
      `${installer}/lib/luarocks/rocks-5.4/manifest`,
      Buffer.from(`modules = {${rocks.join(', ')}}\n`),
    )
    return {
      files: this.#files,
      pluginPaths: folders.map((path) => pick(this.#random, [path, `${path}/`, path.replaceAll('/', '//')])),
      installerPluginPath: installer,
      dataFolder: '/var/lib/prosody',
      coreFolder: '/usr/lib/prosody/modules/',
      workingFolder: '/var/lib/prosody',
      modules,
      pairs: [],
      libraries: ['util', 'help', 'token/util', 'muc/hats', 'none'],
      resources: ['page.html', './html/page.html', '../page.html', '/nowhere/page.html'],
    }
  }

  #folder(name: string): string {
    const path = this.#random(6) === 0 ? `${this.#root}/data/${name}` : `${this.#root}/${name}`
    this.#fill(path)
    return path
  }

  #installer(data: string): string | undefined {
    const path = pick(this.#random, [
      undefined,
      'own',
      './own',
      `${data}/own`,
      `${data}/own/`,
      `${data}//own`,
    ])
    const folder = path === undefined ? `${data}/custom_plugins` : `${data}/own`
    if (this.#random(3) === 0) return path
    this.#fill(folder)
    for (const name of moduleNames)
      if (this.#random(4) === 0) this.#put(`${folder}/share/lua/5.4/mod_${name}.lua`)
    for (const rocks of ['rocks-5.4', 'rocks']) {
      const text = pick(this.#random, manifests)
      if (text !== undefined) this.#add(`${folder}/lib/luarocks/${rocks}/manifest`, Buffer.from(text))
    }
    return path
  }

  #fill(folder: string): void {
    for (let left = this.#random(14); left > 0; left -= 1) this.#put(`${folder}/${this.#candidate()}`)
  }

  /** A name that Prosody tries for one of the questions. */
  #candidate(): string {
    const module = pick(this.#random, moduleNames)
    const library = pick(this.#random, libraryNames)
    const [plugin, file] = pick(this.#random, [
      [module, `mod_${module}.lua`],
      [module, `${library}.lib.lua`],
      [module, `${library}.lua`],
      [library, `${library}.lib.lua`],
    ] as const)
    return pick(this.#random, [
      `mod_${plugin}/${plugin}/${file}`,
      `mod_${plugin}/${file}`,
      `${plugin}/${file}`,
      file,
      `share/lua/5.4/${file}`,
      `share/lua/5.4/mod_${plugin}/${file}`,
      `share/lua/5.3/${file}`,
    ])
  }

  #put(path: string): void {
    // Path segments that go nowhere are not part of a file's name.
    const plain = path.replace(/\/[^/]+\/\.\.\//g, '/').replaceAll('/./', '/')
    if (this.#random(25) === 0) this.#add(`${plain}/inside`, Buffer.from('return "inside"\n'))
    else if (this.#random(40) === 0) this.#add(dirname(plain), Buffer.from('return "in the way"\n'))
    else this.#add(plain, contents(this.#random, plain.slice(this.#root.length)))
  }

  /** Leaves out what can't be there at once with what is. */
  #add(path: string, bytes: Buffer): void {
    const above = foldersOf(path)
    if (this.#files.has(path) || this.#folders.has(path) || above.some((folder) => this.#files.has(folder)))
      return
    this.#files.set(path, bytes)
    for (const folder of above) this.#folders.add(folder)
  }

  #spelled(path: string): string {
    const relative = path.startsWith(`${this.#root}/data/`)
      ? path.slice(this.#root.length + 6)
      : `../${path.slice(this.#root.length + 1)}`
    return pick(this.#random, [
      ...[path, path, path, `${path}/`, `${path}//`, path.replaceAll('/', '//'), path.replaceAll('/', '\\')],
      ...[relative, `./${relative}`, `${path}/../${path.slice(path.lastIndexOf('/') + 1)}`],
    ])
  }

  #joined(paths: readonly string[]): readonly string[] {
    if (this.#random(6) > 0) return paths
    return pick(this.#random, [
      [paths.join(';')],
      [`;${paths.join(';;')};`],
      [...paths, ''],
      [...paths, '/nowhere'],
    ])
  }
}

function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join('/'))
}

/**
 * Many modules for one running Prosody, over some folders and the installer's, with libraries and resources; some are
 * skipped, some are nowhere, some have the name of one of the core.
 * @param program what a module's main file does, after its metadata
 */
export function serverLayout(root: string, seed: number, program: string): MadeLayout {
  return new LayoutMaker(root, seeded(Math.imul(seed + 1, 2_654_435_761))).server(program)
}

/** Valid Lua that tells its own path, with odd metadata in it; sometimes nothing at all. */
function contents(random: Random, path: string): Buffer {
  if (random(15) === 0) return Buffer.alloc(0)
  const end = pick(random, ['\n', '', '\r\n'])
  if (random(3) === 0) return Buffer.from(`return ${JSON.stringify(path)}${end}`)
  const lines = Array.from({length: 1 + random(3)}, () => metadataLine(random)).join('')
  // A chunk ends with its return, so what follows can only be comments.
  const returned = `return ${JSON.stringify(path)};`
  return Buffer.from(
    pick(random, [
      `${lines}\n${returned}${end}`,
      `${returned}\n${lines}`,
      `${returned}\n${lines.replace(/[\r\n]+$/, '')}`,
      `local text = [==[\n${lines}\n]==]\n${returned}${end}`,
      `--[==[\n${lines}\n]==] ${returned}${end}`,
    ]),
  )
}

const keys = [
  'requires',
  'conflicts',
  'lua',
  'requires',
  'conflicts',
  'lua',
  'provides',
  'Requires',
  'lua_',
  '_',
  'lua ',
]
const features = [
  'mod_bookmarks',
  'muc_vcard',
  'loader',
  'keyval+',
  'permissions',
  'no-such',
  'mod_bookmarks.',
  'é',
]
const versions = ['5.4', '5.3', '5.2', '5.4.4', '5', '54', '5.4\t', '>=5.2']

function metadataLine(random: Random): string {
  if (random(2) === 0) {
    const known = pick(random, ['requires', 'conflicts', 'lua'])
    return `--% ${known}: ${pick(random, known === 'lua' ? versions : features.slice(0, 6))}\n`
  }
  const key = pick(random, keys)
  const pool = (key === 'lua') === random(8) > 0 ? versions : features
  const values = Array.from({length: random(4)}, () => pick(random, pool))
  const separator = pick(random, [', ', ',', ' ', ' , ', ',,', ';', '\t'])
  const head = pick(random, ['--%', '--%', '--% ', '--% ', '--%  ', ' --% ', '-- % ', '--%\t', '---% '])
  const colon = pick(random, [': ', ': ', ':', ':   ', ' : ', ':\t', ''])
  const trail = pick(random, ['', '', ' ', '\t', '  \v\f', ',', '\u00a0', '\u2028', '\u2003'])
  const ending = pick(random, ['\n', '\n', '\n', '\r\n', '\r\n', '\r', '\n\r', '\r\r\n', '\n\n'])
  return `${head}${key}${colon}${values.join(separator)}${trail}${ending}`
}

const rock =
  '{["mod_a"]={"mod_a/2-1"}, mod_b={"mod_b/1-1", "mod_b/2-1"}, ["mod_x.y"]={}, mod_util="util/1-1"}'

const manifests: readonly (string | undefined)[] = [
  undefined,
  undefined,
  '',
  'modules = {',
  'modules = {}\n',
  'modules = 5\n',
  'repository = {}\n',
  `modules = ${rock}`,
  `modules = ${rock}; dependencies = {[1] = true, x = nil}`,
  `commands = {}\r\nmodules = ${rock}\r\nrepository = {a = {["2-1"] = {{arch = "installed"}}}}\r\n`,
  `dependencies = {}\nmodules = ${rock}\n`,
  `-- made by a test\nmodules = ${rock}\n`,
  `\ufeffmodules = ${rock}\n`,
  `#!/usr/bin/lua\nmodules = ${rock}\n`,
  `modules = {mod_a = {[1] = [[long/1-1]]}, mod_b = {'first/1-1', [1] = "second/1-1"}, mod_util = {false}}\n`,
  'error("no")\n',
]

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T
}
