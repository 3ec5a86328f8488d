import type {ExplainResult, Explanation} from '../operations/explain/explain.ts'
import {out as pc} from './colours.ts'
import {inLine} from '../plain-text.ts'
import {count, lines} from './common.ts'

const shownUnknown = 10

/** Writes for people what `explain` found. */
export function renderExplain(result: ExplainResult): string {
  const {explained} = result
  const blocks = explained.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...block(one)])
  const rest = unknownLines(result)
  return lines(pc.dim(targetText(result)), '', blocks, blocks.length > 0 && rest.length > 0 ? [''] : [], rest)
}

function targetText({target: {prosody, lua, debian, from, greets}}: ExplainResult): string {
  const source = {
    log: 'as the log says',
    nearest: `the nearest that is known: the log is of Prosody ${inLine(greets ?? '')}, of which nothing is known here`,
    project: 'as the project says',
    default: 'which is assumed: neither the text nor a project says',
  }[from]
  return `for Prosody ${prosody} with Lua ${lua} on Debian ${debian}, ${source}`
}

function block({id, hosts, message, line, count: times, happened, causes, steps}: Explanation): string[] {
  const on =
    hosts.length === 0
      ? ''
      : ` on ${hosts.slice(0, 3).map(inLine).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}`
  return [
    `${pc.bold(inLine(happened))}${pc.dim(inLine(` [${id}]`))}`,
    pc.dim(
      `  line ${line}${times > 1 ? `, ${times} times` : ''}${on}: ${cut(inLine(message.trim().replace(/\s+/g, ' ')))}`,
    ),
    ...(causes.length === 0
      ? ['  cause: this message does not tell']
      : causes.map(({text, sure, evidence}) => causeLine({text, sure, evidence}))),
    ...steps.flatMap(({text, command}) => [
      `  ${pc.cyan('do:')} ${inLine(text)}`,
      ...(command === null ? [] : [`        ${inLine(command)}`]),
    ]),
  ]
}

function causeLine({text, sure, evidence}: Explanation['causes'][number]): string {
  const from = evidence.length === 0 ? '' : pc.dim(` (${evidence.map(inLine).join('; ')})`)
  return `  ${pc.yellow(sure ? 'cause:' : 'perhaps:')} ${inLine(text)}${from}`
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text
}

function unknownLines({unknown, moreUnknown, explained}: ExplainResult): string[] {
  if (unknown.length === 0)
    return explained.length > 0 ? [] : ['nothing in this text looks like a warning or an error of Prosody']
  const shown = unknown
    .slice(0, shownUnknown)
    .map(
      ({line, text, count: times}) =>
        `  line ${line}${times > 1 ? `, ${times} times` : ''}: ${cut(inLine(text.trim().replace(/\s+/g, ' ')))}`,
    )
  const more = unknown.length + moreUnknown - shown.length
  return [
    `${pc.yellow('not understood')}: ${count(unknown.length + moreUnknown, 'line')}, about which nothing is known here`,
    ...shown,
    ...(more > 0 ? [`  … and ${count(more, 'more line')}`] : []),
  ]
}
