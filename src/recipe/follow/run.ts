import type {Command, Instruction, Pipeline} from '../types.ts'
import {handlerOf} from './commands/index.ts'
import {nothing} from './commands/handler.ts'
import {scriptOf} from './commands/script.ts'
import type {Deed, Step} from './types.ts'
import {plainCommand} from './unknown-words.ts'
import {distinct, type World} from './world.ts'

/** Follows what a RUN or a script does, in order. */
export function followActions(instruction: Instruction, index: number, world: World): Step[] {
  const steps: Step[] = []
  const outer: string[] = []
  for (const action of instruction.actions) {
    if (action.kind === 'subshell') {
      if (action.enters) outer.push(world.place.cwd)
      else world.place.cwd = outer.pop() ?? world.place.cwd
      continue
    }
    world.step += 1
    world.condition = action.condition
    const {line, lastLine, text, statement, condition} = action
    world.text = action.commands.length === 1 ? text : undefined
    steps.push({
      instruction: index,
      statement,
      line,
      lastLine,
      text,
      condition,
      deed: followPipeline(action, world),
    })
  }
  return steps
}

/** Scripts call scripts so deep at most. */
const deepest = 5

function followCommand(command: Command, world: World, depth: number): Deed {
  const plain = plainCommand(command)
  const script = depth < deepest ? scriptOf(plain, world) : undefined
  if (script === undefined) return handlerOf(command.name)(plain, world)
  const {cwd} = world.place
  world.text = undefined
  world.scripts.push({step: world.step, text: script.text})
  const outer: string[] = []
  const deeds = script.actions.flatMap((action) => {
    if (action.kind === 'pipeline') return [followPipeline(atLine(action, command), world, depth + 1)]
    if (action.enters) outer.push(world.place.cwd)
    else world.place.cwd = outer.pop() ?? world.place.cwd
    return []
  })
  if (!script.isSourced) world.place.cwd = cwd
  world.output = undefined
  const unread: readonly Deed[] =
    script.problem === undefined ? [] : [{...nothing, kind: 'unknown', why: script.problem}]
  return together([...deeds, ...unread])
}

/** What a script does stands where it is called. */
function atLine(action: Pipeline, {line, lastLine}: Command): Pipeline {
  return {...action, commands: action.commands.map((one) => ({...one, line, lastLine}))}
}

function followPipeline({commands, isCaptured, text}: Pipeline, world: World, depth = 0): Deed {
  world.input = undefined
  const deeds: Deed[] = []
  for (const command of commands) {
    world.output = undefined
    deeds.push(followCommand(command, world, depth))
    world.input = world.output
  }
  const deed = together(deeds)
  if (deed.kind === 'keep' && isAboutModules(commands[0], text)) return {...deed, kind: 'unknown'}
  return isCaptured && deed.kind === 'arrange' && deeds.some(({kind}) => kind === 'ask')
    ? {...deed, kind: 'ask'}
    : deed
}

/** What is heaviest in a pipe says what the pipe is. */
const weights: readonly Deed['kind'][] = [
  'unknown',
  'change',
  'run',
  'install',
  'enable',
  'fetch',
  'arrange',
  'ask',
  'write',
  'keep',
]

function together(deeds: readonly Deed[]): Deed {
  const things = distinct(deeds.flatMap((deed) => [...deed.things]))
  const [first = nothing] = [...deeds].sort((a, b) => weights.indexOf(a.kind) - weights.indexOf(b.kind))
  // What curl gives a tar is fetched.
  const isFetch = deeds.some(({kind}) => kind === 'ask') && first.kind === 'arrange'
  return {...first, things, kind: isFetch ? 'fetch' : first.kind}
}

/** Programs that are known do what they are known to do; of others the words tell. */
function isAboutModules(first: Command | undefined, text: string): boolean {
  const name = first === undefined ? '' : plainCommand(first).name
  return handlerOf(name) === handlerOf('\0') && speaksOfModules(text)
}

/** Tells whether words of a command are about modules of Prosody. */
export function speaksOfModules(text: string): boolean {
  return /\bmod_[a-z]|prosody[-_ ]?(?:plugin|module)|modules_enabled|plugin_paths/i.test(text)
}
