import {mainOf} from '../../module-name.ts'
import type {LogFailure} from '../../prosody/log/failure.ts'
import {step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'

type Skipped = Extract<LogFailure, {kind: 'skipped'}>

/** Explains a file that Prosody skips for its `--%` lines. */
export function explainSkipped(failure: Skipped, world: World): Draft {
  const {path} = failure
  return {
    id: 'metadata-refused',
    subject: path,
    happened: `Prosody left ${path} out for what its first lines say, and searched on`,
    ...told(failure, world),
  }
}

function told(failure: Skipped, world: World): Pick<Draft, 'causes' | 'steps'> {
  const {path, reason, values} = failure
  const {line, target} = world
  const release = releaseStep(path, world)
  const list = values.length === 0 ? '…' : values.join(', ')
  const having =
    values.length === 0
      ? []
      : world.linesWith(({features}) => values.every((value) => features.includes(value)))
  const evidence = `registry/prosody/${line.line}.json: features`
  if (reason === 'lua')
    return {
      causes: [
        sure(
          `it asks for ${values.length === 0 ? 'another Lua' : `Lua ${list}`}, and this is Lua ${target.lua}`,
          `${path}: --% lua: ${list}`,
        ),
      ],
      steps: [release],
    }
  if (reason === 'conflicts')
    return {
      causes: [
        sure(
          `it says that it conflicts with ${values.length === 0 ? 'something' : list}, which this Prosody has`,
          `${path}: --% conflicts: ${list}`,
          ...(having.includes(line.line) ? [evidence] : []),
        ),
      ],
      steps: [conflictStep(path, world), release],
    }
  const others = having.filter((one) => one !== line.line).map((one) => `Prosody ${one}`)
  return {
    causes: [
      sure(
        `it requires ${values.length === 0 ? 'something' : list} that this Prosody lacks`,
        `${path}: --% requires: ${list}`,
      ),
      ...(values.length === 0 ? [] : [lineCause(others, evidence)]),
    ],
    steps: [
      ...(values.length === 0 ? [step('see what it requires: its first lines say so')] : []),
      ...(others.length === 0 ? [] : [step(`run ${others.join(' or ')}`)]),
      release,
    ],
  }
}

function lineCause(others: readonly string[], evidence: string): Cause {
  return others.length > 0
    ? sure(`${others.join(' and ')} has that`, evidence)
    : sure('no line of Prosody that is known has that', evidence)
}

/** Where Prosody has a module of that name itself, the name goes on to work. */
function conflictStep(path: string, {line}: World): Step {
  const name = mainOf(path)
  return name !== undefined && line.coreModules.includes(name)
    ? step(`remove that file: Prosody's own mod_${name} is loaded in its place`)
    : step('take it out of the configuration: Prosody does the same by itself')
}

function releaseStep(path: string, world: World): Step {
  const match = world.match(path)
  const key = match.kind === 'ours' || match.kind === 'other' ? match.key : undefined
  return key === undefined
    ? step('take a release of the module that is made for this Prosody')
    : step('take a release that is made for this Prosody', `prosody-mods versions ${key}`)
}
