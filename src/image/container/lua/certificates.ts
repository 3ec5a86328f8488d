/**
 * What finds certificates, and makes some: Lua, run by dofile of the configuration. Prosody 13.0 offers STARTTLS
 * without any certificate, and every handshake fails.
 */
export const certificatesLua = String.raw`
local lfs = require "lfs"

local certificates = {}

-- Whether a folder, or one below it, has a file that Prosody takes for a certificate, and that fits.
local function any(folder, fits)
	local ok, mode = pcall(lfs.attributes, folder, "mode")
	if not ok or mode ~= "directory" then return false end
	local readable, next_entry, entries = pcall(lfs.dir, folder)
	if not readable then return false end
	for name in next_entry, entries do
		if name:sub(1, 1) ~= "." then
			local path = folder .. "/" .. name
			local kind = lfs.attributes(path, "mode")
			local is_certificate = kind == "file" and (name:match("%.crt$") or name:match("^fullchain.*%.pem$"))
			if is_certificate and fits(path, name) then return true end
			if kind == "directory" and any(path, fits) then return true end
		end
	end
	return false
end

-- Whether there is any certificate.
function certificates.found(folder)
	return any(folder, function () return true end)
end

local function names_in(path)
	local names = {}
	pcall(function ()
		local file = assert(io.open(path, "rb"))
		local certificate = require "openssl.x509".new(file:read("a"))
		file:close()
		for kind, name in pairs(certificate:getSubject():all()) do
			if name.sn == "CN" then names[name.blob:lower()] = kind end
		end
		for kind, name in pairs(certificate:getSubjectAlt() or {}) do
			if kind == "DNS" then names[name:lower()] = kind end
		end
	end)
	return names
end

-- Whether Prosody finds a certificate for a host: one of its own, with a star, or of a domain above it.
function certificates.covers(folder, host)
	return any(folder, function (path, file)
		local names = names_in(path)
		local name = host
		while name do
			local above = name:match("%.(.+)$")
			if names[name] or file == name .. ".crt" or above and names["*." .. above] then return true end
			name = above
		end
		return false
	end)
end

local function write(path, text)
	local file, problem = io.open(path, "wb")
	if not file then return nil, problem end
	local written, why = file:write(text)
	local closed, reason = file:close()
	if not written or not closed then
		os.remove(path)
		return nil, why or reason
	end
	return true
end

local function self_signed(host)
	local key = require "openssl.pkey".new { type = "EC", curve = "prime256v1" }
	local subject = require "openssl.x509.name".new()
	subject:add("CN", host)
	local names = require "openssl.x509.altname".new()
	names:add("DNS", host)
	names:add("DNS", "*." .. host)
	local certificate = require "openssl.x509".new()
	local now = os.time()
	certificate:setVersion(3)
	certificate:setSerial(require "openssl.bignum".fromBinary(require "openssl.rand".bytes(16)))
	certificate:setSubject(subject)
	certificate:setIssuer(subject)
	certificate:setSubjectAlt(names)
	certificate:setBasicConstraints { CA = false }
	certificate:setLifetime(now - 3600, now + 10 * 365 * 86400)
	certificate:setPublicKey(key)
	certificate:sign(key)
	return key:toPEM("private"), certificate:toPEM()
end

-- Makes a certificate for each host that has none yet. Returns what stands in the way of one.
function certificates.make(folder, hosts)
	local pposix = require "util.pposix"
	local before = pposix.umask("077")
	lfs.mkdir(folder)
	local problem
	for _, host in ipairs(hosts) do
		if not problem and not lfs.attributes(folder .. "/" .. host .. ".crt") then
			local key, certificate = self_signed(host)
			local ok
			ok, problem = write(folder .. "/" .. host .. ".key", key)
			if ok then ok, problem = write(folder .. "/" .. host .. ".crt", certificate) end
		end
	end
	pposix.umask(before)
	return problem
end

return certificates
`
