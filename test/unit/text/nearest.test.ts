import {describe, expect, it} from 'vitest'
import {editDistance} from '../../../src/text/edit-distance.ts'
import {nearestNames, nearestSpellings} from '../../../src/text/nearest.ts'

/** Names as the upstreams have them. */
const names = (
  'auth_http auth_jitsi-anonymous auth_ldap auth_oauth_external auth_token av_moderation av_moderation_component ' +
  'bookmarks bookmarks2 cloud_notify cloud_notify_encrypted csi csi_battery_saver event_sync event_sync_component ' +
  'firewall groups_muc_bookmarks http_admin_api http_auth_check http_oauth2 http_upload http_upload_external ' +
  'jibri_queue_component log_slow_events mam mam_archive mam_muc measure_muc muc_archive muc_badge ' +
  'muc_breakout_rooms muc_cloud_notify muc_hats_api muc_lobby_rooms muc_log muc_log_http muc_mam_hints ' +
  'muc_moderation muc_notifications muc_rtbl muc_search persistent_lobby polls reload_modules room_metadata ' +
  's2s_blacklist s2s_whitelist smacks smacks_offline speakerstats speakerstats_component storage_memory ' +
  'token_affiliation token_affiliation_legacy token_verification turncredentials turncredentials_http vcard_muc'
).split(' ')

describe('nearestNames', () => {
  it.each([
    // a letter left out, added, replaced, swapped
    ['muc_moderaton', 'muc_moderation'],
    ['token_afiliation', 'token_affiliation'],
    ['smackss', 'smacks'],
    ['smcaks', 'smacks'],
    ['muc_rtlb', 'muc_rtbl'],
    ['turncredentails', 'turncredentials'],
    ['persistant_lobby', 'persistent_lobby'],
    ['http_oauth', 'http_oauth2'],
    // words of a name, whole, begun, or in another form
    ['moderation', 'muc_moderation'],
    ['moderate', 'muc_moderation'],
    ['moder', 'muc_moderation'],
    ['lobby', 'muc_lobby_rooms'],
    ['lobby_rooms', 'muc_lobby_rooms'],
    ['breakout', 'muc_breakout_rooms'],
    ['muc_looby', 'muc_lobby_rooms'],
    ['encrypted_notify', 'cloud_notify_encrypted'],
    // other ways to write the same
    ['mod_muc_moderation', 'muc_moderation'],
    ['MUC_Moderation', 'muc_moderation'],
    ['muc-moderation', 'muc_moderation'],
    ['mucmoderation', 'muc_moderation'],
    ['auth_jitsi_anonymous', 'auth_jitsi-anonymous'],
    ['speaker_stats', 'speakerstats'],
    ['cloudnotify', 'cloud_notify'],
  ])('%s finds %s', (wanted, name) => {
    expect(nearestNames(wanted, names).slice(0, 2)).toContain(name)
  })

  it('puts the best first', () => {
    expect(nearestNames('smcaks', names)).toEqual(['smacks', 'smacks_offline'])
    expect(nearestNames('moderation', names)).toEqual([
      'muc_moderation',
      'av_moderation',
      'av_moderation_component',
    ])
    expect(nearestNames('muc_log', names)[0]).toBe('muc_log')
  })

  it('does not take a common word for a likeness', () => {
    expect(nearestNames('muc_zebra', names)).toEqual([])
    expect(nearestNames('http_zebra', names)).toEqual([])
  })

  it.each(['', 'mod_', '_', '*', 'zzz', 'qwertyuiop', 'é'])('offers nothing for %j', (wanted) => {
    expect(nearestNames(wanted, names)).toEqual([])
  })

  it('offers at most the limit, each name once, in the same order whatever theirs was', () => {
    expect(nearestNames('token', names)).toHaveLength(4)
    expect(nearestNames('token', names, 2)).toEqual(nearestNames('token', names).slice(0, 2))
    expect(nearestNames('token', [...names, ...names])).toEqual(nearestNames('token', names))
    expect(nearestNames('token', names.toReversed())).toEqual(nearestNames('token', names))
    expect(nearestNames('token', [])).toEqual([])
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'ab', 1],
    ['abc', 'acb', 1],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b, distance)).toBe(distance)
    expect(editDistance(b, a, distance + 2)).toBe(distance)
    expect(editDistance(a, b, distance - 1)).toBeUndefined()
  })
})

describe('nearestSpellings', () => {
  const options = [
    ...['ldap_server', 'muc_log_all_rooms', 'muc_log_cleanup_date_cache_size', 'pidfile', 'prosody_group'],
    ...['plugin_paths', 'insecure_sasl_mechanisms', 'c2s_require_encryption', 's2s_require_encryption'],
  ]

  it.each([
    ['c2s_require_encrypton', ['c2s_require_encryption', 's2s_require_encryption']],
    ['pid_file', ['pidfile']],
    ['plugin_path', ['plugin_paths']],
    ['log_all_rooms', ['muc_log_all_rooms']],
    ['my_muc_log_all_rooms', ['muc_log_all_rooms']],
    // words in common, and another name all the same
    ['site_logo', []],
    ['plugin_server', []],
    ['group', []],
    ['group_suffix', []],
    ['sasl_mechanisms', []],
  ])('%s finds %s', (wanted, found) => {
    expect(nearestSpellings(wanted, options)).toEqual(found)
  })
})
