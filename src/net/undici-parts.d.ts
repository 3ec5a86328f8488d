/**
 * Modules of undici that its index brings together with many others: loading these alone takes half the
 * time. They are no published interface, so package.json names one exact version.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export {Agent as default} from 'undici'
}

declare module 'undici/lib/api/api-connect.js' {
  import type {Dispatcher} from 'undici'

  /** Asks a proxy for a tunnel, by the dispatcher that it is called on. */
  export default function connect(
    this: Dispatcher,
    options: Dispatcher.ConnectOptions,
  ): Promise<Dispatcher.ConnectData>
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  export {Dispatcher as default} from 'undici'
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  export {EnvHttpProxyAgent as default} from 'undici'
}

declare module 'undici/lib/dispatcher/pool.js' {
  export {Pool as default} from 'undici'
}

declare module 'undici/lib/core/connect.js' {
  export {buildConnector as default} from 'undici'
}

declare module 'undici/lib/api/api-request.js' {
  import type {Dispatcher} from 'undici'

  /** Sends a request by the dispatcher that it is called on. */
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>
}
