import {imageFolder} from '../paths.ts'
import type {Profile} from '../variables/index.ts'

const places: Readonly<Record<Profile, {readonly host: string; readonly port: string}>> = {
  jitsi: {host: 'env.XMPP_DOMAIN', port: 'env.XMPP_PORT'},
  xmpp: {host: 'env.PROSODY_VIRTUAL_HOSTS[1]', port: 'env.PROSODY_C2S_PORT'},
  minimal: {host: 'env.PROSODY_DOMAIN', port: 'env.PROSODY_C2S_PORT'},
}

/** Writes the health check: it ends with 0 when clients are given the features of the first host. */
export function healthLua(profile: Profile): string {
  const {host, port} = places[profile]
  return `
local env = dofile("${imageFolder}/environment.lua")
local host, port = ${host}, ${port}

local function fail(problem)
	io.stderr:write(("port %d: %s\\n"):format(port, problem))
	os.exit(1)
end

local connection = require "socket".tcp()
connection:settimeout(3)
local ok, problem = connection:connect("127.0.0.1", port)
if not ok then fail(problem) end
connection:send(([[<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='%s' version='1.0'
 xmlns:stream='http://etherx.jabber.org/streams'>]]):format(host))
local answer = ""
while not answer:find("</stream:features>", 1, true) do
	local part, why, rest = connection:receive(1)
	answer = answer .. (part or rest or "")
	if not part then fail(why .. ", no features of " .. host) end
end
connection:send("</stream:stream>")
connection:close()
`
}
