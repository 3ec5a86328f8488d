import type {Impact} from '../../changes/impact.ts'
import {presentText} from '../../context/present-text.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import type {NeedsDiff} from './needs.ts'

const name = 'Dockerfile'

/**
 * Tells which packages that modules need now the project's Dockerfile does not install; [] without one, and where it
 * takes its packages from `deps`.
 * @param enabled names of modules that the configuration enables; undefined where that is not known
 */
export function packageImpacts(
  folder: string,
  {libraries}: NeedsDiff,
  enabled: ReadonlySet<string> | undefined,
): Impact[] {
  const text = presentText(folder, name)
  if (text === undefined || /prosody-mods(?:\.mjs)? deps/.test(text)) return []
  const lines = text.split('\n')
  const line = lines.findIndex((one) => /apt(?:-get)?\s.*install|^\s+lua-/.test(one)) + 1
  return libraries.added.flatMap(({library, by, neededBy}): Impact[] => {
    const [, kind = '', brings = ''] = /^(debian|copy|rock):([^@]+)/.exec(by) ?? []
    const isUsed = neededBy.some((one) => enabled === undefined || isEnabled(one, enabled))
    if (brings === '' || !isUsed || hasWord(text, brings)) return []
    const what = kind === 'rock' ? `the rock ${brings}` : brings
    return [
      {
        ...{severity: 'breaking', kind: 'package', certain: true},
        message: `${neededBy.slice(0, 3).join(', ')} needs the Lua library ${library} now, and ${name} does not install ${what}`,
        places: [{file: name, line: Math.max(1, line)}],
        hint: '"prosody-mods deps --format apt" and "--format luarocks" print the lines',
      },
    ]
  })
}

/** What is no module is a library, which any may load. */
function isEnabled(one: string, enabled: ReadonlySet<string>): boolean {
  const module = splitKey(one as ModuleKey)[1]
  return module.endsWith('.lua') || enabled.has(module)
}

function hasWord(text: string, word: string): boolean {
  return text.split(/[^A-Za-z0-9+._-]+/).includes(word)
}
