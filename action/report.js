import {appendFileSync} from 'node:fs'
import {ApiError} from './http.js'
import {bodyCharacters, cutTo, fenced, summaryBytes} from './markdown.js'
import {prosodyMods} from './program.js'
import {JobError} from './settings.js'

/** The exit code of commands that worked and found something. */
const findings = 6

/**
 * Runs what is asked for, and writes what it says into the summary of the step and as a comment. Gives the exit code:
 * that of the first command that failed.
 * @param {ReturnType<import('./settings.js').settingsOf>} settings
 * @param {import('./forge.js').Forge} forge
 * @param {(line: string) => void} print
 */
export async function report(settings, forge, print) {
  const parts = partsOf(settings)
  if (parts.length === 0)
    throw new JobError('there is nothing to report: set at least one of check, bump and diff', {exitCode: 2})
  const sections = []
  let exitCode = 0
  for (const {title, args, isMarkdown} of parts) {
    const output = await prosodyMods(settings, args)
    print(`prosody-mods ${args.join(' ')}: exit code ${output.code}\n${output.stdout}${output.stderr}`)
    sections.push(sectionOf(title, output, isMarkdown))
    exitCode ||= output.code
  }
  const body = `## prosody-mods${settings.folder === '.' ? '' : ` in \`${settings.folder.replaceAll('`', '')}\``}\n\n${sections.join('\n')}`
  writeSummary(body)
  if (settings.comment) await comment(body, settings, {forge, print})
  return exitCode
}

function partsOf({check, bump, diff, failOnBreak}) {
  const fail = failOnBreak ? ['--exit-code'] : []
  return [
    ...(diff === ''
      ? []
      : [{title: `Changes since ${diff}`, args: ['diff', '--format', 'markdown', diff], isMarkdown: true}]),
    ...(bump.length === 0
      ? []
      : [
          {
            title: `What \`bump ${bump.join(' ')}\` would change`,
            args: ['bump', '--dry-run', '--format', 'markdown', ...fail, ...bump],
            isMarkdown: true,
          },
        ]),
    ...(check ? [{title: 'Check', args: ['check'], isMarkdown: false}] : []),
  ]
}

/** What a command that failed says stands on standard error, and is no Markdown. */
function sectionOf(title, {code, stdout, stderr}, isMarkdown) {
  const isFound = code === 0 || code === findings
  const said = isMarkdown && isFound ? `${stdout.trimEnd()}\n` : fenced(isFound ? stdout : stdout + stderr)
  const failed = code === 0 ? '' : code === findings ? ' ❌' : ` ❌ exit code ${code}`
  return `### ${title}${failed}\n\n${said}`
}

/** GitLab has no such thing: there the log and the comment have it. */
function writeSummary(body) {
  const path = process.env['GITHUB_STEP_SUMMARY']
  if (path)
    appendFileSync(
      path,
      cutTo(body, summaryBytes, (text) => Buffer.byteLength(text)),
    )
}

async function comment(body, {folder}, {forge, print}) {
  const marker = `<!-- prosody-mods: ${folder.replaceAll(/[^\w./-]/g, '_').replaceAll('--', '__')} -->`
  try {
    print(await forge.note(`${marker}\n${cutTo(body, bodyCharacters)}`, marker))
  } catch (error) {
    // A pull request of a fork has a token that may not.
    const mayNot = error instanceof ApiError && error.status === 403
    if (!mayNot) throw error
    print(warning(`the comment could not be written: ${error.message}`, forge))
  }
}

/** A warning as the forge shows it. */
function warning(text, {kind}) {
  return kind === 'GitHub'
    ? `::warning::${text.replaceAll('%', '%25').replaceAll('\n', '%0A')}`
    : `warning: ${text}`
}
