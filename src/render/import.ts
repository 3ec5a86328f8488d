import {out as pc} from './colours.ts'
import {count, lines} from './common.ts'
import type {ImportResult} from '../operations/import/types.ts'

export function renderImport(result: ImportResult): string {
  return lines(
    result.modules.map(({module, version, lines: at}) => `  ${module} ${version} (${at.join(', ')})`),
    result.lines.filter(({state}) => state !== 'stays').map((l) => `${l.line}\t${l.state}\t${l.text.slice(0, 60)}\t${l.what}${l.hint === null ? '' : pc.dim(` [${l.hint}]`)}`),
    result.notes,
    [count(result.lines.length, 'step')],
    result.dockerfile === null ? [] : [result.dockerfile.diff],
  )
}
