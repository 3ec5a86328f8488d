import {createReadStream, statSync, type Stats} from 'node:fs'
import {resolve} from 'node:path'
import {Readable} from 'node:stream'
import {ProsodyModsError, messageOf} from '../../errors.ts'
import {shellWord} from '../../text/shell-word.ts'

/**
 * Returns the text that operands are: a file where its path alone is given; a message each where one has blanks, and
 * else the words of one. Throws PATH_NOT_FOUND, READ_FAILED and USAGE for what looks like a path and is none of a text.
 */
export function operandText(operands: readonly string[], cwd: string): Readable | string[] {
  const [only = '', ...more] = operands
  const path = resolve(cwd, only)
  if (more.length === 0 && only.trim() !== '' && !/\s/.test(only)) {
    const found = statOf(path)
    if (found !== undefined && found !== 'denied') return fileText(path, found)
    if (looksLikePath(only)) throw found === 'denied' ? denied(path) : notFound(path)
  }
  return [operands.join(operands.some((text) => /\s/.test(text)) ? '\n' : ' ')]
}

/** Undefined where nothing is there. */
function statOf(path: string): Stats | 'denied' | undefined {
  try {
    return statSync(path)
  } catch (error) {
    return codeOf(error) === 'EACCES' ? 'denied' : undefined
  }
}

function looksLikePath(text: string): boolean {
  return (
    /^(?:~|\.{1,2})?\/?[\w.@+-]+(?:\/[\w.@+-]+)*\/?$/.test(text) &&
    /\/|\.(?:log|err|txt|out|gz)(?:\.\d+)?$/.test(text)
  )
}

function fileText(path: string, stats: Stats): Readable {
  // What a shell gives for <(command) is a pipe.
  const isPipe = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/.test(path)
  if (stats.isDirectory())
    throw new ProsodyModsError('USAGE', `${path} is a folder; expected a log, or a message`, {
      hint: 'name the file in it, such as prosody.log or prosody.err',
    })
  if (!stats.isFile() && !isPipe)
    throw new ProsodyModsError('USAGE', `${path} is no file; expected a log, or a message`, {
      hint: `pipe it: prosody-mods explain < ${shellWord(path)}`,
    })
  if (path.endsWith('.gz'))
    throw new ProsodyModsError('USAGE', `${path} is compressed; expected text`, {
      hint: `unpack it: zcat ${shellWord(path)} | prosody-mods explain`,
    })
  return Readable.from(readPieces(path))
}

async function* readPieces(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Buffer
  } catch (error) {
    if (codeOf(error) === 'EACCES') throw denied(path)
    throw new ProsodyModsError('READ_FAILED', `${path}: ${messageOf(error)}`, {cause: error})
  }
}

function denied(path: string): ProsodyModsError {
  return new ProsodyModsError('READ_FAILED', `${path}: this user has no right to read it`, {
    hint: `pipe it from one that may: sudo cat ${shellWord(path)} | prosody-mods explain`,
  })
}

function notFound(path: string): ProsodyModsError {
  return new ProsodyModsError('PATH_NOT_FOUND', `${path}: there is no such file`, {
    hint: 'name a log that is there, pipe one in, or give a message in quotation marks; the option log of the configuration says where Prosody writes',
  })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
