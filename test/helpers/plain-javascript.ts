import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/** src/ as plain JavaScript, for child processes that must start fast: no loader, no build. */
export interface PlainJavaScript {
  /** A folder for the test's own scripts. */
  readonly folder: string
  /** URL of a module of ours, for an import statement: `project/mutex`. */
  url(module: string): string
  /** Writes a script and gives its path. */
  script(name: string, text: string): string
  /** The same with a helper of these tests, in TypeScript, that imports src/. */
  helper(name: string): string
  remove(): void
}

/** Translates the named modules of src/ and, as tests need it, all others; types are not checked here. */
export function plainJavaScript(): PlainJavaScript {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-js-'))
  writeFileSync(join(folder, 'package.json'), readFileSync(join(root, 'package.json')))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const entry of readdirSync(join(root, 'src'), {recursive: true, withFileTypes: true})) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.d.ts')) continue
    const from = join(entry.parentPath, entry.name)
    const to = join(folder, 'dist', from.slice(join(root, 'src').length).replace(/\.ts$/, '.js'))
    mkdirSync(dirname(to), {recursive: true})
    writeFileSync(to, translate(readFileSync(from, 'utf8')))
  }
  cpSync(join(root, 'build/validators.js'), join(folder, 'build/validators.js'))
  return {
    folder,
    url: (module) => pathToFileURL(join(folder, 'dist', `${module}.js`)).href,
    script(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    helper(name) {
      const path = join(folder, name.replace(/\.ts$/, '.js'))
      const text = translate(readFileSync(join(import.meta.dirname, name), 'utf8'))
      writeFileSync(path, text.replaceAll('../../src/', './dist/'))
      return path
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  }
}

function translate(text: string): string {
  return ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText
}
