import type {buildConnector, Dispatcher} from 'undici'
import connect from 'undici/lib/api/api-connect.js'
import DispatcherClass from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import {systemCode} from '../errors.ts'
import type {Proxies} from './proxies.ts'
import {TransferError} from './transfer-error.ts'

interface ProxyOptions extends Proxies {
  readonly connect: Connector
  /** By what the proxies and the hosts behind them are reached. */
  readonly tls: object
  /** Keeps a connector's sockets as those of `connect` are kept. */
  readonly kept: (connect: Connector) => Connector
  readonly connections: number
  readonly maxHeaderSize: number
  /** Milliseconds. */
  readonly headersTimeout: number
}

type Connector = buildConnector.connector

// As undici's index does: its agent for proxies asks for tunnels by it.
Object.assign(DispatcherClass.prototype, {connect})

/** Makes what sends requests through the proxies that stand before their hosts. */
export function proxyDispatcher({headersTimeout, tls, kept, ...options}: ProxyOptions): Dispatcher {
  const {maxHeaderSize} = options
  function withKept(settings: object): object {
    return 'connect' in settings && isConnector(settings.connect)
      ? {...settings, connect: kept(settings.connect)}
      : settings
  }
  return new EnvHttpProxyAgent({
    ...options,
    requestTls: tls,
    proxyTls: tls,
    // Proxies commonly allow CONNECT to port 443 only, so plain http goes through them in absolute form.
    proxyTunnel: false,
    factory: (origin, settings) => new Pool(origin, withKept(settings)),
    // The request for a tunnel has undici's own timeout of minutes unless its client is made here.
    clientFactory: (origin, settings) =>
      new TunnelPool(origin, {...withKept(settings), headersTimeout, maxHeaderSize}),
  })
}

function isConnector(value: unknown): value is Connector {
  return typeof value === 'function'
}

/**
 * Asks a proxy for tunnels. A proxy that hangs up is taken by undici for a passing trouble of a socket, and it
 * connects again and again without end; only errors of another kind stop it.
 */
class TunnelPool extends Pool {
  override connect(options: TunnelOptions): Promise<Dispatcher.ConnectData>
  override connect(options: TunnelOptions, callback: TunnelCallback): void
  override connect(
    options: TunnelOptions,
    callback?: TunnelCallback,
  ): Promise<Dispatcher.ConnectData> | void {
    if (callback !== undefined) {
      super.connect(options, callback)
      return undefined
    }
    return super.connect(options).catch((error: unknown) => {
      throw hungUp(error) ? new TransferError('the proxy hung up', {retryable: true, cause: error}) : error
    })
  }
}

type TunnelOptions = Omit<Dispatcher.ConnectOptions, 'origin'>
type TunnelCallback = (error: Error | null, data: Dispatcher.ConnectData) => void

function hungUp(error: unknown): boolean {
  return systemCode(error) === 'UND_ERR_SOCKET'
}
