import {mainFile, mainOf, prefixed} from '../../module-name.ts'
import type {LogFailure} from '../../prosody/log/failure.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {shellWord} from '../../text/shell-word.ts'
import {moduleAskers} from './askers.ts'
import {ownCauses, ownSteps} from './own.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'

type Of<Kind extends LogFailure['kind']> = Extract<LogFailure, {kind: Kind}>

/** Explains a file that is no Lua. */
export function explainSyntax({place, text}: Of<'syntax'>, world: World): Draft {
  const match = world.match(place.path)
  const module = mainOf(place.path)
  const causes: Cause[] = []
  const steps: Step[] = []
  if (match.kind === 'ours') {
    const {key, file} = match
    causes.push(
      sure(
        `the file of ${key} that the lockfile has is valid Lua; the one that Prosody read may be damaged, or of another Lua`,
        `prosody-mods.lock.json: modules → ${key} → files → ${file}`,
      ),
    )
    if (world.state(match) === 'changed')
      causes.push(
        sure(
          'the file in the context is not the locked one',
          `prosody-modules/${key.split('/')[0] ?? ''}/${file}`,
        ),
      )
    steps.push(
      step('compare the context with the lockfile', 'prosody-mods verify'),
      step('put the locked files back', 'prosody-mods install --force'),
    )
  }
  if (match.kind === 'other')
    causes.push(
      sure(
        `Prosody read ${place.path}, which is not the file of ${match.key} that the lockfile has`,
        `prosody-mods.lock.json: modules → ${match.key}`,
      ),
    )
  if (place.line === 1 && /near '<'?/.test(text))
    causes.push(
      maybe(
        'it begins with "<": a page of a web server may have been saved in its place, as curl does without --fail',
      ),
    )
  causes.push(...olderLua(text, world), ...ownCauses(place.path, match, world))
  steps.push(...ownSteps(place.path, match))
  if (steps.length === 0)
    steps.push(
      step('look at that line of the file, or fetch the file again'),
      ...(module === undefined
        ? []
        : [step('check it without Prosody', `prosody-mods lint ${shellWord(mainFile(module))}`)]),
    )
  return {
    id: 'syntax-error',
    subject: place.path,
    happened: `${place.path.split('/').at(-1) ?? ''} is not valid Lua${world.luaIsKnown ? ` ${world.target.lua}` : ''}: line ${place.line}: ${text}`,
    causes,
    steps,
  }
}

/** What Lua knows since a version, by what its compiler stops near. */
const newer: readonly (readonly [near: RegExp, since: string, what: string])[] = [
  [/near '(?:;|goto|::)'/, '5.2', 'a ";" that stands alone, and "goto"'],
  [/near '(?:\/\/?|&|\||~|>|<)'/, '5.3', 'the operators // & | ~ << >>'],
  [/near '<(?:const|close)?'/, '5.4', '<const> and <close>'],
]

/** Code for a newer Lua than the one that reads it. */
function olderLua(text: string, {luaIsKnown, target}: World): Cause[] {
  const [, since, what] = newer.find(([near]) => near.test(text)) ?? []
  if (since === undefined || (luaIsKnown && target.lua >= since)) return []
  return [
    maybe(`it may be made for a newer Lua than the one that runs here: ${what ?? ''} came with Lua ${since}`),
  ]
}

/** Explains a file of a module that Prosody can't read. */
export function explainUnreadable(failure: Of<'unreadable'>): Draft {
  const {path, reason} = failure
  if (reason === 'Is a directory') return explainFolder(failure)
  return {
    id: 'file-unreadable',
    subject: path,
    happened: `Prosody can't read ${path}: ${reason}`,
    causes: [
      reason === 'Permission denied'
        ? sure('the user that Prosody runs as has no right to read it, or to enter one of its folders')
        : maybe('something else than a file lies there'),
    ],
    steps: [
      step(
        'let everybody read the folder of modules',
        `chmod -R a+rX ${/^[\w./-]+$/.test(path) ? path.replace(/\/[^/]*$/, '') : '<folder>'}`,
      ),
    ],
  }
}

/** Where a file should be. */
function explainFolder({path, reason}: Of<'unreadable'>): Draft {
  return {
    id: 'file-unreadable',
    subject: path,
    happened: `Prosody can't read ${path}: ${reason}`,
    causes: [
      sure('a folder stands where the file should be'),
      maybe(
        'a container engine makes a folder where a mount names a file that is not there on the host, or was not when the container was made',
      ),
    ],
    steps: [
      step('look what lies there', `ls -ld ${shellWord(path)}`),
      step('correct the path in the mount, remove the empty folder, and make the container anew'),
    ],
  }
}

/** Explains `module:depends` on a module that the configuration disables. */
export async function explainDisabled(
  {needed}: Of<'disabled'>,
  message: LogMessage,
  world: World,
): Promise<Draft> {
  const key = message.module === undefined ? undefined : world.keyOf(message.module)
  const needers = await world.needers('modules', needed)
  const by = moduleAskers(
    message,
    needers.filter((one) => one.key === key),
    world,
  )
  return {
    id: 'dependency-disabled',
    subject: needed,
    happened: `mod_${needed} is needed, and the configuration disables it`,
    causes: [sure(`modules_disabled has "${needed}"`), ...by],
    steps: [step(`take "${needed}" out of modules_disabled, or what needs it out of modules_enabled`)],
  }
}

/** Explains a host whose data are not kept, since its storage did not load. */
export function explainNullStorage(): Draft {
  return {
    id: 'storage-lost',
    subject: '',
    happened: 'Prosody found no storage and goes on without: what it should keep is lost',
    causes: [sure('the storage module did not load; the message before this one says why')],
    steps: [step('put that right first; errors of other modules may come from it')],
  }
}

/** Explains an option that is set to what it does not take. */
export function explainOption({option, expected}: Of<'option'>, {module}: LogMessage, world: World): Draft {
  const key = module === undefined ? undefined : world.specOf(module)
  return {
    id: 'option-value',
    subject: option,
    happened: `the option ${option} has a value that ${module === undefined ? 'the module' : prefixed(module)} can't use${expected === '' ? '' : `: ${/^(?:a |an |true)/.test(expected) ? `it takes ${expected}` : expected}`}`,
    causes: [sure('the configuration sets it to something else; the default is taken')],
    steps: [
      step(`correct ${option} in the configuration`),
      ...(key === undefined
        ? []
        : [step('see which options the module reads, with their defaults', `prosody-mods options ${key}`)]),
    ],
  }
}

/** Explains an option of the whole server that the configuration sets for a host. */
export function explainHostOption({option}: Of<'host-option'>): Draft {
  return {
    id: 'option-misplaced',
    subject: option,
    happened: `Prosody does not look at ${option} there: ports and addresses are those of the whole server, and no host has its own`,
    causes: [
      sure(
        `the configuration sets ${option} below the VirtualHost or Component line of that host, and so for that host alone`,
      ),
    ],
    steps: [
      step('see where it stands', `grep -rnw ${shellWord(option)} /etc/prosody`),
      step(`move ${option} above the first VirtualHost or Component line`),
    ],
  }
}

/** Explains a use of what Prosody is going to drop. */
export function explainDeprecated(
  {method, instead}: Of<'deprecated'>,
  {module}: LogMessage,
  world: World,
): Draft {
  const key = module === undefined ? undefined : world.keyOf(module)
  return {
    id: 'deprecated-api',
    subject: method,
    happened: `${module === undefined ? 'a module' : prefixed(module)} uses ${method}, which Prosody is going to drop`,
    causes: [sure(`${instead} has its place`, 'registry/deprecations.json')],
    steps: [
      key === undefined
        ? step('look for a newer release of the module')
        : step('look for a newer release', `prosody-mods versions ${key}`),
    ],
  }
}
