import {readFileSync, readdirSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {build, type RolldownOutput} from 'rolldown'
import {shippedPackages} from '../shipped-packages.ts'

/** Code of other packages, joined: files by their names, and which of them a package is. */
export interface JoinedPackages {
  readonly code: ReadonlyMap<string, string>
  /** By what `require` is given. */
  readonly names: Readonly<Record<string, string>>
}

/** Of a package whose `require` is no call of one, the file that imports instead. */
const otherFiles: Readonly<Record<string, string>> = {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'}

/** Never there: oclif would take them where programs are developed in TypeScript. */
const absent = ['typescript', 'ts-node', 'tsx', 'tsconfck']

/**
 * Joins the packages that the files of dist/ ask for, each with all that it needs.
 * @param root folder with a built dist/ in it
 */
export async function joinPackages(root: string): Promise<JoinedPackages> {
  const dist = join(root, 'dist')
  const places = {dist: createRequire(join(dist, 'main.js')), root: createRequire(join(root, 'package.json'))}
  const input = Object.fromEntries(
    askedIn(dist).map((name) => {
      const other = otherFiles[name]
      return [fileOf(name), other === undefined ? places.dist.resolve(name) : places.root.resolve(other)]
    }),
  )
  const output: RolldownOutput = await build({
    cwd: root,
    input,
    write: false,
    external: absent,
    platform: 'node',
    tsconfig: false,
    transform: {target: 'node20.19'},
    output: {
      format: 'cjs',
      exports: 'auto',
      dynamicImportInCjs: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'part-[hash].js',
      minify: {compress: false, mangle: false, codegen: {removeWhitespace: true}},
    },
    logLevel: 'warn',
  })
  const chunks = output.output.filter((file) => file.type === 'chunk')
  for (const {fileName, code} of chunks)
    if (/[^"'`][(,]\s*require\s*[,)]/.test(code))
      throw new Error(`${fileName}: expected calls of require, found it handed on`)
  return {
    code: new Map(chunks.map(({fileName, code}) => [fileName, code])),
    names: Object.fromEntries(askedIn(dist).map((name) => [name, `${fileOf(name)}.js`])),
  }
}

/** Without a folder, lest one of them lie in the other's. */
function fileOf(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-')
}

/** Names of packages, and of files in them, in calls of one text. */
function askedIn(dist: string): readonly string[] {
  const outside = Object.keys(shippedPackages).filter((name) => shippedPackages[name]?.length !== 0)
  const asked = new Set<string>()
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.js')))
    for (const [, name = ''] of readFileSync(join(dist, file), 'utf8').matchAll(
      /\(["'`]([@\w][^"'`\s]*)["'`]\)/g,
    ))
      if (outside.some((one) => name === one || name.startsWith(`${one}/`))) asked.add(name)
  return [...asked].sort()
}
