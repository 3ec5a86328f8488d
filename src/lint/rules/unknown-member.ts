import type * as Ast from 'luaparse'
import {coreLibrary} from '../../prosody/core-library.ts'
import {ownValue} from '../../own-value.ts'
import {stretchOf, type Code} from './code.ts'
import {type Site} from './code-view.ts'
import {libraryField, libraryValue, type LibraryField, type LibraryValue} from './library-values.ts'
import {elsewhere} from './lines.ts'
import type {Known} from './target.ts'
import type {Rule, Said, Severity} from './types.ts'

/** The rule `unknown-member`, which docs/lint/unknown-member.md describes. */
export const unknownMember: Rule = {
  check(code, known, say) {
    const assigned = assignedNames(code)
    const tested = testedLibraries(code)
    const said = new Set<string>()
    const look = (used: Ast.Expression, site: Site, how: Use): void => {
      const field = site.guarded ? undefined : libraryField(used, code)
      if (field === undefined) return
      const {library, name, names} = field
      if (isConditional(site) && (tested === 'all' || tested.has(keyOf(library)))) return
      const key = `${keyOf(library)} ${name}`
      if (said.has(key) || names.some((one) => assigned.has(one) || code.testedNames.has(one))) return
      const severity = code.isSure(site) ? 'error' : 'warning'
      const found = (library.by === 'require' ? ofProsody : ofModules)(field, known, {severity, how, code})
      if (found === undefined) return
      said.add(key)
      say(stretchOf(used), found)
    }
    for (const {base, site} of code.calls) look(base, site, 'called')
    for (const {node, site} of code.fields) look(node.base, site, 'indexed')
    for (const {node, site} of code.indexes) look(node.base, site, 'indexed')
  },
}

type Use = 'called' | 'indexed'

interface Seen {
  readonly severity: Severity
  readonly how: Use
  readonly code: Code
}

/** What the file itself may put into a library. */
function assignedNames({assignments}: Code): Set<string> {
  return new Set(assignments.flatMap(({to}) => (to.type === 'MemberExpression' ? [to.identifier.name] : [])))
}

/**
 * Libraries that a file looks at to find out what they have: what stands under conditions may be for another release of
 * them then. All of them where it asks which Prosody it runs in, or what the API of modules has.
 */
function testedLibraries(code: Code): ReadonlySet<string> | 'all' {
  if (code.tested.size > 0 || code.fields.some(({node}) => isVersion(node))) return 'all'
  const fields = code.fields.flatMap(({node}) => (code.testedNames.has(node.identifier.name) ? [node] : []))
  const values = [...code.folding.scopes.values()].flatMap(({name, initial}) =>
    initial?.type === 'MemberExpression' && code.testedNames.has(name) ? [initial] : [],
  )
  const libraries = new Set([...fields, ...values].map(({base}) => base))
  return new Set([...libraries].flatMap((base) => keyOf(libraryValue(base, code)) ?? []))
}

function isVersion({base, identifier}: Ast.MemberExpression): boolean {
  const isIt = identifier.name === 'version' || identifier.name === 'features'
  return isIt && base.type === 'Identifier' && base.name === 'prosody'
}

function keyOf(library: LibraryValue): string
function keyOf(library: LibraryValue | undefined): string | undefined
function keyOf(library: LibraryValue | undefined): string | undefined {
  return library && `${library.by} ${library.name}`
}

function isConditional({conditional, branch, in: inside}: Site): boolean {
  return conditional || branch || inside.conditional
}

function ofProsody({library, name}: LibraryField, known: Known, {severity, how}: Seen): Said | undefined {
  const {target} = known
  if (known.members(library.name)?.has(name) !== false) return undefined
  const where = elsewhere(target, ({members}) => ownValue(members, library.name)?.includes(name) === true)
  return {
    severity,
    message: `${library.name} of Prosody ${target.line} has no ${name}, which is ${how} here`,
    ...(where === undefined ? {} : {hint: where}),
  }
}

/** Which file module:require gives, those know who see the others. */
function ofModules({library, name}: LibraryField, {target}: Known, {severity, how, code}: Seen): Said {
  const core = coreLibrary(library.name, target.moduleLibs, code.module)
  const members = core === undefined ? undefined : ownValue(target.moduleMembers, core)
  return {
    severity,
    message: `the library ${library.name} has no ${name}, which is ${how} here`,
    hint: `another release of this module, or of the one that brings ${library.name}, may fit`,
    pending: {
      kind: 'member',
      library: library.name,
      name,
      lackedByCore: members !== undefined && !members.includes(name),
    },
  }
}
