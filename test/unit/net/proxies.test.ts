import {describe, expect, it} from 'vitest'
import {proxiesOf} from '../../../src/net/proxies.ts'
import {redactUrl} from '../../../src/net/redact-url.ts'

describe('proxiesOf', () => {
  it.each([
    [{}, undefined],
    [{http_proxy: '', HTTPS_PROXY: ''}, undefined],
    [{no_proxy: '*'}, undefined],
    [{http_proxy: 'http://a:1'}, {httpProxy: 'http://a:1', httpsProxy: '', noProxy: ''}],
    [{HTTPS_PROXY: 'https://a'}, {httpProxy: '', httpsProxy: 'https://a', noProxy: ''}],
    [{http_proxy: 'a:3128'}, {httpProxy: 'http://a:3128', httpsProxy: '', noProxy: ''}],
    [
      {http_proxy: 'http://lower', HTTP_PROXY: 'http://upper', NO_PROXY: 'b'},
      {httpProxy: 'http://lower', httpsProxy: '', noProxy: 'b'},
    ],
    [{http_proxy: '', HTTP_PROXY: 'http://upper'}, undefined],
  ])('%j', (env, proxies) => {
    expect(proxiesOf(env)).toEqual(proxies)
  })

  it.each(['socks5://user:secret@a', 'http://', 'http://user:secret@a b'])('refuses %s', (value) => {
    expect(() => proxiesOf({https_proxy: value})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining('secret') as string,
      }),
    )
  })
})

describe('redactUrl', () => {
  it.each([
    ['https://user:secret@a.example/x?token=secret#y', 'https://a.example/x?…'],
    ['http://a.example:8080/pool/a_0.0%7ehg%2Bdfsg.deb', 'http://a.example:8080/pool/a_0.0~hg+dfsg.deb'],
    ['https://a.example', 'https://a.example/'],
    ['no URL', 'no URL'],
  ])('%s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown)
  })
})
