import type {Command, Pipeline, Recipe, Subshell, Word} from '../../../src/recipe/types.ts'

/** Lists what runs, a line each: `(` and `)` of subshells, `$` in front of what is captured, `{…}` behind it what has to hold. */
export function shown(recipe: Recipe): readonly string[] {
  return recipe.instructions.flatMap(({actions}) => actions.map(line))
}

/** Gives a word, in ‹› where it can't be told, with * behind a pattern. */
export function word({text, unknown, isPattern}: Word): string {
  return (unknown.length > 0 ? `‹${text}›` : text) + (isPattern ? '*' : '')
}

function line(action: Pipeline | Subshell): string {
  if (action.kind === 'subshell') return action.enters ? '(' : ')'
  const commands = action.commands.map(command).join(' | ')
  const condition = action.condition === undefined ? '' : ` {${action.condition}}`
  return `${action.isCaptured ? '$ ' : ''}${commands}${condition}`
}

function command({name, args, variables, redirects, input}: Command): string {
  return [
    ...Object.entries(variables).map(([key, value]) => `${key}=${word(value)}`),
    name,
    ...args.map(word),
    ...redirects.map(({descriptor, operator, target}) => `${descriptor}${operator}${word(target)}`),
    ...(input === undefined ? [] : [`<<${JSON.stringify(word(input))}`]),
  ].join(' ')
}
