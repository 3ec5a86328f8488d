import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {readFileSync, readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {isAbsolute, join, relative} from 'node:path'
import ts from 'typescript'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {packagesToShip, shippedPackages} from '../../tools/shipped-packages.ts'
import {newSandbox} from '../helpers/cli.ts'
import {startDebianArchive} from '../helpers/debian-archive.ts'
import {packInto, packReport} from '../helpers/packed.ts'
import {mustRun} from '../helpers/program.ts'

const root = join(import.meta.dirname, '../..')
const most = 4_000_000

let folder: string
/** The package as npm installs it, offline, into an empty prefix. */
let installed: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  const packed = await packInto(folder)
  const prefix = join(folder, 'prefix')
  await mkdir(prefix)
  const options = ['--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund']
  await mustRun(['npm', 'install', ...options, packed], {cwd: prefix, timeout: 120_000})
  installed = join(prefix, 'lib/node_modules/prosody-mods')
}, 180_000)

afterAll(() => rm(folder, {recursive: true, force: true}))

it('npm puts the manual page where man looks for it', () => {
  const page = readFileSync(join(folder, 'prefix/share/man/man1/prosody-mods.1'), 'utf8')
  expect(page).toBe(readFileSync(join(root, 'dist/prosody-mods.1'), 'utf8'))
})

it('the packed package stays below 4 MB', async () => {
  const {size} = await packReport()
  expect(size).toBeGreaterThan(500_000)
  expect(size).toBeLessThan(most)
})

describe('packages of others', () => {
  const shipped = packagesToShip(root)

  it('come as they are published, each with its licence, in the version of the lockfile', () => {
    const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, {version: string}>
    }
    expect(shipped.map(({name}) => name)).toEqual(expect.arrayContaining(['@oclif/core', 'openpgp', 'ms']))
    for (const {folder: at, version, files} of shipped) {
      const place = join(installed, 'dist', at)
      const got = filesBelow(place).filter((path) => !path.includes('node_modules/'))
      expect([at, version, got]).toEqual([at, packages[at]?.version, files])
      for (const file of files)
        expect(readFileSync(join(place, file)).equals(readFileSync(join(root, at, file))), file).toBe(true)
    }
    const openpgp = readFileSync(join(installed, 'dist/node_modules/openpgp/LICENSE'), 'utf8')
    expect(openpgp).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
  })

  it('are found inside of the package, all that its files name', async () => {
    const names = new Set(readdirSync(join(installed, 'dist')).flatMap(namedBy))
    const expected = ['openpgp', 'luaparse', 'semver/functions/parse.js', 'tar']
    expect([...names]).toEqual(expect.arrayContaining(expected))
    const at = join(installed, 'dist/probe.js')
    const script = 'require(name); console.log(require.resolve(name))'
    await writeFile(at, `for (const name of process.argv.slice(2)) {${script}}`)
    const found = (await mustRun([process.execPath, at, ...names], {cwd: folder})).trim().split('\n')
    await rm(at)
    expect(found).toHaveLength(names.size)
    const inside = found.map((path) => relative(join(installed, 'dist/node_modules'), path))
    expect(inside.filter((path) => path.startsWith('..') || isAbsolute(path))).toEqual([])
  })
})

it('installed without a network, it runs, and checks the signature of an archive', async () => {
  const sandbox = await newSandbox(join(installed, 'bin/run.js'))
  const archive = await startDebianArchive()
  try {
    const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
    expect((await sandbox.cli(['--version'])).stdout).toContain(`prosody-mods/${version}`)
    const modules = 'usr/lib/prosody/modules'
    await archive.add({package: 'own', version: '1', files: {[`${modules}/mod_hello.lua`]: 'local a = 1\n'}})
    await archive.publish()
    await writeFile(join(sandbox.project, 'own.asc'), archive.key.armored)
    const source = {
      kind: 'debian',
      archive: archive.server.url,
      suite: 'trixie',
      package: 'own',
      root: modules,
      signedBy: 'own.asc',
    }
    await writeFile(
      join(sandbox.project, 'prosody-mods.json'),
      JSON.stringify({modules: {}, sources: {packaged: source}}),
    )
    const added = await sandbox.cli(['add', 'packaged/hello', '--json'])
    expect([added.code, added.stderr]).toEqual([0, ''])
    expect(added.json).toMatchObject({added: [{version: '1', trust: {by: 'signature'}}]})
    await archive.change('dists/trixie/InRelease', (bytes) =>
      bytes.toString().replace('Origin: Own', 'Origin: 0wn'),
    )
    expect(await sandbox.cli(['versions', 'packaged/hello'])).toMatchObject({code: 4})
  } finally {
    await archive.close()
    await sandbox.remove()
  }
}, 120_000)

function filesBelow(place: string): readonly string[] {
  return readdirSync(place, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)))
    .sort()
}

/** Packages, and files of packages, that a file of dist/ imports or requires. */
function namedBy(file: string): readonly string[] {
  if (!file.endsWith('.js')) return []
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.arguments.length === 1
          ? node.arguments[0]
          : undefined
    if (named !== undefined && ts.isStringLiteralLike(named) && isOfOther(named.text)) found.push(named.text)
    ts.forEachChild(node, visit)
  }
  visit(
    ts.createSourceFile(file, readFileSync(join(installed, 'dist', file), 'utf8'), ts.ScriptTarget.Latest),
  )
  return found
}

/** Packages without code of their own are joined into the files. */
function isOfOther(text: string): boolean {
  const outside = Object.keys(shippedPackages).filter((name) => shippedPackages[name]?.length !== 0)
  return outside.some((name) => text === name || text.startsWith(`${name}/`))
}
