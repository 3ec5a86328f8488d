import {admins, adminPassword, externals, logLevel, metrics, network, storage, tls} from './common.ts'
import {flag, port, type ProfileVariables} from './types.ts'

/** What the profile xmpp reads: names of the Prosody project's own image, where it has one. */
export const xmppVariables: ProfileVariables = {
  groups: [
    {
      title: 'Hosts',
      variables: [
        {
          name: 'PROSODY_VIRTUAL_HOSTS',
          type: 'domains',
          default: 'localhost',
          about: 'domains whose users have accounts here, separated by commas',
          example: 'example.org',
        },
        {
          name: 'PROSODY_NETWORK_HOSTNAME',
          type: 'domain',
          about: 'public name of the server for HTTP and TURN; else the first of PROSODY_VIRTUAL_HOSTS',
        },
        {
          name: 'PROSODY_COMPONENTS',
          type: 'components',
          about:
            'components of this server, NAME:TYPE, separated by commas; types are modules: muc, http_file_share …',
          example: 'rooms.example.org:muc,share.example.org:http_file_share',
        },
        admins,
        adminPassword,
        {name: 'LOCAL', type: 'text', about: 'name of a first account, which is made where it is not there'},
        {name: 'DOMAIN', type: 'domain', about: 'domain of the first account'},
        {name: 'PASSWORD', type: 'secret', about: 'password of the first account', required: 'LOCAL'},
        flag('PROSODY_ALLOW_REGISTRATION', false, 'let anybody make an account'),
      ],
    },
    {
      title: 'Modules',
      variables: [
        {
          name: 'PROSODY_ENABLE_MODULES',
          type: 'modules',
          about: 'modules to enable on all hosts besides',
          example: 'bosh,websocket',
        },
        {name: 'PROSODY_DISABLE_MODULES', type: 'list', about: 'modules not to enable'},
        {
          name: 'PROSODY_MUC_MODULES',
          type: 'modules',
          about: 'modules to enable on the components of type muc besides',
        },
        {
          name: 'PROSODY_MUC_ARCHIVE',
          type: 'flag',
          default: '1',
          about: 'keep the messages of rooms (mod_muc_mam)',
        },
        flag('PROSODY_RESTRICT_ROOM_CREATION', false, 'let administrators alone make rooms'),
      ],
    },
    {
      title: 'Retention',
      variables: [
        {
          name: 'PROSODY_RETENTION_DAYS',
          type: 'integer',
          range: [1, 36500],
          about:
            'days that messages and uploads are kept; without it and the next, messages of users are not archived, others for 7 days',
        },
        {
          name: 'PROSODY_ARCHIVE_EXPIRY_DAYS',
          type: 'integer',
          range: [1, 36500],
          about: 'days that messages are kept, where it differs',
        },
        {
          name: 'PROSODY_UPLOAD_EXPIRY_DAYS',
          type: 'integer',
          range: [1, 36500],
          about: 'days that uploads are kept, where it differs',
        },
        {
          name: 'PROSODY_UPLOAD_LIMIT_MB',
          type: 'integer',
          default: '10',
          range: [1, 10240],
          about: 'largest upload, in MiB',
        },
        {
          name: 'PROSODY_UPLOAD_STORAGE_GB',
          type: 'integer',
          range: [1, 102400],
          about: 'space for all uploads, in GiB',
        },
      ],
    },
    {
      title: 'TURN',
      variables: [
        {
          name: 'PROSODY_TURN_SECRET',
          type: 'secret',
          about: 'secret that is shared with the TURN server; offers TURN',
        },
        {
          name: 'PROSODY_TURN_HOST',
          type: 'domain',
          about: 'TURN server; else PROSODY_NETWORK_HOSTNAME, or the first host',
        },
        port('PROSODY_TURN_PORT', 3478, 'its port'),
        {
          name: 'PROSODY_TURN_TLS_PORT',
          type: 'integer',
          range: [1, 65535],
          about: 'its port with TLS, where it has one',
        },
      ],
    },
    network({
      c2sPort: 'PROSODY_C2S_PORT',
      c2sLimit: 'PROSODY_C2S_RATE_LIMIT',
      s2sLimit: 'PROSODY_S2S_RATE_LIMIT',
    }),
    {
      title: 'Other servers',
      variables: [
        flag('PROSODY_ENABLE_S2S', true, 'talk to other servers'),
        port('PROSODY_S2S_PORT', 5269, 'port of other servers'),
        flag('PROSODY_S2S_SECURE_AUTH', true, 'want a valid certificate of them'),
        {
          name: 'PROSODY_DNS_RESOLVERS',
          type: 'addresses',
          about: "resolvers to ask in place of the system's",
        },
      ],
    },
    tls(),
    storage,
    externals,
    metrics,
    {title: 'Log', variables: [logLevel('PROSODY_LOGLEVEL')]},
  ],
  ignored: [
    {
      name: 'PROSODY_PLUGIN_PATHS',
      because: 'folders of plugins belong into "pluginPaths" of prosody-mods.json',
    },
    {
      name: 'PROSODY_USE_DANE',
      harmless: ['0', 'false'],
      because: 'DANE is set up in a configuration file of your own',
    },
    {name: 'PROSODY_STATISTICS', because: 'PROSODY_ENABLE_METRICS=1 offers metrics'},
    {name: 'PROSODY_STATISTICS_INTERVAL', because: 'metrics are computed when they are asked for'},
    {name: 'PROSODY_EXTRA_CONFIG', because: 'conf.d/*.cfg.lua is read'},
  ],
}
