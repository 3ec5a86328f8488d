import {docsFolder} from '../../docs-page.ts'
import {out as pc} from '../../render/colours.ts'
import {print} from '../../render/output.ts'
import type {CommandDefinition} from '../definition.ts'
import {withoutAlias} from '../habits.ts'
import {refuseSubject} from '../unknown.ts'
import {renderCommand, renderFamily} from './command.ts'
import {explanationOf, renderExplanation} from './explained.ts'
import {renderFirst} from './first.ts'
import {families} from './groups.ts'
import {renderTopic, topicOf, topics} from './topics.ts'

type Commands = ReadonlyMap<string, CommandDefinition>

/**
 * Prints the help on a command, on those that begin with one word, on a topic, on the code of an error or a rule of lint, or,
 * without words, on the program. Throws USAGE where it has none.
 */
export function printHelp(words: readonly string[], commands: Commands): void {
  print('stdout', `${helpOn(words, commands)}${pc.bold('DOCUMENTATION')}\n  ${docsFolder()}\n`)
}

function helpOn(asked: readonly string[], commands: Commands): string {
  const words = withoutAlias(asked)
  const [first, second] = words
  if (first === undefined || first === 'help') return renderFirst(commands)
  for (const name of [`${first} ${second ?? ''}`, first]) {
    const definition = commands.get(name)
    // `help lint unknown-global`
    const page = name === first && second !== undefined ? pageOf(second) : undefined
    if (definition !== undefined)
      return page === undefined ? renderCommand(name, definition, commands) : `${page}\n`
  }
  const family = second === undefined ? renderFamily(first, commands) : undefined
  if (family !== undefined) return family
  const topic = topicOf(first)
  if (topic !== undefined) return `${renderTopic(topic)}\n`
  const page = pageOf(first)
  if (page !== undefined) return `${page}\n`
  const subject = Object.hasOwn(families, first) && second !== undefined ? `${first} ${second}` : first
  refuseSubject(subject, [...commands.keys(), ...Object.keys(families), ...Object.keys(topics)])
}

function pageOf(word: string): string | undefined {
  const found = explanationOf(word)
  return found === undefined ? undefined : renderExplanation(found)
}
