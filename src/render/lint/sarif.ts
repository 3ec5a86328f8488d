import {sha256Of} from '../../digest.ts'
import {jsonText} from '../../plain-text.ts'
import {readPackageFile} from '../../package-files.ts'
import {describeCode} from '../../lint/descriptions.ts'
import {isRuleId} from '../../lint/rules/ids.ts'
import type {LintFinding, LintResult} from '../../operations/lint/lint.ts'
import {byKey} from '../common.ts'
import {luacheckHelp} from './luacheck-help.ts'
import {relativePath, type Folders} from './paths.ts'

/** The program that SARIF names as the source of findings. */
export interface Tool {
  readonly name: string
  readonly version: string
  /** Where the tool is described, if that is anywhere. */
  readonly homepage?: string
}

/**
 * Writes findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): the same findings always give the
 * same bytes.
 */
export function renderSarif(result: LintResult, folders: Folders, {name, version, homepage}: Tool): string {
  const rules = [...byKey(result.findings, ({code}) => code)].sort(([a], [b]) => (a < b ? -1 : 1))
  const indices = new Map(rules.map(([code], index) => [code, index]))
  const fingerprints = new Fingerprints(folders)
  const driver = {
    name,
    version,
    ...(homepage === undefined ? {} : {informationUri: homepage}),
    rules: rules.flatMap(([, findings]) => findings.slice(0, 1).map(ruleOf)),
  }
  const run = {
    tool: {driver},
    invocations: [{executionSuccessful: true, ...notifications(result, folders)}],
    columnKind: 'unicodeCodePoints',
    results: result.findings.map((finding) => ({
      ruleId: finding.code,
      ruleIndex: indices.get(finding.code),
      ...resultOf(finding, folders),
      partialFingerprints: {'prosodyModsFinding/v1': fingerprints.of(finding)},
    })),
  }
  const log = {$schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run]}
  return `${jsonText(log, 2)}\n`
}

function ruleOf({code, rule, severity}: LintFinding): object {
  const spaced = code.replaceAll('-', ' ')
  const text = describeCode(code) ?? spaced.charAt(0).toUpperCase() + spaced.slice(1)
  return {
    id: code,
    shortDescription: {text},
    ...(rule === 'luacheck' ? {helpUri: luacheckHelp} : {help: {text: `${text}.`, ...pageOf(code)}}),
    defaultConfiguration: {level: severity},
  }
}

/** The page of a rule itself: whoever reads the log elsewhere has no folder of this package. */
function pageOf(code: string): {readonly markdown?: string} {
  if (!isRuleId(code)) return {}
  const page = readPackageFile(`docs/lint/${code}.md`).toString()
  return {markdown: page.replace(/\[([^\]]+)\]\((?!https:)[^\)]+\)/gu, '$1')}
}

function resultOf(finding: LintFinding, folders: Folders): object {
  const {path, message, hint, severity, fix} = finding
  const artifactLocation = locationOf(path, folders)
  return {
    level: severity,
    message: {text: hint === undefined ? message : `${message}\nhint: ${hint}`},
    locations: [{physicalLocation: {artifactLocation, region: regionOf(finding)}}],
    ...(fix === undefined
      ? {}
      : {fixes: [{artifactChanges: [{artifactLocation, replacements: [replacementOf(fix)]}]}]}),
  }
}

function regionOf({line, column, endColumn}: LintFinding): object {
  // SARIF names the column behind the last character.
  return {startLine: line, startColumn: column, endColumn: Math.max(column, endColumn) + 1}
}

function replacementOf({start, end, text}: NonNullable<LintFinding['fix']>): object {
  return {
    deletedRegion: {byteOffset: start, byteLength: end - start},
    insertedContent: {text: Buffer.from(text, 'latin1').toString()},
  }
}

function locationOf(path: string, folders: Folders): object {
  const uri = relativePath(path, folders).split('/').map(encodeURIComponent).join('/')
  return {uri, uriBaseId: '%SRCROOT%'}
}

/** What of a .luacheckrc has no effect. */
function notifications({config}: LintResult, folders: Folders): object {
  if (config === null || config.notUnderstood.length === 0) return {}
  return {
    toolConfigurationNotifications: config.notUnderstood.map(({line, column, message}) => ({
      level: 'warning',
      message: {text: `not understood: ${message}`},
      locations: [
        {
          physicalLocation: {
            artifactLocation: locationOf(config.path, folders),
            region: {startLine: line, startColumn: column},
          },
        },
      ],
    })),
  }
}

/** Names findings by what stands there and not by where it stands, so that they are known again when lines move. */
class Fingerprints {
  readonly #folders: Folders
  readonly #seen = new Map<string, number>()

  constructor(folders: Folders) {
    this.#folders = folders
  }

  of({path, code, source, sourceColumn = 1, column, endColumn}: LintFinding): string {
    const marked = Array.from(source)
      .slice(column - sourceColumn, endColumn - sourceColumn + 1)
      .join('')
    const about = [relativePath(path, this.#folders), code, source.trim(), marked]
    const digest = sha256Of(JSON.stringify(about)).slice(0, 32)
    const count = (this.#seen.get(digest) ?? 0) + 1
    this.#seen.set(digest, count)
    return `${digest}:${count}`
  }
}
