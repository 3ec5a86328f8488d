import type {LogMessage} from '../../prosody/log/reader.ts'
import type {ServerFailure} from '../../prosody/log/server-failure.ts'
import {shellWord} from '../../text/shell-word.ts'
import {maybe, step, sure, type Cause, type Draft} from './types.ts'

type Of<Kind extends ServerFailure['kind']> = Extract<ServerFailure, {kind: Kind}>

/** Explains a file that a container should have made of a template. */
export function explainTemplate({file, line, what, text}: Of<'template'>): Draft {
  const variable = /^\.Env\.(\w+)/.exec(what ?? '')?.[1]
  return {
    id: 'config-template',
    subject: `${file}:${line}`,
    happened: `the container did not make its configuration: the template ${file} stops at line ${line}${what === undefined ? '' : `, ${what}`}: ${text}`,
    causes: [
      variable === undefined
        ? maybe('the template is of another release than the image, as one that is mounted may be')
        : sure(`the container has no variable ${variable} of the environment, or an empty one`),
    ],
    steps: [
      variable === undefined
        ? step('take template and image of one release; where none is mounted, another release of the image')
        : step(`set ${variable} for that container: in .env, and under its environment in the compose file`),
      step('take .env and compose file from the release of the images, and make the containers anew'),
    ],
  }
}

/** Explains a program that ends before its first line runs. */
export function explainProgram({program, library}: Of<'program'>): Draft {
  return {
    id: 'program-incomplete',
    subject: `${program} ${library}`,
    happened: `${program} does not start: the system has no library ${library}`,
    causes: [
      sure(
        `${program} was built with another version of that library than the system has, or its package is gone`,
      ),
    ],
    steps: [
      step('see what else it lacks', `ldd "$(command -v ${shellWord(program)})"`),
      step(`bring the system up to date, or install the package of ${program} again`),
    ],
  }
}

const packages: Readonly<Record<string, string>> = {LuaExpat: 'lua-expat', LuaSec: 'lua-sec'}

/** Explains what Prosody warns of when it starts, and then goes on. */
export function explainOutdated({what, text}: Of<'outdated'>): Draft {
  const name = packages[what]
  return {
    id: 'start-library-old',
    subject: `${what} ${text}`,
    happened: `Prosody warns of the ${what} that it found, and goes on: ${text}`,
    causes: [
      sure(
        name === undefined
          ? `it runs under ${what}`
          : `an old ${what} is installed; no package of Debian that Prosody 0.12 or 13.0 comes with is so old`,
      ),
      sure('this does not end Prosody: where it ended, another message says why'),
    ],
    steps: [
      name === undefined
        ? step('run it with the Lua that its package asks for', 'prosodyctl about')
        : step(
            'bring it up to date, or take a newer image',
            `apt-get install --yes --no-install-recommends ${name}`,
          ),
      ...(name === undefined
        ? []
        : [
            step(
              'see which one Prosody finds: a copy of LuaRocks comes before the package',
              'prosodyctl about',
            ),
          ]),
    ],
  }
}

const componentCauses: Readonly<Record<Of<'component'>['reason'], readonly Cause[]>> = {
  absent: [
    sure('it is a component that another program has to connect for, and none is connected'),
    maybe('that program does not run, has not connected yet, or was refused: its own log says why'),
  ],
  secret: [sure('the program that connects for it has another password than component_secret')],
  unset: [sure('the Component has no component_secret, so no program may connect for it')],
  second: [sure('a program is connected for it already: a second one runs, or the first did not end')],
}

/** Explains a component that is a program of its own and could not connect. */
export function explainComponent({reason, of: named}: Of<'component'>, {hosts}: LogMessage): Draft {
  const of = named ?? hosts[0] ?? 'a component'
  return {
    id: 'component-not-connected',
    subject: `${named ?? hosts.join(' ')} ${reason}`,
    happened: {
      absent: `what is sent to ${of} comes back: nothing is connected that answers for it`,
      secret: `${of} was refused: the secret is wrong`,
      unset: `${of} was refused: no secret is set`,
      second: `${of} was refused: it is connected already`,
    }[reason],
    causes: componentCauses[reason],
    steps:
      reason === 'second'
        ? [step('end one of the two, or set component_conflict_resolve = "kick_old"')]
        : [
            step(
              'compare component_secret below the Component line with the password of that program, jicofo of old releases of Jitsi for one',
            ),
            ...(reason === 'absent'
              ? [
                  step('see that it runs, and that it reaches component_ports, 5347 where nothing is set'),
                  step('where a module is meant to answer, name it: Component "…" "<module>"'),
                ]
              : []),
          ],
  }
}

/** Explains a file of the data folder that Prosody can't use. */
export function explainData({how, store, text}: Of<'data'>): Draft {
  const [, file, line] = /^(\/[^\s:]+)(?::(\d+))?: /.exec(text) ?? []
  const isDamaged = /unexpected symbol|expected|unfinished|malformed|chunk has too many/.test(text)
  return {
    id: 'storage-damaged',
    subject: `${store} ${file ?? text}`,
    happened: `Prosody can't ${how} the data of ${store}: ${text}`,
    causes: [dataCause(text, isDamaged)],
    steps: isDamaged
      ? [
          ...(file === undefined || line === undefined
            ? []
            : [
                step(
                  'look at the place',
                  `sed -n ${Math.max(1, Number(line) - 3)},${line}p ${shellWord(file)}`,
                ),
              ]),
          step(
            'stop Prosody, put that file back from a backup or move it away, and start it: without the file, what it held is gone',
          ),
        ]
      : [
          step(
            'see whose the folder is, and how much room is left',
            file === undefined
              ? null
              : `ls -ld ${shellWord(file)} && df -h ${shellWord(file.replace(/\/[^/]*$/, ''))}`,
          ),
        ],
  }
}

function dataCause(text: string, isDamaged: boolean): Cause {
  if (isDamaged)
    return maybe(
      'the file is damaged: it was cut off or written twice when Prosody or the machine stopped, or the disk was full',
    )
  if (text.includes('Permission denied'))
    return sure('the user that Prosody runs as has no right to it, or to enter one of its folders')
  if (/No space left|Disk quota/.test(text)) return sure('the disk is full')
  if (text.includes('Read-only')) return sure('the file system is mounted without the right to write')
  return maybe('another user wrote the file, or the disk is full')
}

const tokenCauses: readonly (readonly [RegExp, string])[] = [
  [/token required/, 'the client came without a token, and allow_empty_token is not set'],
  [/expired|by exp/, 'the token is past its time, or a clock is wrong'],
  [/by nbf/, 'the token is not valid yet, or a clock is wrong'],
  [/[Ss]ignature|signature/, 'it was signed with another secret than app_secret, or another key'],
  [/'iss'|issuer/, 'iss of the token is neither app_id nor in asap_accepted_issuers'],
  [/'aud'|audience/, 'aud of the token is neither app_id nor in asap_accepted_audiences'],
  [/public key|'kid'/, 'the key that kid of the token names is not at asap_key_server'],
  [/alg/, 'alg of the token is not the one that signature_algorithm or the key asks for'],
  [/'room'/, 'the token names no room'],
]

/** Explains why Jitsi's mod_auth_token refused a client. */
export function explainToken({reason}: Of<'token'>): Draft {
  const cause = tokenCauses.find(([pattern]) => pattern.test(reason))?.[1]
  return {
    id: 'token-refused',
    module: 'auth_token',
    subject: reason,
    happened: `mod_auth_token refused a client: ${reason}`,
    causes: cause === undefined ? [] : [maybe(cause)],
    steps: [
      step("compare the client's token with app_id, app_secret and the other options of that host"),
      step('see which options it reads, with their defaults', 'prosody-mods options jitsi/auth_token'),
    ],
  }
}

/** Explains a host that only the command line knows. */
export function explainNoSuchHost({host}: Of<'no-such-host'>): Draft {
  const of = host ?? 'the host that was given'
  return {
    id: 'no-such-host',
    subject: host ?? '',
    happened: `prosodyctl was asked for ${of}, and the configuration that it reads has no such host`,
    causes: [
      maybe('the name is another one than that of the VirtualHost line'),
      maybe(
        'the file that has it is not included, is not made yet, or prosodyctl reads another configuration',
      ),
    ],
    steps: [
      step('see which hosts the configuration has', "grep -rn 'VirtualHost\\|Include' /etc/prosody"),
      step('name the configuration where it is another one', 'prosodyctl --config <file> …'),
    ],
  }
}
