import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {mustRun, runProgram, type ProgramOutput} from './program.ts'

const root = join(import.meta.dirname, '../..')
const notCopied = new Set(['.git', 'build', 'coverage', 'dist', 'node_modules', 'oclif.manifest.json'])

/** What a release tree has under "## [Unreleased]" and below. */
export const changelogRest = '\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- First version.\n'

/**
 * A repository of its own with this working tree as the only commit of main, to be released from, as version 0.1.0 with a
 * changelog of its own: a release that is under way has others. What checks it does nothing but leave the file `checked`
 * in the folder above.
 */
export interface ReleaseTree {
  readonly folder: string
  /** What package.json and origin name, bare and empty. */
  readonly origin: string
  git(...words: readonly string[]): Promise<string>
  read(path: string): Promise<string>
  write(path: string, text: string): Promise<void>
  commit(): Promise<void>
  /** Commits lines of a shell in place of what checks the tree. */
  checks(lines: string): Promise<void>
  /** As it was first. */
  reset(): Promise<void>
  /** HEAD, tags, and what is changed and not committed. */
  state(): Promise<string>
  release(...words: readonly string[]): Promise<ProgramOutput>
  /** Runs a command as `release` does. */
  run(...command: readonly string[]): Promise<ProgramOutput>
  /** Sends a signal once a file of the folder above is there; gives the exit code. */
  interruptedBy(signal: NodeJS.Signals, file: string, words: readonly string[]): Promise<number | null>
  remove(): Promise<void>
}

/** @param env what git and npm find besides the environment of the tests */
export async function newReleaseTree(env: NodeJS.ProcessEnv): Promise<ReleaseTree> {
  const work = await realpath(await mkdtemp(join(tmpdir(), 'prosody-mods-release-')))
  const [folder, origin] = [join(work, 'tree'), join(work, 'origin.git')]
  const gitEnv = {
    ...process.env,
    ...env,
    GIT_CONFIG_GLOBAL: join(work, 'gitconfig'),
    GIT_CONFIG_SYSTEM: '/dev/null',
  }
  const options = {cwd: folder, env: gitEnv, timeout: 600_000}
  const git = (...words: readonly string[]): Promise<string> => mustRun(['git', ...words], options)
  const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8')
  const write = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text)
  const run = (...command: readonly string[]): Promise<ProgramOutput> => runProgram(command, options)
  const commit = async (): Promise<void> => {
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'tests: a change')
  }
  const check = (lines: string): Promise<void> => write('scripts/test.sh', `#!/usr/bin/env bash\n${lines}\n`)
  await copyTree(folder)
  await writeFile(gitEnv.GIT_CONFIG_GLOBAL, '[user]\nname = Somebody\nemail = somebody@example.org\n')
  const manifest = JSON.parse(await read('package.json')) as {repository: {url: string}}
  manifest.repository.url = `git+file://${origin}`
  await write('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`)
  await mustRun(['git', 'init', '--quiet', '--bare', origin], {env: gitEnv})
  const current = [
    'npm',
    'version',
    '0.1.0',
    '--allow-same-version',
    '--no-git-tag-version',
    '--ignore-scripts',
  ]
  await mustRun(current, options)
  await write('CHANGELOG.md', `# Changelog\n\n## [Unreleased]\n${changelogRest}`)
  await check('touch ../checked')
  await git('init', '--quiet', '--initial-branch', 'main')
  await git('remote', 'add', 'origin', origin)
  await commit()
  const first = (await git('rev-parse', 'HEAD')).trim()
  return {
    folder,
    origin,
    git,
    read,
    write,
    commit,
    checks: async (lines) => {
      await check(lines)
      await commit()
    },
    reset: async () => {
      await git('checkout', '--quiet', '--force', '-B', 'main', first)
      await git('clean', '--quiet', '--force', '-d')
      for (const tag of (await git('tag')).split('\n').filter(Boolean)) await git('tag', '--delete', tag)
      await git('remote', 'remove', 'origin').catch(() => undefined)
      await git('remote', 'add', 'origin', origin)
    },
    state: async () =>
      (await git('rev-parse', 'HEAD')) + (await git('tag')) + (await git('status', '--porcelain')),
    release: (...words) => run('npm', 'run', '--silent', 'release', '--', ...words),
    run,
    interruptedBy: async (signal, file, words) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'tools/release/main.ts', ...words], options)
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      while (!existsSync(join(work, file)) && child.exitCode === null) await setTimeout(50)
      child.kill(signal)
      return ended
    },
    remove: () => rm(work, {recursive: true, force: true}),
  }
}

async function copyTree(folder: string): Promise<void> {
  await mkdir(folder)
  for (const name of (await readdir(root)).filter((one) => !notCopied.has(one)))
    await cp(join(root, name), join(folder, name), {recursive: true})
  await mustRun(['cp', '--archive', '--reflink=auto', join(root, 'node_modules'), folder])
}
