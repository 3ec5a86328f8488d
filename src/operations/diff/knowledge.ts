import {toSha256, type Digest, type Sha256} from '../../digest.ts'
import {mainOf} from '../../module-name.ts'
import type {FileKnowledge} from '../../changes/compare-entries.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import {factsOf} from '../../facts/facts.ts'
import type {Target} from '../../lint/rules/target.ts'
import type {Registry} from '../../registry/registry.ts'
import {isTestFile} from '../../prosody/module-files.ts'
import {mayHaveDirectives} from '../../lint/rules/comments.ts'
import {reportOn} from '../../lint/rules/file.ts'
import {emptyReport, type RuleReport} from '../../lint/rules/rule-report.ts'
import {readSyntax} from '../../lua/syntax.ts'
import {lineCounts, type LineCounts} from '../../text/line-share.ts'
import type {Analyses} from '../../workbench/analyses.ts'
import {targetOf} from '../../workbench/lint-target.ts'

/** Where bytes may be had that nobody is asked for. */
export interface Bytes {
  read(sha256: Sha256): Buffer | undefined
}

/** Tells what is known of files: by the registry, by earlier runs, and by bytes that are at hand. */
export function knowledgeOf(analyses: Analyses, registry: Registry, bytes: Bytes): FileKnowledge {
  const targets = new Map<string, Target | undefined>()
  const target = (line: string): Target | undefined => {
    if (!targets.has(line)) targets.set(line, targetOf(line, undefined, registry))
    return targets.get(line)
  }
  return {
    facts(sha256, path) {
      const main = mainOf(path)
      return analyses.facts(sha256, main) ?? readFacts({sha256, main}, {analyses, bytes})
    },
    report(sha256, path, line) {
      if (isTestFile(path)) return emptyReport
      const known = target(line)
      if (known === undefined) return undefined
      const main = mainOf(path)
      return analyses.report(sha256, main, known) ?? readReport({sha256, main}, known, {analyses, bytes})
    },
  }
}

function readFacts(
  {sha256, main}: {readonly sha256: Sha256; readonly main: string | undefined},
  {analyses, bytes}: {readonly analyses: Analyses; readonly bytes: Bytes},
): FileFacts | undefined {
  if (analyses.problem(sha256, main) !== undefined) return undefined
  const text = bytes.read(sha256)
  const {facts} = text === undefined ? {facts: undefined} : factsOf(text, main)
  if (facts !== undefined) analyses.addFacts(sha256, main, facts)
  return facts
}

function readReport(
  {sha256, main}: {readonly sha256: Sha256; readonly main: string | undefined},
  target: Target,
  {analyses, bytes}: {readonly analyses: Analyses; readonly bytes: Bytes},
): RuleReport | undefined {
  const text = analyses.problem(sha256, main) === undefined ? bytes.read(sha256) : undefined
  if (text === undefined) return undefined
  const read = readSyntax(text, {locations: false, comments: mayHaveDirectives(text)})
  if (read.problem !== undefined) return undefined
  const report = reportOn(read.syntax, main, target)
  analyses.addReport(sha256, {module: main, target}, report)
  return report
}

/** Reads the lines of files whose bytes are at hand, each once. */
export function linesIn(bytes: Bytes): (digest: Digest) => LineCounts | undefined {
  const known = new Map<Digest, LineCounts | undefined>()
  return (digest) => {
    if (!known.has(digest)) {
      const text = bytes.read(toSha256(digest))
      known.set(digest, text === undefined ? undefined : lineCounts(text.toString('utf8')))
    }
    return known.get(digest)
  }
}
