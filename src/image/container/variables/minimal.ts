import {admins, adminPassword, logLevel, network, storage, tls} from './common.ts'
import type {ProfileVariables} from './types.ts'

/** What the profile minimal reads. */
export const minimalVariables: ProfileVariables = {
  groups: [
    {
      title: 'Host',
      variables: [
        {
          name: 'PROSODY_DOMAIN',
          type: 'domain',
          default: 'localhost',
          about: 'the domain whose users have accounts here',
          example: 'example.org',
        },
        admins,
        adminPassword,
        {name: 'PROSODY_ENABLE_MODULES', type: 'modules', about: 'modules to enable besides'},
      ],
    },
    network({c2sPort: 'PROSODY_C2S_PORT', c2sLimit: 'PROSODY_C2S_RATE_LIMIT'}),
    tls(),
    storage,
    {title: 'Log', variables: [logLevel('PROSODY_LOGLEVEL')]},
  ],
  ignored: [],
}
