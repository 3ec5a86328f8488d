import type {ImageContents} from '../contents.ts'
import {sealed, userSection} from '../sections.ts'

/** Writes .dockerignore: what the Dockerfile copies, and nothing else of the folder, is sent to the builder. */
export function ignoreText({patches}: ImageContents): string {
  const head =
    '# Written by "prosody-mods image write": only what the Dockerfile copies goes to the builder.\n'
  const body = [
    '*',
    '!conf.d/',
    '!prosody-image/',
    '!prosody-libraries/',
    '!prosody-modules/',
    '!prosody.cfg.lua',
    ...patches.map(({path}) => `!${path}`),
    '',
  ]
  return sealed(head, `${body.join('\n')}${userSection('files', '#')}`, '#')
}
