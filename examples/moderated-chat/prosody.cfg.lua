-- What differs between deployments comes from environment variables; README.md lists them all.
-- A wrong value stops Prosody at its start with the name of the variable.

local function setting(name, default)
  local value = Lua.os.getenv(name)
  if value == nil or value == "" then return default end
  return value
end

local function required(name, reason)
  local value = setting(name)
  if value == nil then Lua.error(name .. " is not set, " .. reason .. " needs it", 0) end
  return value
end

local function one_of(name, default, allowed)
  local value = setting(name, default)
  for _, candidate in Lua.ipairs(allowed) do
    if value == candidate then return value end
  end
  Lua.error(("%s: expected one of %s, got %q"):format(name, Lua.table.concat(allowed, ", "), value), 0)
end

local function switched_on(name, default)
  return one_of(name, default, { "on", "off" }) == "on"
end

-- Words separated by commas or blanks, behind the words of `first`.
local function list(name, default, first)
  local words = { Lua.table.unpack(first or {}) }
  for word in setting(name, default):gmatch("[^,%s]+") do
    words[#words + 1] = word
  end
  return words
end

-- NAME_FILE names a file with the secret in its first line, for Docker's and Kubernetes' secrets.
local function secret(name, reason)
  local file = setting(name .. "_FILE")
  if file ~= nil then return FileLine(file) end
  return required(name, reason)
end

local function is_readable(file)
  local handle = Lua.io.open(file)
  return handle ~= nil and handle:close()
end

local domain = setting("PROSODY_DOMAIN", "localhost")

-- Without a certificate STARTTLS would be offered all the same, and end every connection that takes the offer.
local certificate = "/etc/prosody/certs/" .. domain
local has_certificate = is_readable(certificate .. ".crt") and is_readable(certificate .. ".key")
  or is_readable(certificate .. "/fullchain.pem") and is_readable(certificate .. "/privkey.pem")

admins = list("PROSODY_ADMINS", "")
authentication = setting("PROSODY_AUTHENTICATION", "internal_hashed")
allow_registration = false

modules_enabled = list("PROSODY_MODULES", "", {
  "admin_shell", -- prosodyctl shell and the health check
  "blocklist",
  "bosh",
  "carbons",
  "disco",
  "limits",
  "ping",
  "roster",
  "saslauth",
  "smacks",
  "websocket",
})
if has_certificate then Lua.table.insert(modules_enabled:value(), "tls") end

if switched_on("PROSODY_FEDERATION", "off") then
  Lua.table.insert(modules_enabled:value(), "dialback")
else
  modules_disabled = { "s2s" }
end
s2s_secure_auth = true

c2s_require_encryption = switched_on("PROSODY_REQUIRE_TLS", "on")
-- "on" when a proxy in front of port 5280 speaks TLS with the clients.
consider_bosh_secure = switched_on("PROSODY_BEHIND_TLS_PROXY", "off")
consider_websocket_secure = consider_bosh_secure
trusted_proxies = list("PROSODY_TRUSTED_PROXIES", "", { "127.0.0.1", "::1" })
certificates = "/etc/prosody/certs"

http_ports = { 5280 }
http_interfaces = { "*", "::" }
http_default_host = domain
https_ports = {}
component_interfaces = { "*", "::" }

limits = {
  c2s = { rate = setting("PROSODY_CLIENT_RATE", "10kb/s") },
  s2sin = { rate = "30kb/s" },
}

if one_of("PROSODY_STORAGE", "internal", { "internal", "postgresql" }) == "postgresql" then
  storage = "sql"
  sql = {
    driver = "PostgreSQL",
    host = required("PROSODY_POSTGRES_HOST", "PROSODY_STORAGE=postgresql"),
    port = Lua.tonumber(setting("PROSODY_POSTGRES_PORT", "5432")),
    database = setting("PROSODY_POSTGRES_DATABASE", "prosody"),
    username = setting("PROSODY_POSTGRES_USER", "prosody"),
    password = secret("PROSODY_POSTGRES_PASSWORD", "PROSODY_STORAGE=postgresql"),
  }
end

-- Both in the volume, so that the root file system can be read-only.
data_path = "/var/lib/prosody"
pidfile = "/var/lib/prosody/prosody.pid"

log = {
  { to = "console", levels = { min = one_of("PROSODY_LOG_LEVEL", "info", { "debug", "info", "warn", "error" }) } },
}

-- Your own files first. Prosody keeps the last plugin_paths that it reads and takes the files of a pattern in
-- any order, so the generated file is read once more, after all others.
Include "conf.d/*.cfg.lua"
Include "conf.d/prosody-mods.cfg.lua"

VirtualHost (domain)

Component (setting("PROSODY_MUC_DOMAIN", "conference." .. domain)) "muc"
  name = setting("PROSODY_MUC_NAME", "Chat rooms")
  modules_enabled = list("PROSODY_MUC_MODULES", "muc_moderation", { "muc_mam" })
  restrict_room_creation = switched_on("PROSODY_RESTRICT_ROOM_CREATION", "off")
