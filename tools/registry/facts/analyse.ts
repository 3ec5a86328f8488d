import {factsOfSyntax} from '../../../src/facts/facts.ts'
import {mayHaveDirectives} from '../../../src/lint/rules/comments.ts'
import {reportOn} from '../../../src/lint/rules/file.ts'
import type {Target} from '../../../src/lint/rules/target.ts'
import {readSyntax} from '../../../src/lua/syntax.ts'
import type {Registry} from '../../../src/registry/registry.ts'
import {readingOf, type KnownFile, type KnownReading} from '../../../src/workbench/known-file.ts'
import {targetOf} from '../../../src/workbench/lint-target.ts'

/** Lists the targets that facts are made for: each line of Prosody, with each Lua that it supports. */
export function factTargets(registry: Registry): Target[] {
  return registry.prosodyLines.flatMap((line) =>
    (registry.prosodyLine(line)?.luaSupported ?? []).flatMap((lua) => targetOf(line, lua, registry) ?? []),
  )
}

/** Reads a Lua file, once for each module whose main file it is; undefined stands for a library. */
export function analyse(
  bytes: Buffer,
  modules: ReadonlySet<string | undefined>,
  targets: readonly Target[],
): KnownFile {
  const read = readSyntax(bytes, {locations: false, comments: mayHaveDirectives(bytes)})
  const readings = [...modules].map((module): readonly [string, KnownReading] => [
    module ?? '',
    read.problem === undefined
      ? readingOf(
          factsOfSyntax(read.syntax, module),
          targets.map((target) => reportOn(read.syntax, module, target)),
        )
      : {problem: read.problem},
  ])
  return Object.fromEntries(readings.sort(([a], [b]) => (a < b ? -1 : 1)))
}
