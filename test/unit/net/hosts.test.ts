import {describe, expect, it} from 'vitest'
import {Hosts} from '../../../src/net/hosts.ts'
import {TransferError} from '../../../src/net/transfer-error.ts'

const dead = new TransferError('connection refused', {hostDead: true})
const slow = new TransferError('no answer in time', {retryable: true, hostSlow: true})

describe('Hosts', () => {
  it('never lets a dead host be asked again', () => {
    const hosts = new Hosts()
    hosts.check('a:80', 'quick')
    hosts.remember('a:80', dead)
    expect(() => hosts.check('a:80', 'quick')).toThrow(dead)
    hosts.nextRound()
    expect(() => hosts.check('a:80', 'patient')).toThrow(dead)
    expect(() => hosts.check('a:443', 'quick')).not.toThrow()
  })

  it('leaves a slow host to the patient, from the next round on', () => {
    const hosts = new Hosts()
    hosts.remember('a:80', slow)
    expect(() => hosts.check('a:80', 'patient')).toThrow(slow)
    hosts.nextRound()
    expect(() => hosts.check('a:80', 'quick')).toThrow(slow)
    expect(() => hosts.check('a:80', 'patient')).not.toThrow()
    hosts.remember('a:80', slow)
    expect(() => hosts.check('a:80', 'patient')).toThrow(slow)
  })

  it('holds nothing else against a host', () => {
    const hosts = new Hosts()
    hosts.remember('a:80', new TransferError('HTTP 500', {retryable: true}))
    hosts.remember('a:80', new TransferError('HTTP 404'))
    expect(() => hosts.check('a:80', 'quick')).not.toThrow()
  })
})
