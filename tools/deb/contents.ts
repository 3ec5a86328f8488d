import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {copyright, isLicence} from './copyright.ts'

/** A file of the package: its bytes, or where a link leads. */
export interface PackagedFile {
  readonly bytes: Buffer
  readonly isProgram: boolean
}

/** All that a package of Debian installs, by paths without a slash in front. */
export interface Contents {
  readonly files: ReadonlyMap<string, PackagedFile>
  readonly links: ReadonlyMap<string, string>
}

const home = 'usr/share/prosody-mods'
const documents = 'usr/share/doc/prosody-mods'

/** What lintian finds and is meant so. */
const overrides = `# no upload to Debian
prosody-mods: initial-upload-closes-no-bugs *
# read by commands and named in hints, and so there also where /usr/share/doc is left out
prosody-mods: package-contains-documentation-outside-usr-share-doc *
`

/** Which of the package of npm's files nobody looks for in a program of Debian. */
const left = [
  /^action\/(?!problem-matcher\.json$)/,
  /^dist\/types\//,
  /^dist\/index\.js$/,
  // stands elsewhere
  /^(?:CHANGELOG|README)\.md$|^LICENSE$|^dist\/prosody-mods\.1$/,
]

/** @param root folder of the built package */
export function contentsOf(root: string, changelog: string): Contents {
  const files = new Map<string, PackagedFile>()
  const add = (path: string, bytes: Buffer | string, isProgram = false): void =>
    void files.set(path, {bytes: Buffer.from(bytes), isProgram})
  for (const path of packedPaths(root)) {
    const [, ofOther] =
      /^dist\/node_modules\/(?:.*\/node_modules\/)?(?:@[^\/]+\/)?[^\/]+\/(.*)$/.exec(path) ?? []
    // all licences are told in one place, where Debian looks for them
    if (left.some((one) => one.test(path)) || (ofOther !== undefined && isLicence(ofOther))) continue
    const bytes = readFileSync(join(root, path))
    // a program that comes along with a library
    if (ofOther !== undefined && bytes.subarray(0, 2).toString() === '#!') continue
    add(`${home}/${path}`, bytes)
  }
  const program = readFileSync(join(root, 'bin/run.js'), 'utf8')
  // Debian's, whatever else is in the PATH (Debian policy 10.4)
  add(`${home}/bin/run.js`, program.replace(/^#!.*/, '#!/usr/bin/node'), true)
  const read = (path: string): Buffer => readFileSync(join(root, path))
  add('usr/share/man/man1/prosody-mods.1.gz', gzipped(read('dist/prosody-mods.1')))
  add(`${documents}/README.md`, read('README.md'))
  add(`${documents}/copyright`, copyright(root))
  add(`${documents}/changelog.gz`, gzipped(read('CHANGELOG.md')))
  add(`${documents}/changelog.Debian.gz`, gzipped(Buffer.from(changelog)))
  add('usr/share/lintian/overrides/prosody-mods', overrides)
  const scripts = JSON.parse(read('dist/completion.json').toString()) as Record<
    'bash' | 'zsh' | 'fish',
    string
  >
  add('usr/share/bash-completion/completions/prosody-mods', scripts.bash)
  add('usr/share/zsh/vendor-completions/_prosody-mods', scripts.zsh)
  add('usr/share/fish/vendor_completions.d/prosody-mods.fish', scripts.fish)
  return {
    files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
    links: new Map([
      ['usr/bin/prosody-mods', '../share/prosody-mods/bin/run.js'],
      // commands name and read pages, so these may not lie where a system may leave them out (Debian policy 12.3)
      [`${documents}/docs`, '../../prosody-mods/docs'],
      [`${documents}/examples`, '../../prosody-mods/examples'],
    ]),
  }
}

function packedPaths(root: string): readonly string[] {
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error']
  const {status, stdout, stderr} = spawnSync('npm', command, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`npm pack: ${stderr}`)
  const [{files}] = JSON.parse(stdout) as [{files: {path: string}[]}]
  return files.map(({path}) => path)
}

/** The header that gzip -n writes has neither time nor name, and neither has that of Node.js. */
function gzipped(bytes: Buffer): Buffer {
  return gzipSync(bytes, {level: 9})
}
