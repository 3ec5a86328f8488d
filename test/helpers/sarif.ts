import {Ajv} from 'ajv'
import addFormats from 'ajv-formats'
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with {type: 'json'}

export interface SarifLog {
  readonly version: string
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: {
    readonly driver: {readonly name: string; readonly version: string; readonly rules: readonly SarifRule[]}
  }
  readonly columnKind: string
  readonly results: readonly SarifResult[]
  readonly invocations: readonly {
    readonly toolConfigurationNotifications?: readonly {readonly level: string}[]
  }[]
}

interface SarifRule {
  readonly id: string
  readonly shortDescription: {readonly text: string}
  readonly help?: {readonly text: string; readonly markdown?: string}
  readonly defaultConfiguration: {readonly level: string}
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: {readonly text: string}
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: {readonly uri: string; readonly uriBaseId: string}
      readonly region: {readonly startLine: number; readonly startColumn: number; readonly endColumn: number}
    }
  }[]
  readonly partialFingerprints: Readonly<Record<string, string>>
}

// The schema is of draft 4, of which nothing in it but these two names means another thing in later drafts.
const rules = Object.fromEntries(
  Object.entries(schema).filter(([keyword]) => keyword !== 'id' && keyword !== '$schema'),
)
const ajv = new Ajv({allErrors: true, strict: false, unicodeRegExp: false})
addFormats.default(ajv)
const validate = ajv.compile(rules)

/** What the official schema of SARIF 2.1.0 has against a document. */
export function sarifProblems(document: unknown): string[] {
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({instancePath, message}) => `${instancePath}: ${message ?? ''}`)
}

/** A document that the schema accepts; throws for any other. */
export function sarifLog(text: string): SarifLog {
  const document = JSON.parse(text) as unknown
  const problems = sarifProblems(document)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return document as SarifLog
}
