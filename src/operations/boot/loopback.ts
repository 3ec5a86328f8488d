import type {HostLayout} from '../../image/host-layout.ts'
import type {ProsodyConfig} from '../../image/prosody-config.ts'

/** The domain of a boot: nobody else's. */
export const bootDomain = 'localhost'

/** The paths, as Prosody sees them, and the port that a temporary configuration names. */
export interface BootPaths {
  readonly probe: string
  readonly data: string
  readonly certificates: string
  readonly plugins: readonly string[]
  readonly httpPort: number
}

/**
 * Makes a whole configuration: on loopback alone, without ports but one for HTTP, and nothing outside of given paths.
 */
export function loopbackConfig({options, hosts}: HostLayout, paths: BootPaths): ProsodyConfig {
  const loopback = ['127.0.0.1']
  return {
    script: paths.probe,
    options: {
      data_path: paths.data,
      pidfile: `${paths.data}/prosody.pid`,
      certificates: paths.certificates,
      plugin_paths: paths.plugins,
      log: {info: '*console'},
      use_ipv6: false,
      interfaces: loopback,
      local_interfaces: loopback,
      c2s_ports: [],
      c2s_direct_tls_ports: [],
      s2s_ports: [],
      s2s_direct_tls_ports: [],
      component_ports: [],
      https_ports: [],
      http_external_url: 'https://localhost/',
      http_ports: [paths.httpPort],
      unbound: {resolvconf: false, hoststxt: false, forward: '127.0.0.1'},
      ...options,
    },
    hosts,
  }
}
