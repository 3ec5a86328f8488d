import {flag, port, type Variable, type VariableGroup} from './types.ts'

/** Levels of Prosody's log, most first. */
const levels = ['debug', 'info', 'warn', 'error']

/** Makes the variable that says what is logged. */
export function logLevel(name: string): Variable {
  return {name, type: 'choice', default: 'info', choices: levels, about: 'least level that is logged'}
}

/** Makes the variable that names the administrators. */
export const admins: Variable = {
  name: 'PROSODY_ADMINS',
  type: 'jids',
  about: 'addresses of administrators, separated by commas',
}

/** Makes the variable with which administrators without an account get one. */
export const adminPassword: Variable = {
  name: 'PROSODY_ADMIN_PASSWORD',
  type: 'secret',
  about:
    'password of the accounts that are made for PROSODY_ADMINS on hosts of this server, where they have none yet',
}

/** Where data lies. */
export const storage: VariableGroup = {
  title: 'Storage',
  variables: [
    {
      name: 'PROSODY_SQL_DRIVER',
      type: 'choice',
      choices: ['PostgreSQL', 'SQLite3'],
      about: 'database of PROSODY_STORAGE=sql, which setting this implies',
    },
    {
      name: 'PROSODY_STORAGE',
      type: 'choice',
      choices: ['internal', 'sql', 'memory'],
      about: 'files, a database, or nothing that is kept; sql where PROSODY_SQL_DRIVER is set, else internal',
    },
    {
      name: 'PROSODY_SQL_HOST',
      type: 'text',
      about: 'host of PostgreSQL, or the folder of its socket',
      required: 'PROSODY_SQL_DRIVER=PostgreSQL',
    },
    port('PROSODY_SQL_PORT', 5432, 'port of PostgreSQL'),
    {
      name: 'PROSODY_SQL_DB',
      type: 'text',
      default: 'prosody',
      about: 'name of the database; of SQLite3, its file is this name with .sqlite in the data folder',
    },
    {name: 'PROSODY_SQL_USERNAME', type: 'text', default: 'prosody', about: 'user of PostgreSQL'},
    {
      name: 'PROSODY_SQL_PASSWORD',
      type: 'secret',
      about: 'password of PostgreSQL',
      required: 'PROSODY_SQL_DRIVER=PostgreSQL',
    },
    {
      name: 'PROSODY_DATA_PATH',
      type: 'path',
      default: '/var/lib/prosody',
      about: 'folder of all that is written',
    },
  ],
}

/** Lists the variables of who connects, and how. */
export function network(names: {
  readonly c2sPort: string
  readonly c2sLimit: string
  /** Undefined where no other server connects. */
  readonly s2sLimit?: string
}): VariableGroup {
  return {
    title: 'Network',
    variables: [
      port(names.c2sPort, 5222, 'port of clients'),
      port(
        'PROSODY_HTTP_PORT',
        5280,
        'port of BOSH, WebSocket and uploads, without TLS: for a proxy that has it',
      ),
      flag('ENABLE_IPV6', true, 'listen on IPv6 besides IPv4'),
      {
        name: 'PROSODY_TRUSTED_PROXIES',
        type: 'addresses',
        default: '127.0.0.1,::1',
        about: 'addresses and networks of proxies whose X-Forwarded-For is believed',
      },
      rate(names.c2sLimit, '10kb/s', 'what each client may send'),
      ...(names.s2sLimit === undefined
        ? []
        : [rate(names.s2sLimit, '30kb/s', 'what each other server may send')]),
    ],
  }
}

function rate(name: string, standard: string, about: string): Variable {
  return {name, type: 'rate', default: standard, about}
}

/** Lists the variables of certificates. */
export function tls(more: readonly Variable[] = []): VariableGroup {
  return {
    title: 'TLS',
    variables: [
      {
        name: 'PROSODY_CERTIFICATES',
        type: 'path',
        default: '/etc/prosody/certs',
        about:
          'folder of certificates and keys: HOST.crt and HOST.key, or HOST/fullchain.pem and HOST/privkey.pem',
      },
      flag('PROSODY_C2S_REQUIRE_ENCRYPTION', true, 'let clients log in over TLS only'),
      ...more,
    ],
  }
}

/** Programs that connect as components. */
export const externals: VariableGroup = {
  title: 'External components',
  variables: [
    {
      name: 'PROSODY_EXTERNAL_COMPONENTS',
      type: 'externals',
      about: 'programs that connect as components, NAME:SECRET or NAME alone, separated by commas',
      example: 'bridge.${DOMAIN}:a secret of its own',
    },
    {
      name: 'PROSODY_COMPONENT_SECRET',
      type: 'secret',
      about: 'secret of the external components that have none of their own',
    },
    port('PROSODY_COMPONENT_PORT', 5347, 'port of external components; closed where there are none'),
  ],
}

/** What is measured. */
export const metrics: VariableGroup = {
  title: 'Metrics',
  variables: [
    flag('PROSODY_ENABLE_METRICS', false, 'offer /metrics for OpenMetrics on the HTTP port'),
    {
      name: 'PROSODY_METRICS_ALLOWED_CIDR',
      type: 'addresses',
      default: '172.16.0.0/12',
      about: 'network that may read them',
    },
  ],
}
