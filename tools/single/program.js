/**
 * Runs a program of those that a table holds, and returns what it exports; nothing where Node.js is too old. This stands
 * in a file of any name, in a module as well as in CommonJS, and in threads: so it uses no import, no require and no
 * path of its own. Every Node.js since 12 can read it.
 * @param table `files` of the package by their paths, each as where its text begins and how long it is; `names` of
 *   packages, with the path of each; `threads`, programs by their names, with the paths of the files that each is made of
 * @param data a function that does nothing: the texts, compressed and in base64, are a comment in it, which costs a start
 *   a third of what a literal does
 * @param entry a path in `files`
 */
export function prosodyMods(table, data, entry) {
  const oldest = '20.19'

  const firstMinors = {20: 19, 22: 3}

  function isTooOld(version) {
    const [major, minor] = version.split('.').map(Number)
    const first = firstMinors[major]
    return first === undefined ? major < 22 : minor < first
  }

  function refuse(message, hint) {
    process.stderr.write('error: ' + message + '\nhint: ' + hint + '\n')
    process.exitCode = 1
  }

  function run() {
    const {createRequire, isBuiltin} = process.getBuiltinModule('node:module')
    const {posix} = process.getBuiltinModule('node:path')
    const {Script} = process.getBuiltinModule('node:vm')
    const {brotliDecompressSync} = process.getBuiltinModule('node:zlib')
    const builtin = createRequire('/')
    const modules = new Map()
    const source = data.toString()
    const start = source.indexOf('/*') + 2

    const missing = (code, what) =>
      Object.assign(new Error(`${code}: ${what} is no part of prosody-mods`), {code})

    function textOf(path) {
      if (!Object.hasOwn(table.files, path)) throw missing('ENOENT', path)
      const [at, length] = table.files[path]
      return source.slice(start + at, start + at + length)
    }

    const files = {
      read: (path) => brotliDecompressSync(Buffer.from(textOf(path), 'base64')),
      list(folder) {
        const below = Object.keys(table.files).filter((path) => path.startsWith(`${folder}/`))
        return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0]))]
      },
      require: (name) => load(table.names[name]),
      program(name) {
        const part = {files: {}, names: table.names, threads: {}}
        let texts = ''
        for (const path of table.threads[name]) {
          const text = textOf(path)
          part.files[path] = [texts.length, text.length]
          texts += text
        }
        return `(${prosodyMods})(${JSON.stringify(part)}, () => {/*${texts}*/}, ${JSON.stringify(`dist/${name}`)})`
      },
    }

    function requireFrom(path) {
      return (id) => {
        if (id.startsWith('./')) return load(posix.join(posix.dirname(path), id))
        if (Object.hasOwn(table.names, id)) return load(table.names[id])
        if (isBuiltin(id)) return builtin(id)
        throw missing('MODULE_NOT_FOUND', id)
      }
    }

    function load(path) {
      const before = modules.get(path)
      if (before !== undefined) return before.exports
      const module = {exports: {}}
      modules.set(path, module)
      const filename = `/prosody-mods/${path}`
      const given = 'exports,require,module,__filename,__dirname,PROSODY_MODS_FILES'
      const code = new Script(`(function(${given}){${files.read(path).toString()}\n})`, {filename})
      try {
        const values = [module.exports, requireFrom(path), module, filename, posix.dirname(filename), files]
        code.runInThisContext().apply(module.exports, values)
      } catch (error) {
        modules.delete(path)
        throw error
      }
      return module.exports
    }

    return load(entry)
  }

  if (!isTooOld(process.versions.node)) return run()
  refuse(
    'Node.js ' +
      process.versions.node +
      ' is too old for prosody-mods: ' +
      oldest +
      ' or later is needed, of 22 at least 22.3',
    "Debian 13's package nodejs is new enough; nodejs.org and version managers have newer ones",
  )
  return undefined
}
