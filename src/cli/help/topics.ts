import {readPackageFile} from '../../package-files.ts'
import {renderPage} from '../../render/markdown/page.ts'
import {pageColumns} from '../../render/wrap.ts'
import {renderErrors} from './explained.ts'

interface Topic {
  readonly page: `docs/${string}.md`
  /** What the page is about, for lists. */
  readonly summary: string
}

/** Pages of docs/ that `help` shows, by the word that names each. */
export const topics = {
  specs: {
    page: 'docs/reference/specs-and-versions.md',
    summary: 'how modules, versions and ranges are written',
  },
  environment: {page: 'docs/reference/environment.md', summary: 'every environment variable that is read'},
  'exit-codes': {page: 'docs/reference/exit-codes.md', summary: 'what a command ends with'},
  errors: {page: 'docs/reference/errors.md', summary: 'every code of an error or a warning, and what to do'},
  mirrors: {page: 'docs/guide/mirrors.md', summary: 'mirrors, credentials, proxies, working offline'},
  configuration: {
    page: 'docs/reference/configuration.md',
    summary: 'what can be set where, and which setting wins',
  },
} as const satisfies Readonly<Record<string, Topic>>

type TopicName = keyof typeof topics

/** How people ask for them besides. */
const otherNames: Readonly<Record<string, TopicName>> = {
  spec: 'specs',
  env: 'environment',
  variables: 'environment',
  'exit-code': 'exit-codes',
  exitcodes: 'exit-codes',
  error: 'errors',
  warning: 'errors',
  warnings: 'errors',
  codes: 'errors',
  mirror: 'mirrors',
  offline: 'mirrors',
  proxy: 'mirrors',
  credentials: 'mirrors',
  config: 'configuration',
  settings: 'configuration',
}

/** Finds the topic that a word names; undefined where there is none. */
export function topicOf(word: string): TopicName | undefined {
  if (Object.hasOwn(topics, word)) return word as TopicName
  return Object.hasOwn(otherNames, word) ? otherNames[word] : undefined
}

/** Lays the page of a topic out for the terminal. */
export function renderTopic(name: TopicName): string {
  if (name === 'errors') return renderErrors()
  return renderPage(readPackageFile(topics[name].page).toString(), pageColumns())
}
