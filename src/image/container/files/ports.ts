import type {Profile} from '../variables/index.ts'

/** A port that an image listens on. */
export interface ImagePort {
  readonly number: number
  /** Who connects to it. */
  readonly what: string
  /** Whether a proxy that has TLS stands before it. */
  readonly proxied: boolean
}

const clients: ImagePort = {number: 5222, what: 'clients', proxied: false}
const http: ImagePort = {number: 5280, what: 'BOSH, WebSocket and uploads, behind a proxy', proxied: true}
const servers: ImagePort = {number: 5269, what: 'other servers', proxied: false}
const programs: ImagePort = {number: 5347, what: 'external components', proxied: true}

const ports: Readonly<Record<Profile, readonly ImagePort[]>> = {
  jitsi: [clients, http, programs],
  xmpp: [clients, servers, http, programs],
  minimal: [clients, http],
}

/** Lists the ports of a profile, as the variables set them where nobody says otherwise. */
export function portsOf(profile: Profile): readonly ImagePort[] {
  return ports[profile]
}
