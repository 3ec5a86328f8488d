import {describe, expect, it} from 'vitest'
import {hostLayout, type PlacedModule} from '../../../src/image/host-layout.ts'

function placed(name: string, where: PlacedModule['where'], component?: string): PlacedModule {
  return {name, where, component}
}

describe('the hosts of modules', () => {
  it('enables under a component what belongs there, also before the component is named', () => {
    const {hostOf, hosts} = hostLayout(
      [
        placed('feeds', 'in-component', 'pubsub'),
        placed('hub', 'in-component', 'pubsub'),
        placed('thing_helper', 'in-component', 'thing'),
        placed('thing', 'component'),
        placed('rooms', 'muc-component'),
      ],
      'localhost',
    )
    expect(Object.fromEntries(hostOf)).toEqual({
      thing: 'thing.localhost',
      feeds: 'pubsub.localhost',
      hub: 'pubsub.localhost',
      thing_helper: 'thing.localhost',
      rooms: 'conference.localhost',
    })
    expect(hosts).toEqual([
      {host: 'localhost', options: {modules_enabled: []}},
      {host: 'conference.localhost', component: 'muc', options: {modules_enabled: ['rooms']}},
      {host: 'thing.localhost', component: 'thing', options: {modules_enabled: ['thing_helper']}},
      {host: 'pubsub.localhost', component: 'pubsub', options: {modules_enabled: ['feeds', 'hub']}},
    ])
  })

  it('gives authentication and storage hosts of their own', () => {
    const {hostOf, storage, hosts} = hostLayout(
      [placed('auth_x', 'authentication'), placed('storage_x', 'storage')],
      'example.org',
    )
    expect(hostOf.get('auth_x')).toBe('auth-x.example.org')
    expect(storage.get('storage-x.example.org')).toBe('x')
    expect(hosts).toContainEqual({host: 'auth-x.example.org', options: {authentication: 'x'}})
    expect(hosts).toContainEqual({host: 'storage-x.example.org', options: {storage: 'x'}})
  })

  it('enables on the whole server what belongs there, with what modules take for granted', () => {
    expect(hostLayout([placed('whole', 'global')], 'localhost').options).toEqual({
      modules_enabled: ['disco', 'roster', 'saslauth', 'whole'],
    })
  })

  it('gives each a host of its own where names differ in signs alone', () => {
    const {hostOf} = hostLayout(
      [
        placed('a_b', 'component'),
        placed('a-b', 'component'),
        placed('conference', 'component'),
        placed('auth_x', 'authentication'),
        placed('storage_x', 'storage'),
        placed('whole', 'global'),
      ],
      'localhost',
    )
    expect([...hostOf.values()]).toEqual([
      'a-b.localhost',
      'a-b-2.localhost',
      'conference-2.localhost',
      'auth-x.localhost',
      'storage-x.localhost',
      '*',
    ])
  })
})
