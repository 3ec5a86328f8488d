/**
 * What reads the environment, without the tables that it reads by: Lua for 0.12 and 13.0 of Prosody, run by dofile of
 * the configuration and of the health check. `variables`, `ignored`, `folders` and `unmet` are locals above it.
 */
export const environmentSource = String.raw`
local lfs = require "lfs"

local env = {}

local function shown(value)
	if #value > 60 then value = value:sub(1, 57) .. "..." end
	return (("%q"):format(value):gsub("\\\n", "\\n"))
end

-- Ends the start: one line that names the variable, what was expected and what was found.
function env.refuse(name, expected, found)
	error(("%s: expected %s, found %s"):format(name, expected, found or "nothing"), 0)
end

local function content(path, name)
	local file, problem = io.open(path, "rb")
	local text = file and file:read("*a")
	if file then file:close() end
	if not text then env.refuse(name, "the path of a file that can be read", problem or shown(path)) end
	return (text:gsub("[\r\n]+$", ""))
end

local credentials = os.getenv("CREDENTIALS_DIRECTORY")

-- NAME, else the file that NAME_FILE names, else $CREDENTIALS_DIRECTORY/NAME; empty is the same as unset.
local function given(name)
	local value, path = os.getenv(name), os.getenv(name .. "_FILE")
	if value == "" then value = nil end
	if path == "" then path = nil end
	if value and path then env.refuse(name, "either it or " .. name .. "_FILE", "both") end
	if not value and not path and credentials and lfs.attributes(credentials .. "/" .. name, "mode") == "file" then
		path = credentials .. "/" .. name
	end
	if path then value = content(path, name .. "_FILE") end
	if value == "" then value = nil end
	return value
end

local function split(value)
	local parts = {}
	for part in (value .. ","):gmatch("([^,]*),") do
		part = part:match("^%s*(.-)%s*$")
		if part ~= "" then parts[#parts + 1] = part end
	end
	return parts
end

local function domain(value)
	value = value:lower()
	if #value > 253 then return nil end
	for label in (value .. "."):gmatch("([^.]*)%.") do
		if not label:match("^[%w\128-\255]$") and not label:match("^[%w\128-\255][%w\128-\255-]*[%w\128-\255]$") then
			return nil
		end
	end
	return value
end

local function address(value)
	local ip, bits = value:match("^([^/]+)/?(%d*)$")
	if not ip or (value:find("/", 1, true) and bits == "") then return false end
	local a, b, c, d = ip:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
	if a then
		for _, number in ipairs { a, b, c, d } do
			if tonumber(number) > 255 then return false end
		end
		return bits == "" or tonumber(bits) <= 32
	end
	return ip:match("^[%x:]+[%x:.]*$") ~= nil and ip:find(":", 1, true) ~= nil and (bits == "" or tonumber(bits) <= 128)
end

local function installed(name)
	for _, folder in ipairs(folders) do
		for _, path in ipairs { "/mod_" .. name .. "/", "/" .. name .. "/", "/" } do
			path = path .. "mod_" .. name .. ".lua"
			if lfs.attributes(folder .. path, "mode") == "file" then return true end
		end
	end
	return false
end

local function distance(a, b)
	local row = {}
	for j = 0, #b do row[j] = j end
	for i = 1, #a do
		local corner = row[0]
		row[0] = i
		for j = 1, #b do
			local change = corner + (a:byte(i) == b:byte(j) and 0 or 1)
			corner = row[j]
			row[j] = math.min(change, row[j] + 1, row[j - 1] + 1)
		end
	end
	return row[#b]
end

local function nearest(name)
	local best, least = nil, math.max(1, math.floor(#name / 3)) + 1
	for _, folder in ipairs(folders) do
		if lfs.attributes(folder, "mode") == "directory" then
			for entry in lfs.dir(folder) do
				local other = entry:match("^mod_([%w_-]+)")
				local far = other and distance(name, other)
				if far and (far < least or (far == least and best and other < best)) then best, least = other, far end
			end
		end
	end
	return best
end

-- Prosody would go on without a module that is not there.
local function check_module(name, module)
	if unmet[module] then
		env.refuse(name, "modules whose libraries are in this image", module .. ", which needs " .. unmet[module])
	end
	if installed(module) then return end
	local near = nearest(module)
	env.refuse(name, "names of modules of this image", shown(module) .. (near and "; did you mean " .. near .. "?" or ""))
end

local booleans = {
	["1"] = true, ["true"] = true, yes = true, on = true,
	["0"] = false, ["false"] = false, no = false, off = false,
}

local types = {}

function types.text(value) return value end
types.secret = types.text
types.configuration = types.text

function types.key(value)
	if value:find("-----BEGIN [%w ]*PUBLIC KEY-----") or value:find("-----BEGIN CERTIFICATE-----") then return value end
	return nil, "a public key in PEM"
end

function types.domain(value)
	local found = domain(value)
	if not found then return nil, "a domain name" end
	return found
end

function types.domains(value)
	local found = split(value)
	for i, one in ipairs(found) do
		found[i] = domain(one)
		if not found[i] then return nil, "domain names, separated by commas", one end
	end
	if #found == 0 then return nil, "domain names, separated by commas" end
	return found
end

function types.flag(value)
	local found = booleans[value:lower()]
	if found == nil then return nil, "1 or 0" end
	return found
end

function types.integer(value, variable)
	local number = value:match("^%d+$") and tonumber(value)
	if not number or number < variable.low or number > variable.high then
		return nil, ("a whole number from %d to %d"):format(variable.low, variable.high)
	end
	return number
end

function types.choice(value, variable)
	for _, one in ipairs(variable.choices) do
		if one == value then return value end
	end
	return nil, "one of " .. table.concat(variable.choices, ", ")
end

types.list = split

function types.modules(value, variable)
	local found = split(value)
	for _, module in ipairs(found) do check_module(variable.name, module) end
	return found
end

function types.rate(value)
	if value:match("^%d+ *[mgk]?b/s$") then return value end
	return nil, "a rate like 10kb/s"
end

function types.jids(value)
	local found = split(value)
	for i, one in ipairs(found) do
		local user, host = one:match("^([^@/%s]+)@([^@/%s]+)$")
		host = host and domain(host)
		if not host then return nil, "addresses like ann@example.org, separated by commas", one end
		found[i] = user:lower() .. "@" .. host
	end
	return found
end

function types.addresses(value)
	local found = split(value)
	for _, one in ipairs(found) do
		if not address(one) then return nil, "IP addresses and networks, separated by commas", one end
	end
	return found
end

function types.path(value)
	if value:sub(1, 1) ~= "/" then return nil, "an absolute path" end
	return value
end

function types.url(value)
	if not value:match("^https?://[^%s]+$") then return nil, "a URL of http or https" end
	return value
end

function types.components(value, variable)
	local found = split(value)
	for i, one in ipairs(found) do
		local host, kind = one:match("^([^:]+):([^:]+)$")
		host = host and domain(host)
		if not host then return nil, "components like rooms.example.org:muc, separated by commas", one end
		check_module(variable.name, kind)
		found[i] = { host = host, kind = kind }
	end
	return found
end

function types.externals(value)
	local found = split(value)
	for i, one in ipairs(found) do
		local host, secret = one:match("^([^:]+):(.+)$")
		host = domain(host or one)
		if not host then return nil, "components like bridge.example.org:secret, separated by commas" end
		found[i] = { host = host, secret = secret }
	end
	return found
end

local hidden = { secret = true, externals = true, key = true, configuration = true }

local declared, values = {}, {}

-- Returns a value, or ends the start where there is none; reason is what needs it: "AUTH_TYPE=jwt".
function env.need(name, reason)
	local value = values[name]
	if value ~= nil then return value end
	env.refuse(name, reason and "a value, which " .. reason .. " needs" or "a value")
end

for _, variable in ipairs(variables) do
	local name = variable.name
	local value = given(name)
	if not value and variable.default then
		value = variable.default:gsub("%$%{([%w_]+)}", function(other) return tostring(values[other]) end)
	end
	declared[name] = true
	if value then
		local found, expected, what = types[variable.type](value, variable)
		if found == nil then
			env.refuse(name, expected, hidden[variable.type] and "something else" or shown(what or value))
		end
		values[name] = found
	end
	if values[name] == nil and variable.required then env.need(name) end
end

-- Returns those of the names that stand behind a condition that holds: pairs of condition and name.
function env.enabled(list, ...)
	local names = {}
	for _, name in ipairs(list) do names[#names + 1] = name end
	for i = 1, select("#", ...), 2 do
		local holds, name = select(i, ...)
		if holds then names[#names + 1] = name end
	end
	return names
end

-- Joins lists, any of which may be nil.
function env.join(...)
	local all = {}
	for i = 1, select("#", ...) do
		for _, item in ipairs((select(i, ...)) or {}) do all[#all + 1] = item end
	end
	return all
end

-- Puts line ends in place of the commas that stand neither in texts nor in tables.
local function at_commas(text)
	local quote, depth = nil, 0
	return (text:gsub("(\\?)(.)", function(escape, char)
		if escape ~= "" then return nil end
		if quote then
			if char == quote then quote = nil end
		elseif char == '"' or char == "'" then
			quote = char
		elseif char:match("[({[]") then
			depth = depth + 1
		elseif char:match("[])}]") then
			depth = depth - 1
		elseif char == "," and depth == 0 then
			return "\n"
		end
	end))
end

-- Compiles lines of configuration for the section that they are run in; commas may stand between options.
function env.lines(name, section)
	local text = env[name]
	if not text then return function() end end
	text = text:gsub("\\n", "\n")
	local compiled = load(text, "=" .. name, "t", section)
	local problem
	if not compiled then compiled, problem = load(at_commas(text), "=" .. name, "t", section) end
	if not compiled then env.refuse(name, "lines of Prosody's configuration", problem) end
	return compiled
end

-- Whether this is the server, and not prosodyctl or the health check, which read the same configuration.
env.is_server = prosody ~= nil and prosody.process_type == "prosody"

-- Says what an operator has to know that stops nothing.
function env.note(text)
	if env.is_server then io.stderr:write("note: ", text, "\n") end
end

for _, variable in ipairs(ignored) do
	local value = os.getenv(variable.name) or ""
	local wanted = value ~= ""
	for _, harmless in ipairs(variable.harmless) do
		if value:lower() == harmless then wanted = false end
	end
	if wanted then env.note(variable.name .. " has no effect: " .. variable.because) end
end

return setmetatable(env, {
	__index = function(_, name)
		if not declared[name] then error("the configuration reads " .. tostring(name) .. ", which no table declares", 2) end
		return values[name]
	end,
})
`
