import type {Dispatcher} from 'undici'
import request from 'undici/lib/api/api-request.js'
import buildConnector from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import {extraCertificates} from './certificates.ts'
import type {Connections} from './connections.ts'
import type {Timeouts} from './patience.ts'
import {proxiesOf} from './proxies.ts'

export {request}

/** Sends a request by the dispatcher that it is called on. */
export type SendRequest = typeof request

const maxHeaderSize = 32 * 1024

/**
 * Makes what sends requests, through the environment's proxies where it has some.
 * @param connections ends those that the dispatcher's `destroy` does not know of, or leaves to their timeout
 */
export async function createDispatcher(
  timeouts: Timeouts,
  env: NodeJS.ProcessEnv,
  connections: Connections,
): Promise<Dispatcher> {
  const ca = extraCertificates(env)
  const tls = {timeout: timeouts.connect, ...(ca === undefined ? {} : {ca})}
  const kept = (connect: buildConnector.connector): buildConnector.connector => connections.kept(connect)
  const options = {connect: kept(buildConnector(tls)), maxHeaderSize, connections: 6}
  const proxies = proxiesOf(env)
  if (proxies === undefined) return new Agent(options)
  const {proxyDispatcher} = await import('./proxy-dispatcher.ts')
  return proxyDispatcher({...options, ...proxies, tls, kept, headersTimeout: timeouts.silence})
}
