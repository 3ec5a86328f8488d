import ts from 'typescript'

/** An exported declaration whose docstring does not say alone what it is, or does. */
export interface Unclear {
  readonly line: number
  /** Of a class's own method: `Class.method`. */
  readonly name: string
  /** missing: there is no docstring; verb: one of a function whose first sentence does not begin with its verb. */
  readonly why: 'missing' | 'verb'
}

/** Words that begin as a noun, or as no sentence of its own, and end like a verb. */
const noVerbs = new Set(
  `
    Always Arguments As Bytes Commands Digests Digits Entries Errors Fields Files Folders Functions
    Globals Hosts Ids Its Keys Libraries Lines Links Modules Milliseconds Needs Options Others Packages
    Patches Paths Perhaps Releases Rules Sometimes Sources Specs Suites Tags Texts This Tokens Us Values
    Versions Warnings Whether Words
  `
    .trim()
    .split(/\s+/),
)

/**
 * Lists what a source exports and its docstrings leave unclear, in the order of its lines. What it passes on from another
 * file has its docstring there.
 */
export function unclearIn(path: string, text: string): Unclear[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const byName = new Set(file.statements.flatMap(exportedByName))
  const seen = new Set<string>()
  return file.statements
    .filter((one) => isExported(one) || namesOf(one).some((name) => byName.has(name)))
    .flatMap((one) => [one, ...methodsOf(one)])
    .flatMap((one) => {
      const name = nameOf(one)
      // Of overloads the first speaks for all.
      if (ts.isFunctionLike(one) && seen.has(name)) return []
      seen.add(name)
      const why = reasonOf(one)
      return why === undefined
        ? []
        : [{line: file.getLineAndCharacterOfPosition(one.getStart()).line + 1, name, why}]
    })
}

function exportedByName(one: ts.Statement): string[] {
  if (!ts.isExportDeclaration(one) || one.moduleSpecifier !== undefined) return []
  const clause = one.exportClause
  return clause !== undefined && ts.isNamedExports(clause)
    ? clause.elements.map(({name, propertyName}) => (propertyName ?? name).text)
    : []
}

function isExported(one: ts.Statement): boolean {
  if (!ts.canHaveModifiers(one)) return false
  return ts.getModifiers(one)?.some(({kind}) => kind === ts.SyntaxKind.ExportKeyword) ?? false
}

function namesOf(one: ts.Node): string[] {
  if (ts.isVariableStatement(one)) return one.declarationList.declarations.map(({name}) => name.getText())
  const name = ts.getNameOfDeclaration(one as ts.Declaration)
  return name === undefined ? [] : [name.getText()]
}

function nameOf(one: ts.Node): string {
  const name = namesOf(one).join(', ') || 'default'
  return ts.isMethodDeclaration(one) && ts.isClassLike(one.parent)
    ? `${one.parent.name?.text ?? 'default'}.${name}`
    : name
}

/** The methods that users of a class can call and that it does not have from what it extends or implements. */
function methodsOf(one: ts.Statement): ts.Node[] {
  if (!ts.isClassDeclaration(one)) return []
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.OverrideKeyword]
  return one.members.filter(
    (member) =>
      ts.isMethodDeclaration(member) &&
      !ts.isPrivateIdentifier(member.name) &&
      !member.modifiers?.some(({kind}) => hidden.includes(kind)),
  )
}

function reasonOf(one: ts.Node): Unclear['why'] | undefined {
  const text = docstringOf(one)
  if (text === undefined) return 'missing'
  return isFunction(one) && !beginsWithVerb(text) ? 'verb' : undefined
}

function isFunction(one: ts.Node): boolean {
  if (!ts.isVariableStatement(one)) return ts.isFunctionLike(one)
  return one.declarationList.declarations.some(
    ({initializer}) => initializer !== undefined && ts.isFunctionLike(initializer),
  )
}

function docstringOf(one: ts.Node): string | undefined {
  const last = ts
    .getJSDocCommentsAndTags(one)
    .filter((part) => ts.isJSDoc(part))
    .at(-1)
  const text = last
    ?.getText()
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/\n\s*\* ?/g, ' ')
    .trim()
  return text === '' ? undefined : text
}

function beginsWithVerb(text: string): boolean {
  const [, word, next] = /^([A-Z][a-z]+s)\b(?: (\w+))?/.exec(text) ?? []
  if (word === undefined || noVerbs.has(word)) return false
  // "Names of …" is a noun, "Names the …" is not.
  return next !== 'of' || word === 'Tells'
}
