import {outsideHint, outsideReaders} from './outside-messages.ts'
import type {CertificateFailure, ServerFailure} from './server-failure.ts'

type Reader = readonly [RegExp, (match: RegExpExecArray) => ServerFailure]

/** The words of Prosody 0.12 and of 13.0.1 to 13.0.7 about itself; the first that fits counts. */
const readers: readonly Reader[] = [
  // 13.0.2 and later put the path on the next line.
  [
    /Prosody was unable to (find|access|open) the configuration file/,
    ([, how]) => ({
      kind: 'config-unread',
      reason: how === 'access' || how === 'open' ? how : 'find',
      path: undefined,
    }),
  ],
  [
    /Couldn't read the config file when trying to reload: (?:(\S+): )?(.*)/,
    ([, path, text = '']) => ({
      kind: 'config-unread',
      reason: text.includes('denied') ? 'access' : text.includes('No such file') ? 'find' : 'open',
      path,
    }),
  ],
  [
    /A problem occurred while reading the config file (\S+)/,
    ([, path]) => ({kind: 'config-invalid', path, text: undefined}),
  ],
  [
    /There was an error parsing the configuration file: (.*)/,
    ([, text = '']) => ({kind: 'config-invalid', path: undefined, text}),
  ],
  [
    /Configuration warning: (\S+): ?(?:(\d+): )?(.*)/,
    ([, place = '', line, text = '']) => ({
      kind: 'config-warning',
      place: line === undefined ? place : `${place}:${line}`,
      text,
    }),
  ],
  [
    /(?<!\S)((?:\S*\/)?(?:[^\s/]*\.cfg|core\/configmanager)\.lua:\d+: (?!in ).*)/,
    ([, text = '']) => ({kind: 'config-invalid', path: undefined, text}),
  ],
  [
    /Failed to open server port (\d+) on (\S+), (.*)/,
    ([, port, on = '', reason = '']) => ({kind: 'port', port: Number(port), on, reason}),
  ],
  [
    /Multiple services configured to listen on the same port \(\[[^\]]*\]:(\d+)\): ([^\s,]+), (\S+)/,
    ([, port, has = '', wants = '']) => ({kind: 'port-shared', port: Number(port), services: [has, wants]}),
  ],
  [
    /SSL\/TLS: Failed to load '([^']*)': (.*) \(for (.*)\)/,
    ([, file, text = '', of = '']) =>
      certificate(of, {file, text, isEcho: text.startsWith('Previous error')}),
  ],
  [/SSL\/TLS: Error initialising for (.*?): (.*)/, ([, of = '', text = '']) => certificate(of, {text})],
  [
    /No (?:certificate|key) present in SSL\/TLS configuration for (?!.*SNI will be required)(.+)/,
    ([text, of = '']) => certificate(of.trim(), {text}),
  ],
  [
    /Encrypted certificate for (.+?) requires 'ssl' 'password' to be set in config/,
    ([text, of = '']) => certificate(of, {text}),
  ],
  [/Error indexing certificate directory (\S+): (.*)/, ([text, file]) => certificate('', {file, text})],
  [
    /(?:Error creating contexts? for \w+|Error (?:binding encrypted|reloading certificate for encrypted) port for \S+|Error creating TLS context for SNI host \S+|No TLS context available for \w+\. Earlier error was): (.*)/,
    ([, text = '']) => certificate('', {text, isEcho: true}),
  ],
  [
    /No (?:enabled|active) VirtualHost entries|At least one active host is required/,
    () => ({kind: 'no-hosts'}),
  ],
  [
    /No available SASL mechanisms, verify that the configured authentication module '([^']+)'/,
    ([, provider = '']) => ({kind: 'sasl', provider, reason: 'none', mechanisms: ''}),
  ],
  [
    /All SASL mechanisms provided by authentication module '([^']+)' are (forbidden on insecure connections|disabled) \(([^)]*)\)/,
    ([, provider = '', how, mechanisms = '']) => ({
      kind: 'sasl',
      provider,
      reason: how === 'disabled' ? 'disabled' : 'insecure',
      mechanisms: mechanisms.replace(/[{}]/g, ''),
    }),
  ],
  ...outsideReaders,
  [/Could not load manifest of installed plugins: (.*)/, ([, text = '']) => ({kind: 'installer', text})],
  [
    /Can't look up resource path for mod_\S+ because '([^']+)' does not appear to be a LuaRocks manifest/,
    ([, text = '']) => ({kind: 'installer', text}),
  ],
  [
    /Another Prosody instance seems to be running with PID \d+|Couldn't write pidfile at .*/,
    ([text]) => ({kind: 'running', text}),
  ],
  [
    /Prosody doesn't need to be run as root|running Prosody as root|Shutting down: Refusing to run as root/,
    () => ({kind: 'root'}),
  ],
  [
    /attempt to index (?:a nil value \(field 'main_thread'\)|field 'main_thread' \(a nil value\))/,
    () => ({kind: 'early-shutdown'}),
  ],
]

/** Asked first: most lines have none of these words. */
const hint =
  /configuration file|config file|\.cfg\.lua:|configmanager\.lua:|Configuration warning|server port|Multiple services|SSL\/TLS|TLS context|certificate|encrypted port|Error creating context|VirtualHost entries|At least one active host|SASL mechanisms|installed plugins|LuaRocks manifest|Another Prosody instance|pidfile|as root|'main_thread'/

/** Tells what a line says of the server itself; undefined where it is none of the messages that are known. */
export function serverFailureIn(text: string): ServerFailure | undefined {
  if (!hint.test(text) && !outsideHint.test(text)) return undefined
  for (const [pattern, read] of readers) {
    const match = pattern.exec(text)
    if (match !== null) return read(match)
  }
  return undefined
}

function certificate(
  of: string,
  {
    file,
    text,
    isEcho = false,
  }: {readonly file?: string | undefined; readonly text: string; readonly isEcho?: boolean},
): CertificateFailure {
  return {kind: 'certificate', of, file, text, isEcho}
}
