import type {ServerFailure} from '../../prosody/log/server-failure.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {shellWord} from '../../text/shell-word.ts'
import {configCauses} from './config-error.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'

type Of<Kind extends ServerFailure['kind']> = Extract<ServerFailure, {kind: Kind}>

/** Explains a configuration file that Prosody did not get to read. */
export function explainUnread({reason, path}: Of<'config-unread'>, {details}: LogMessage): Draft {
  const named = path ?? pathIn(details)
  const it = named ?? 'its configuration file'
  return {
    id: 'config-unread',
    subject: named ?? '',
    happened: `Prosody does not start: it ${reason === 'find' ? 'finds no' : "can't open"} ${it}`,
    causes: unreadCauses(reason, named),
    steps: [
      step(
        'look whether the file is there, and who may read it',
        `ls -l ${shellWord(named ?? '/etc/prosody/prosody.cfg.lua')}`,
      ),
      reason === 'access'
        ? step(
            'let the user that Prosody runs as read it',
            named === undefined ? null : `chgrp prosody ${shellWord(named)} && chmod 640 ${shellWord(named)}`,
          )
        : step(
            'in a container, mount the configuration there, or start Prosody with the path that it has',
            'prosody --config <file> -F',
          ),
    ],
  }
}

function unreadCauses(reason: Of<'config-unread'>['reason'], path: string | undefined): Cause[] {
  if (reason === 'access')
    return [sure('the user that Prosody runs as has no right to read it, or to enter one of its folders')]
  if (reason === 'open') return [maybe('something else than a file lies there')]
  const doubled = /^\/etc\/prosody\/+(\/.+)$/.exec(path ?? '')?.[1]
  return [
    ...(doubled === undefined
      ? []
      : [
          maybe(
            `${doubled} was asked for, and could not be opened; Prosody then put its own folder before it`,
          ),
        ]),
    maybe('there is no such file: nothing is mounted there, or what makes it from a template did not run'),
    maybe('Prosody before 13.0.2 says the same of a file that its user may not read'),
  ]
}

/** `We looked for: path` of 0.12, and the path alone of 13.0.2. */
function pathIn(details: readonly string[]): string | undefined {
  return details
    .map((one) => /^(?:We looked for: )?(?:.*\s)?(\/\S+)$/.exec(one)?.[1])
    .find((one) => one !== undefined)
}

/** Explains a configuration that is no valid Lua, or whose code fails. */
export function explainInvalid({path, text}: Of<'config-invalid'>, {details}: LogMessage): Draft {
  const [onLine, reason = ''] = reasonIn(details)
  const said = text ?? reason
  const placed = /(?<!\S)(\/?\S+):(\d+): (.*)/.exec(said)
  // Prosody's own reader stops at what the configuration handed to it, and does not say where that stands.
  const isReader = placed?.[1]?.endsWith('/core/configmanager.lua') === true
  const file = (isReader ? undefined : placed?.[1]) ?? path ?? 'the configuration'
  const line = (isReader ? undefined : placed?.[2]) ?? onLine
  const error = placed?.[3] ?? said
  return {
    id: 'config-invalid',
    subject: `${file}:${line ?? ''} ${error}`,
    happened: `Prosody does not start: it can't read ${file}${line === undefined ? '' : `, line ${line}`}${error === '' ? '' : `: ${error}`}`,
    causes: configCauses(error),
    steps: [
      ...lookSteps(file, line),
      step('check the configuration without starting Prosody', 'prosodyctl check config'),
    ],
  }
}

/** `Error: …`, or `Error on line 3: …` of the main file. */
function reasonIn(details: readonly string[]): [line: string | undefined, said: string] | [] {
  for (const one of details) {
    const [all, line, said = ''] = /^Error(?: on line (\d+))?: (.*)/s.exec(one) ?? []
    if (all !== undefined) return [line, said]
  }
  return []
}

function lookSteps(file: string, line: string | undefined): Step[] {
  if (line === undefined || !file.includes('/')) return []
  const at = Number(line)
  return [
    step(`look at line ${at} and those before it`, `sed -n ${Math.max(1, at - 3)},${at}p ${shellWord(file)}`),
  ]
}

/** Explains what Prosody warns of while it reads its configuration. */
export function explainWarning({place, text}: Of<'config-warning'>): Draft {
  const twice = /Duplicate option '([^']+)'/.exec(text)?.[1]
  return {
    id: 'config-warning',
    subject: `${place} ${text}`,
    happened: `Prosody reads the configuration at ${place} otherwise than it looks: ${text}`,
    causes:
      twice === undefined
        ? [
            maybe(
              'a value that should be in quotation marks stands there without, or names what is not there',
            ),
          ]
        : [sure(`${twice} is set more than once there, or in files that it includes: the last one counts`)],
    steps: [
      step(
        twice === 'plugin_paths'
          ? 'leave one: conf.d/prosody-mods.cfg.lua sets plugin_paths, and takes what you have into "pluginPaths" of the manifest'
          : twice === undefined
            ? 'correct that line'
            : `leave one ${twice} in the configuration`,
      ),
    ],
  }
}

/** Explains a Prosody that ends because its configuration names no host. */
export function explainNoHosts(): Draft {
  return {
    id: 'no-hosts',
    subject: '',
    happened:
      'Prosody does not start, or loads no module: the configuration has no VirtualHost that is enabled',
    causes: [
      maybe('no VirtualHost line is there: a Component alone is not enough'),
      maybe(
        'the file that has it is not included: Include stands before it, its pattern fits no file, or conf.d is not mounted',
      ),
      maybe('all of them have enabled = false'),
    ],
    steps: [
      step('see which hosts the configuration has', "grep -rn 'VirtualHost\\|Include' /etc/prosody"),
      step('add one: VirtualHost "example.com", before the Component lines'),
    ],
  }
}

/** Explains a Prosody that does not start because another one runs. */
export function explainRunning({text}: Of<'running'>): Draft {
  const isOther = text.startsWith('Another')
  return {
    id: 'already-running',
    subject: isOther ? 'other' : text,
    happened: isOther
      ? 'Prosody does not start: another one runs already, or its pidfile was left'
      : `Prosody can't write its pidfile: ${text}`,
    causes: [
      isOther
        ? sure('the pidfile names a process that is there', text)
        : maybe('the folder is not there, or the user that Prosody runs as may not write into it'),
    ],
    steps: [
      isOther
        ? step('see which one runs, and end it first', 'prosodyctl status')
        : step('make the folder, and give it to that user; or set pidfile to a path that it may write'),
    ],
  }
}
