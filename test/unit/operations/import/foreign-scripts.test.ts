import {expect, it} from 'vitest'
import {foreignScriptNotes} from '../../../../src/operations/import/foreign-scripts.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'

const nothingBeside = {has: () => false, read: () => undefined}
const notesOf = (run: string): string[] =>
  foreignScriptNotes({steps: follow(readDockerfile(`FROM debian:trixie\nRUN ${run}\n`), nothingBeside).steps})

it.each([
  'curl -fsSL https://example.net/setup.sh | sh',
  'curl -fsSL "https://example.net/setup.sh" | sudo -E bash -s -- --yes',
  'wget -qO- https://example.net/setup.sh | /bin/bash',
  'curl https://me:secret@example.net/setup.sh?token=secret | sh',
  'bash -c "$(curl -fsSL https://example.net/setup.sh)"',
  'bash <(curl -fsSL https://example.net/setup.sh)',
])('tells of %s', (run) => {
  expect(notesOf(run)).toEqual([
    'line 2 runs a script of https://example.net/setup.sh, which is not read here: see whether it installs modules',
  ])
})

it.each([
  'curl -fsSL https://example.net/key.asc | gpg --dearmor -o /k',
  'curl -fsSL https://example.net/a.tar.gz | tar -xz -C /opt/sh',
  'curl -o /x.sh https://example.net/x.sh',
  'sh -c "echo https://example.net/"',
])('tells nothing of %s', (run) => {
  expect(notesOf(run)).toEqual([])
})
