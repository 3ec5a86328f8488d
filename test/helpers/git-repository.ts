import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** A Git repository that a test writes by hand. */
export function gitRepository(folder: string) {
  mkdirSync(folder, {recursive: true})
  function git(args: readonly string[], date = '2024-01-01T12:00:00Z'): string {
    const who = {NAME: 'Ann', EMAIL: 'ann@example.org', DATE: date}
    const people = Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ])
    const env = {PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1'}
    const options = {
      cwd: folder,
      encoding: 'utf8',
      env: {...env, ...(Object.fromEntries(people) as Record<string, string>)},
    } as const
    return execFileSync('git', args, options).trim()
  }
  git(['init', '--quiet', '--initial-branch=main'])
  return {
    folder,
    git,
    write(path: string, text: string) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), text)
    },
    link(path: string, target: string) {
      symlinkSync(target, join(folder, path))
    },
    commit(date?: string): string {
      git(['add', '--all'])
      git(['commit', '--quiet', '--allow-empty', '--message', 'work'], date)
      return git(['rev-parse', 'HEAD'])
    },
  }
}
