import type {LogMessage} from '../../prosody/log/reader.ts'
import type {ServerFailure} from '../../prosody/log/server-failure.ts'
import {explainCertificate} from './certificate.ts'
import {explainInvalid, explainNoHosts, explainRunning, explainUnread, explainWarning} from './config.ts'
import {explainAbsent} from './module.ts'
import {explainEarlyShutdown, explainRoot} from './shutdown.ts'
import {
  explainComponent,
  explainData,
  explainNoSuchHost,
  explainOutdated,
  explainProgram,
  explainTemplate,
  explainToken,
} from './outside.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'

type Of<Kind extends ServerFailure['kind']> = Extract<ServerFailure, {kind: Kind}>

/** Explains what keeps the server, its ports or its hosts from working. */
export function explainServer(failure: ServerFailure, message: LogMessage, world: World): Draft {
  switch (failure.kind) {
    case 'config-unread':
      return explainUnread(failure, message)
    case 'config-invalid':
      return explainInvalid(failure, message)
    case 'config-warning':
      return explainWarning(failure)
    case 'no-hosts':
      return explainNoHosts()
    case 'running':
      return explainRunning(failure)
    case 'root':
      return explainRoot()
    case 'early-shutdown':
      return explainEarlyShutdown()
    case 'port':
      return explainPort(failure)
    case 'port-shared':
      return explainShared(failure)
    case 'certificate':
      return explainCertificate(failure, message)
    case 'sasl':
      return explainSasl(failure, world)
    case 'installer':
      return explainInstaller(failure)
    case 'template':
      return explainTemplate(failure)
    case 'program':
      return explainProgram(failure)
    case 'outdated':
      return explainOutdated(failure)
    case 'component':
      return explainComponent(failure, message)
    case 'data':
      return explainData(failure)
    case 'token':
      return explainToken(failure)
    case 'no-such-host':
      return explainNoSuchHost(failure)
  }
}

/** The service that Prosody has on a port where nothing is configured, and the option of its ports. */
const services: Readonly<Record<number, readonly [service: string, option: string]>> = {
  5222: ['c2s', 'c2s_ports'],
  5223: ['c2s_direct_tls', 'c2s_direct_tls_ports'],
  5269: ['s2s', 's2s_ports'],
  5270: ['s2s_direct_tls', 's2s_direct_tls_ports'],
  5280: ['http', 'http_ports'],
  5281: ['https', 'https_ports'],
  5347: ['component', 'component_ports'],
  5000: ['proxy65', 'proxy65_ports'],
  5582: ['telnet', 'console_ports'],
}

function explainPort({port, on, reason}: Of<'port'>): Draft {
  const [service, option] = services[port] ?? []
  return {
    id: 'port-taken',
    subject: `${port} ${reason}`,
    happened: `Prosody does not listen on port ${port} of ${on}${service === undefined ? '' : `, where ${service} is by default`}: ${reason}`,
    causes: [portCause({port, on, reason})],
    steps: portSteps(port, reason, option ?? 'the option of that service, such as http_ports,'),
  }
}

function portCause({port, on, reason}: Omit<Of<'port'>, 'kind'>): Cause {
  if (reason.includes('privileges'))
    return sure(`ports below 1024 need a right that the user which Prosody runs as has not: ${port}`)
  if (/Cannot assign|not available/.test(reason) && on.includes(':'))
    return maybe('this machine, or its container, has no IPv6; else the address is none of its own')
  if (/Cannot assign|not available/.test(reason))
    return sure(`${on} is no address of this machine`, 'the option interfaces, or that of the service')
  if (/Address family|not supported/.test(reason))
    return sure('this machine has no IPv6, or has it switched off')
  return sure(
    'another program has the port: another Prosody, one that did not end, or a server of another kind',
  )
}

function portSteps(port: number, reason: string, option: string): Step[] {
  const other = step(`or give Prosody another port by ${option} at the top of the configuration`)
  if (reason.includes('privileges'))
    return [step(`let a proxy listen on ${port} and pass on to a port above 1023`), other]
  if (/Cannot assign|not available/.test(reason))
    return [
      step('without IPv6, set use_ipv6 = false at the top of the configuration'),
      step('else correct the address, or take "*" for all'),
    ]
  if (/Address family|not supported/.test(reason))
    return [step('set use_ipv6 = false at the top of the configuration')]
  return [
    step('see which program has it', `ss --listening --tcp --numeric --processes 'sport = :${port}'`),
    step('end that one if it is not wanted', null),
    other,
  ]
}

function explainShared({port, services: [has, wants]}: Of<'port-shared'>): Draft {
  return {
    id: 'port-shared',
    subject: `${port} ${has} ${wants}`,
    happened: `the service ${wants} gets no port: ${has} has ${port} already`,
    causes: [sure(`both are configured to listen on ${port}`, `${has}_ports, ${wants}_ports`)],
    steps: [
      step(
        `take ${port} out of ${wants}_ports or ${has}_ports, at the top of the configuration; ${wants}_ports = {} for none`,
      ),
      ...(wants.startsWith('http') || has.startsWith('http')
        ? [step('http and https are two services, and need a port each')]
        : []),
    ],
  }
}

function explainSasl({provider, reason, mechanisms}: Of<'sasl'>, world: World): Draft {
  const module = `auth_${provider}`
  const base = {id: 'no-sasl-mechanism', module, subject: `${provider} ${reason}`} as const
  if (reason === 'insecure')
    return {
      ...base,
      happened: `clients can't log in: all that mod_${module} offers (${mechanisms}) is forbidden without encryption, and they have none`,
      causes: [
        maybe(
          'the host has no certificate, so no client can encrypt; messages of certmanager or tls say why',
        ),
        maybe('or a proxy takes the encryption off: Prosody then does not know that the client has one'),
      ],
      steps: [
        step('give the host a certificate', 'prosodyctl check certs'),
        step('behind a proxy that encrypts, set consider_bosh_secure or consider_websocket_secure = true'),
      ],
    }
  if (reason === 'disabled')
    return {
      ...base,
      happened: `clients can't log in: all that mod_${module} offers (${mechanisms}) is disabled`,
      causes: [sure('disable_sasl_mechanisms names all of them; without a setting it names DIGEST-MD5')],
      steps: [step(`take one of ${mechanisms} out of disable_sasl_mechanisms`)],
    }
  return {
    ...base,
    happened: `clients can't log in: mod_${module} offers nothing to log in by`,
    ...noMechanism(module, provider, world),
  }
}

function noMechanism(module: string, provider: string, world: World): Pick<Draft, 'causes' | 'steps'> {
  const own = world.contents.messages.find((one) => one.module === module)
  const correct = step(`see that authentication = "${provider}" is what the host is to have`)
  if (own !== undefined)
    return {
      causes: [sure(`mod_${module} did not load; its own message says why`, `line ${own.line}`)],
      steps: [step(`put right what line ${own.line} tells`), correct],
    }
  const isThere = world.keyOf(module) !== undefined || world.line.coreModules.includes(module)
  const absent = isThere ? undefined : explainAbsent(module, world)
  return {
    causes: [
      maybe(
        `mod_${module} did not load: a message about it stands further up in the log, at the start of Prosody`,
      ),
      ...(absent?.causes.filter(({sure: isSure}) => isSure) ?? []),
      maybe(`or it loaded, and its options for that host are not set`),
    ],
    steps: [
      step(`look for the first message that names ${module}, and explain it`),
      ...(absent?.steps ?? []),
      ...(world.keyOf(module) === undefined
        ? []
        : [step('see which options it reads', `prosody-mods options ${world.keyOf(module) ?? ''}`)]),
      correct,
    ],
  }
}

function explainInstaller({text}: Of<'installer'>): Draft {
  return {
    id: 'installer-manifest',
    subject: text,
    happened:
      'Prosody finds no list of what its plugin installer installed, and gives modules of that folder no resources',
    causes: [
      sure(
        'a module was loaded from the folder that belongs to "prosodyctl install" (installer_plugin_path, without a setting custom_plugins in the data folder), and was not installed by it',
        text,
      ),
    ],
    steps: [
      step(
        'keep modules in a folder of their own, which plugin_paths names; set installer_plugin_path to another one if it is the same',
      ),
      step('else leave it: modules without resources of their own work'),
    ],
  }
}
