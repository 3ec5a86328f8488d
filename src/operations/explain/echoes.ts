import type {LogFailure} from '../../prosody/log/failure.ts'
import type {LuaPlace} from '../../prosody/log/line.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'

/** Tells whether a message of a log only repeats what another one of it says better. */
type Echo = (message: LogMessage) => boolean

/** Returns the messages of a log without those that only follow from others of them. */
export function withoutEchoes(messages: readonly LogMessage[]): readonly LogMessage[] {
  const echoes = [ofSkipped, ofVariables, ofCertificates, ofShutdown, ofComponents].map((make) =>
    make(messages),
  )
  return messages.filter((message) => !echoes.some((isEcho) => isEcho(message)))
}

/** A file that was left out is not found, either; the first message says why. */
function ofSkipped(messages: readonly LogMessage[]): Echo {
  const skipped = new Set(
    messages.flatMap(({failure, module}) => (failure.kind === 'skipped' ? [module] : [])),
  )
  return ({failure, module}) => failure.kind === 'absent' && skipped.has(module)
}

/** Prosody warns of a variable that is not there, and then the code that read it fails: the error says more. */
function ofVariables(messages: readonly LogMessage[]): Echo {
  const failed = new Set(
    messages.flatMap(({failure}) =>
      failure.kind === 'nil' && failure.what === 'global' && failure.place !== undefined
        ? [readKey(failure.name, failure.place)]
        : [],
    ),
  )
  return ({failure, places}) =>
    failure.kind === 'global' &&
    places.length > 0 &&
    places.every((place) => failed.has(readKey(failure.name, place)))
}

function readKey(name: string, {path, line}: LuaPlace): string {
  return JSON.stringify([name, path, line])
}

/** Who wanted a certificate repeats what was said of it. */
function ofCertificates(messages: readonly LogMessage[]): Echo {
  const all = failuresOf('certificate', messages)
  const hasCertificate = all.some(({isEcho, file}) => !isEcho || file !== undefined)
  const told = new Set(all.flatMap(({isEcho, file}) => (isEcho ? [] : [file])))
  return ({failure}) =>
    failure.kind === 'certificate' &&
    failure.isEcho &&
    (failure.file === undefined ? hasCertificate : told.has(failure.file))
}

/** Why Prosody 0.12 wants to shut down while it starts stands before the error that this ends with. */
function ofShutdown(messages: readonly LogMessage[]): Echo {
  const isTold = messages.some(({failure: {kind}}) => kind === 'root' || kind === 'running')
  return ({failure}) => failure.kind === 'early-shutdown' && isTold
}

/** What a component is told when it is refused does not name it. */
function ofComponents(messages: readonly LogMessage[]): Echo {
  const named = new Set(
    failuresOf('component', messages).flatMap(({reason, of}) => (of === undefined ? [] : [reason])),
  )
  return ({failure, hosts}) =>
    failure.kind === 'component' &&
    failure.of === undefined &&
    hosts.length === 0 &&
    named.has(failure.reason)
}

function failuresOf<Kind extends LogFailure['kind']>(
  kind: Kind,
  messages: readonly LogMessage[],
): readonly Extract<LogFailure, {kind: Kind}>[] {
  return messages.flatMap(({failure}) =>
    failure.kind === kind ? [failure as Extract<LogFailure, {kind: Kind}>] : [],
  )
}
