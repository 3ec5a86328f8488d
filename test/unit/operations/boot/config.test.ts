import {describe, expect, it} from 'vitest'
import {bootLayout, type Enabled} from '../../../../src/operations/boot/config.ts'

function enabled(name: string, where: Enabled['where'], component?: string): Enabled {
  return {
    module: `own/${name}`,
    name,
    where,
    component,
    file: `prosody-modules/own/mod_${name}.lua`,
    options: [],
  }
}

describe('the configuration of a boot', () => {
  it('enables under a component what belongs there, also before the component is named', () => {
    const {hosts, config} = bootLayout([
      enabled('feeds', 'in-component', 'pubsub'),
      enabled('hub', 'in-component', 'pubsub'),
      enabled('thing_helper', 'in-component', 'thing'),
      enabled('thing', 'component'),
      enabled('rooms', 'muc-component'),
    ])
    expect(Object.fromEntries(hosts)).toEqual({
      thing: 'thing.localhost',
      feeds: 'pubsub.localhost',
      hub: 'pubsub.localhost',
      thing_helper: 'thing.localhost',
      rooms: 'conference.localhost',
    })
    expect(config).toContain(
      'Component "pubsub.localhost" "pubsub"\n\tmodules_enabled = { "feeds"; "hub"; }\n',
    )
    expect(config).toContain('Component "thing.localhost" "thing"\n\tmodules_enabled = { "thing_helper"; }\n')
    expect(config.match(/Component/g)).toHaveLength(3)
  })

  it('gives authentication and storage hosts of their own', () => {
    const {hosts, storage, config} = bootLayout([
      enabled('auth_x', 'authentication'),
      enabled('storage_x', 'storage'),
    ])
    expect(hosts.get('auth_x')).toBe('auth-x.localhost')
    expect(storage.get('storage-x.localhost')).toBe('x')
    expect(config).toContain('VirtualHost "auth-x.localhost"\n\tauthentication = "x"\n')
  })
})
