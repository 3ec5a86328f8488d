import type {ImageContents} from '../../image/container/contents.ts'
import type {ImageSecret} from '../../image/container/files/secrets.ts'
import {split, wrongValue} from '../../image/container/values.ts'
import {ignoredVariables, variablesOf} from '../../image/container/variables/index.ts'
import type {Variable} from '../../image/container/variables/types.ts'
import {editDistance} from '../../text/edit-distance.ts'
import type {EnvLine} from './env-file.ts'
import type {ImageProblem} from './problem.ts'

/** What variables are judged by. */
export interface EnvironmentWorld {
  readonly contents: ImageContents
  /** Names of modules that come with Prosody. */
  readonly core: ReadonlySet<string>
  /** The file, as it is shown. */
  readonly shown: string
  readonly secrets: readonly ImageSecret[]
  /** Files below certs/. */
  readonly certificates: readonly string[]
}

/** Judges the variables of an env file as the image does at its start, and what they ask of the files beside it. */
export function checkEnvironment(
  lines: readonly (EnvLine & {readonly computed: boolean})[],
  world: EnvironmentWorld,
): ImageProblem[] {
  const {contents} = world
  const {profile} = contents.settings
  const variables = variablesOf(profile, contents.modules)
  const byName = new Map(variables.map((variable) => [variable.name, variable]))
  // Of one name the last line counts.
  const given = new Map(lines.filter(({value}) => value !== '').map((line) => [line.name, line]))
  const known = [...given.values()].flatMap((line) => valueProblems(line, byName, world))
  return [
    ...known,
    ...requiredProblems(variables, given, world),
    ...domainProblems(given, byName, world),
    ...certificateProblems(given, byName, world),
  ]
}

type Given = ReadonlyMap<string, EnvLine & {readonly computed: boolean}>
type ByName = ReadonlyMap<string, Variable>

function valueProblems(
  {name, value, line, computed}: EnvLine & {readonly computed: boolean},
  byName: ByName,
  {contents, core, shown, secrets}: EnvironmentWorld,
): ImageProblem[] {
  const at = {kind: 'variable', path: shown, line} as const
  const own = byName.get(name)
  if (own === undefined) {
    if (byName.has(name.replace(/_FILE$/, ''))) return []
    return unknownProblems(name, value, {byName, contents, at})
  }
  const secret = secrets.find(({variable}) => variable === name)
  if (secret !== undefined && shown === '.env') {
    return [
      {
        ...at,
        message: `${name} is set here, and compose.yaml sets ${name}_FILE: the server starts with one of the two`,
        hint: `move the value into secrets/${secret.name}`,
      },
    ]
  }
  const wrong = computed ? undefined : wrongValue(own, value, {modules: contents.modules, core})
  if (wrong === undefined) return []
  const found = own.type === 'secret' ? 'something else' : JSON.stringify(wrong.found)
  return [{...at, message: `${name}: expected ${wrong.expected}, found ${found}`, hint: null}]
}

function unknownProblems(
  name: string,
  value: string,
  {
    byName,
    contents,
    at,
  }: {
    readonly byName: ByName
    readonly contents: ImageContents
    readonly at: Pick<ImageProblem, 'path' | 'line'> & {readonly kind: 'variable'}
  },
): ImageProblem[] {
  const ignored = ignoredVariables(contents.settings.profile, contents.modules).find(
    (one) => one.name === name,
  )
  if (ignored !== undefined) {
    const asksNothing = ignored.harmless?.includes(value.toLowerCase()) === true
    return asksNothing ? [] : [{...at, message: `${name} has no effect: ${ignored.because}`, hint: null}]
  }
  // Other programs read the same file: only what looks like a slip of the pen is told.
  const near = [...byName.keys()].find(
    (one) => Math.min(one.length, name.length) >= 6 && editDistance(one, name, 1) !== undefined,
  )
  return near === undefined
    ? []
    : [{...at, message: `no variable of the image is called ${name}`, hint: `did you mean ${near}?`}]
}

function requiredProblems(
  variables: readonly Variable[],
  given: Given,
  {contents, secrets, shown}: EnvironmentWorld,
): ImageProblem[] {
  const isSet = (name: string): boolean =>
    given.has(name) ||
    given.has(`${name}_FILE`) ||
    (shown === '.env' && secrets.some(({variable}) => variable === name))
  const value = (name: string): string | undefined => {
    const variable = variables.find((one) => one.name === name)
    return given.get(name)?.value ?? variable?.default
  }
  const isJwt =
    contents.settings.profile === 'jitsi' &&
    /^(?:1|true|yes|on)$/i.test(value('ENABLE_AUTH') ?? '') &&
    (given.get('PROSODY_AUTH_TYPE')?.value ?? value('AUTH_TYPE')) === 'jwt'
  const isNeeded = ({required}: Variable): boolean => {
    if (required === true) return true
    if (required === 'AUTH_TYPE=jwt') return isJwt
    // compose.yaml sets what the database needs.
    if (required === undefined || shown === '.env') return required === 'LOCAL' && given.has('LOCAL')
    const [name = '', wanted] = required.split('=')
    return wanted === undefined ? given.has(name) : given.get(name)?.value === wanted
  }
  const missing = variables
    .filter((variable) => isNeeded(variable) && !isSet(variable.name))
    .map(({name, required}): ImageProblem => {
      const why = typeof required === 'string' ? `, which ${required} needs` : ''
      return {
        kind: 'variable',
        message: `${name}: expected a value${why}, found nothing`,
        path: shown,
        line: null,
        hint: null,
      }
    })
  const keys = ['JWT_APP_SECRET', 'JWT_PUBLIC_KEY', 'JWT_ASAP_KEYSERVER']
  if (!isJwt || keys.some(isSet)) return missing
  const message = 'AUTH_TYPE=jwt needs JWT_APP_SECRET, JWT_PUBLIC_KEY_FILE or JWT_ASAP_KEYSERVER, found none'
  return [...missing, {kind: 'variable', message, path: shown, line: null, hint: null}]
}

function domainProblems(given: Given, byName: ByName, {shown}: EnvironmentWorld): ImageProblem[] {
  const muc = given.get('XMPP_MUC_DOMAIN')
  if (muc === undefined || !byName.has('XMPP_MUC_DOMAIN') || muc.computed) return []
  const domain = (given.get('XMPP_DOMAIN')?.value ?? byName.get('XMPP_DOMAIN')?.default ?? '').toLowerCase()
  const [prefix = '', ...rest] = muc.value.toLowerCase().split('.')
  if (/^[a-z0-9]+$/.test(prefix) && rest.join('.') === domain) return []
  return [
    {
      kind: 'variable',
      message: `XMPP_MUC_DOMAIN: expected letters or digits and then .${domain}, found ${JSON.stringify(muc.value)}`,
      path: shown,
      line: muc.line,
      hint: "mod_token_verification takes the host out of the component's name",
    },
  ]
}

/** Clients that must have TLS get in nowhere without a certificate, but over a proxy that has one. */
function certificateProblems(given: Given, byName: ByName, world: EnvironmentWorld): ImageProblem[] {
  const {contents, certificates, shown} = world
  if (contents.settings.profile === 'jitsi' || shown !== '.env') return []
  if (given.has('PROSODY_CERTIFICATES')) return []
  const needsTls = !/^(?:0|false|no|off)$/i.test(given.get('PROSODY_C2S_REQUIRE_ENCRYPTION')?.value ?? '1')
  const name = byName.has('PROSODY_DOMAIN') ? 'PROSODY_DOMAIN' : 'PROSODY_VIRTUAL_HOSTS'
  const hosts = split((given.get(name)?.value ?? byName.get(name)?.default ?? '').toLowerCase())
  if (!needsTls) return []
  return hosts
    .filter((host) => !certificates.some((path) => covers(path, host)))
    .map((host) => ({
      kind: 'certificate',
      message: `certs/ has no certificate for ${host}: clients get in over WebSocket or BOSH behind a proxy alone`,
      path: null,
      line: null,
      hint: `put ${host}.crt and ${host}.key there, or set PROSODY_C2S_REQUIRE_ENCRYPTION=0`,
    }))
}

/** A certificate may be for more hosts than its name says. */
function covers(path: string, host: string): boolean {
  const [first = ''] = path.split('/')
  const isCertificate = /\.crt$|(?:^|\/)fullchain[^/]*\.pem$/.test(path)
  return isCertificate && (first.startsWith(host) || host.endsWith(`.${first.replace(/\.crt$/, '')}`))
}
