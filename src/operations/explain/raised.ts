import type {LogMessage} from '../../prosody/log/reader.ts'
import {maybe, sure, type Cause} from './types.ts'

type Rule = readonly [RegExp, (match: RegExpExecArray) => Cause]

/** The words of the system and of database libraries; the first that fits counts. */
const rules: readonly Rule[] = [
  [
    /not enough memory/,
    () => sure('Lua got no more memory: what the container, the service or the machine may use is used up'),
  ],
  [
    /(?<!\S)(\/\S+): No such file or directory/,
    ([, path = '']) => sure(`the code asks for ${path}, and no such file is there`),
  ],
  [
    /(?<!\S)(\/\S+): Permission denied/,
    ([, path = '']) =>
      sure(`the user that Prosody runs as has no right to ${path}, or to enter one of its folders`),
  ],
  [/No space left on device|Disk quota exceeded/, () => sure('the disk is full')],
  [
    /[Aa]ccess denied for user|password authentication failed|no password supplied/,
    () => sure('the database refuses the name or the password that the configuration has'),
  ],
  [
    /database "[^"]*" does not exist|Unknown database/,
    () => sure('the database server has no database of that name'),
  ],
  [
    /no connection to the server|[Cc]onnection refused|[Ff]ailed to connect|[Cc]ould not connect|Can't connect to|[Nn]o route to host|[Hh]ost is unreachable|[Cc]onnection timed out|could not translate host name|Name or service not known/,
    () =>
      maybe(
        'what the module talks to does not answer: it does not run, was not up yet when Prosody started, or is at another address than the one that is configured',
      ),
  ],
]

/** Lists what the text of an error that code raised says of its cause, and what its stack trace does. */
export function raisedCauses(text: string, {frames}: LogMessage): Cause[] {
  const [found] = rules.flatMap(([pattern, read]) => {
    const match = pattern.exec(text)
    return match === null ? [] : [read(match)]
  })
  const inCommand = frames.some(({path}) => path.endsWith('/util/prosodyctl.lua'))
  return [
    ...(found === undefined ? [] : [found]),
    ...(inCommand
      ? [
          maybe(
            'it happened within prosodyctl, which sets up less than the server does: what fails here may load there',
          ),
        ]
      : []),
  ]
}
