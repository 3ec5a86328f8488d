import type {LogMessage} from '../../prosody/log/reader.ts'
import type {CertificateFailure} from '../../prosody/log/server-failure.ts'
import {shellWord} from '../../text/shell-word.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'

/** Explains a certificate or a key that is not there, or that can't be used. */
export function explainCertificate(failure: CertificateFailure, {hosts}: LogMessage): Draft {
  const {file, text} = failure
  const of = failure.of === '' ? (hosts[0] ?? '') : failure.of
  const service = /^(\S+) port (\d+)$/.exec(of)
  return {
    id: 'certificate',
    subject: file ?? of,
    happened: `${service === null ? (of === '' ? 'a host' : of) : `the service ${service[1] ?? ''}, port ${service[2] ?? ''},`} has no certificate that Prosody can use${file === undefined ? '' : ` (${file})`}: ${text}`,
    causes: causesOf({...failure, of}),
    steps: stepsOf({...failure, of}, service?.[1]),
  }
}

function causesOf({of, file, text}: CertificateFailure): Cause[] {
  if (/^<[^>]*>$|[{}$]/.test(of))
    return [sure(`${of} is no host: a template was filled without the variable that names it`)]
  if (file === undefined && text.startsWith('No certificate'))
    return [
      sure(
        `the folder of certificates has none for ${of}, and no option names one`,
        'the option certificates: "certs" beside the configuration',
      ),
    ]
  if (text.startsWith('No key')) return [sure('there is a certificate, and no key beside it')]
  if (/permissions allow|Permission denied/.test(text))
    return [sure('the user that Prosody runs as may not read it; keys of Let’s Encrypt are for root alone')]
  if (/path is correct|No such file/.test(text))
    return [sure('there is no such file, and the configuration names it')]
  // LuaSec gives no reason where the file can't be opened.
  if (/file exists and the permissions|Previous error/.test(text))
    return [sure('there is no such file, or the user that Prosody runs as may not read it')]
  if (text.includes('contains a')) return [sure('the file holds something else, or nothing')]
  if (text.includes('password'))
    return [sure('the key is encrypted, and the configuration has no password for it')]
  if (/mismatch/i.test(text)) return [sure('the key is not that of the certificate')]
  if (/too small|too weak|md too weak/i.test(text))
    return [sure('this OpenSSL takes no key or signature that is so weak')]
  return [maybe('the file is damaged, or of a kind that this OpenSSL does not take')]
}

function stepsOf({of, file, text}: CertificateFailure, service: string | undefined): Step[] {
  if (/^<[^>]*>$|[{}$]/.test(of))
    return [step('set the variable that the template of the configuration asks for, and make it again')]
  const checked = step('see what Prosody finds for each host', 'prosodyctl check certs')
  if (service === 'https')
    return [
      step(
        'where a proxy does the encryption, switch it off: https_ports = {} at the top of the configuration',
      ),
      step('else name one: https_certificate = "/path/to/certificate.crt", with the key beside it'),
    ]
  const readable =
    file === undefined || !/permission/i.test(text)
      ? []
      : [step('see who may read it', `ls -l ${shellWord(file)}`)]
  return [
    ...readable,
    ...(file !== undefined && isNamed(text) ? namedSteps(file) : []),
    step(
      'copy a certificate from where another program keeps it',
      'prosodyctl --root cert import /etc/letsencrypt/live',
    ),
    ...(of === '' || of.includes(' ') ? [] : ownSteps(of)),
    checked,
  ]
}

/** Prosody finds by itself only what is there (core/certmanager.lua): the configuration names what is not. */
function isNamed(text: string): boolean {
  return /path is correct|No such file/.test(text)
}

function namedSteps(file: string): Step[] {
  return [
    step(
      'put the file there, where ssl = { … } of the configuration names it: key and certificate belong together',
      `ls -l ${shellWord(file.replace(/\/[^/]*$/, '') || '/')}`,
    ),
    step(
      'or take that option out: Prosody then searches its folder of certificates, into which the next steps bring one',
      `grep -rnF ${shellWord(file)} /etc/prosody`,
    ),
  ]
}

/** Without --root, prosodyctl writes as Prosody's user and into the data folder, where Prosody does not search. */
function ownSteps(host: string): Step[] {
  return [
    step(
      'or make one that nobody vouches for, to try; it comes into the data folder',
      `prosodyctl cert generate ${shellWord(host)}`,
    ),
    step(
      'and bring it from there to where Prosody searches',
      `prosodyctl --root cert import ${shellWord(host)} /var/lib/prosody`,
    ),
  ]
}
