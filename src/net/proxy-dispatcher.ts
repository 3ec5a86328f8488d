import {EnvHttpProxyAgent, Pool, type Dispatcher} from 'undici'
import {systemCode} from '../errors.ts'
import type {Proxies} from './proxies.ts'
import {TransferError} from './transfer-error.ts'

interface ProxyOptions extends Proxies {
  readonly connect: object
  readonly connections: number
  readonly maxHeaderSize: number
  /** Milliseconds. */
  readonly headersTimeout: number
}

/** Sends requests through the proxies that stand before their hosts. */
export function proxyDispatcher({headersTimeout, ...options}: ProxyOptions): Dispatcher {
  const {connect, maxHeaderSize} = options
  return new EnvHttpProxyAgent({
    ...options,
    requestTls: connect,
    proxyTls: connect,
    // Proxies commonly allow CONNECT to port 443 only, so plain http goes through them in absolute form.
    proxyTunnel: false,
    // The request for a tunnel has undici's own timeout of minutes unless its client is made here.
    clientFactory: (origin, settings) => new TunnelPool(origin, {...settings, headersTimeout, maxHeaderSize}),
  })
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
