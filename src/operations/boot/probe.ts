import {luaString} from '../../text/lua-string.ts'

/** What a probe is told. */
export interface ProbeInput {
  /** The file that the script writes to, absolute. */
  readonly trace: string
  /** How many seconds one module may take. */
  readonly seconds: number
  /** Why modules ended Prosody before, by their names; they are not tried again. */
  readonly refused: ReadonlyMap<string, string>
  /** The storage driver that shall be loaded on each host; Prosody loads one when a store is opened. */
  readonly storage: ReadonlyMap<string, string>
}

/** The words with which errors begin that the probe raises in place of what would stop Prosody. */
export const probeMark = 'prosody-mods: '

/**
 * Writes a script for RunScript of a configuration, in Prosody 0.12 and 13.0. It writes JSON lines: what is being
 * loaded, what is logged meanwhile, and in the end each module that is loaded with its path; then Prosody ends. It is
 * no module, as it has to be there before the first one.
 */
export function probeScript({trace, seconds, refused, storage}: ProbeInput): string {
  return `local trace = assert(io.open(${luaString(trace)}, "a"));
local seconds = ${String(seconds)};
local mark = ${luaString(probeMark)};
local refused = ${luaTable(refused)};
local storage = ${luaTable(storage)};
${body}`
}

function luaTable(entries: ReadonlyMap<string, string>): string {
  return `{ ${[...entries].map(([key, value]) => `[${luaString(key)}] = ${luaString(value)};`).join(' ')} }`
}

const body = String.raw`
local prosody, exit, time = prosody, os.exit, os.time;

-- Bytes become characters of the same number.
local function quoted(text)
	return '"' .. text:gsub('[%c%z"\\\127-\255]', function (char)
		return ("\\u%04x"):format(char:byte());
	end) .. '"';
end

local function json(value)
	if type(value) ~= "table" then return quoted(tostring(value)); end
	local items = {};
	for i, item in ipairs(value) do items[i] = json(item); end
	return "[" .. table.concat(items, ",") .. "]";
end

local function emit(record)
	local fields = {};
	for key, value in pairs(record) do fields[#fields + 1] = quoted(key) .. ":" .. json(value); end
	trace:write("{" .. table.concat(fields, ",") .. "}\n");
	trace:flush();
end

-- Modules that are being loaded; the last one is needed by the one before.
local loading = {};

local function current()
	return loading[#loading] or { host = "", name = "" };
end

local function tell()
	emit { kind = "loading", host = current().host, name = current().name };
end

local function finished(name)
	for at = #loading, 1, -1 do
		if loading[at].name == name then
			for i = #loading, at, -1 do loading[i] = nil; end
			current().since = time();
			return tell();
		end
	end
end

-- Prosody forgets a module that failed, but not on its host where it had moved itself to the whole server before.
local failed = {};

local function key_of(host, name)
	return host .. "/" .. name;
end

local function on_loaded(event)
	if event.host then failed[key_of(event.host, event.module)] = nil; end
	finished(event.module);
end

local function on_log(source, level, message, ...)
	local args = {};
	for i = 1, select("#", ...) do args[i] = tostring((select(i, ...))); end
	emit {
		kind = "log", source = source, level = level, format = message, args = args;
		text = require "util.format".format(message, ...);
		host = current().host, name = current().name;
	};
	if message:find("^Error initializing module") or message:find("^Unable to load module") then
		if args[2] then failed[key_of(args[2], args[1])] = true; end
		finished(args[1]);
	end
end

local function watch_loader(loader)
	local load_code = loader.load_code;
	function loader:load_code(name, resource, env)
		if resource ~= nil or not env then return load_code(self, name, resource, env); end
		loading[#loading + 1] = { host = env.module.host, name = name, since = time() };
		tell();
		if refused[name] then return nil, mark .. refused[name]; end
		return load_code(self, name, resource, env);
	end
end

-- For loops that Lua itself runs; whoever sleeps in C is ended from outside.
local function on_count()
	local name, since = current().name, current().since;
	if since and time() - since > seconds then
		local where = debug.getinfo(2, "Sl");
		refused[name] = ("it was still loading after %d seconds"):format(seconds);
		error(("%s:%d: %s%s"):format(where.short_src, where.currentline, mark, refused[name]), 0);
	end
end

function os.exit(code, ...)
	if #loading == 0 then return exit(code, ...); end
	error(mark .. "it calls os.exit, which ends Prosody", 2);
end

local function watch_shutdown()
	local shutdown = prosody.shutdown;
	function prosody.shutdown(reason, ...)
		if #loading == 0 then
			emit { kind = "stopping", reason = reason or "" };
			return shutdown(reason, ...);
		end
		error(mark .. "it stops Prosody: " .. tostring(reason), 2);
	end
end

local function report()
	local modulemanager = require "core.modulemanager";
	for host, driver in pairs(storage) do
		require "core.storagemanager".load_driver(host, driver);
	end
	local hosts = { "*" };
	for host in pairs(prosody.hosts) do hosts[#hosts + 1] = host; end
	for _, host in ipairs(hosts) do
		for name, env in pairs(modulemanager.get_modules(host) or {}) do
			if not failed[key_of(host, name)] then
				emit { kind = "loaded", host = host, name = name, path = env.module.path or "" };
			end
		end
	end
	debug.sethook();
	os.exit = exit;
	emit { kind = "done" };
	prosody.shutdown("prosody-mods has seen enough", 0);
end

-- Prosody itself would go on half started, without a word on whose error it was.
local function guarded(handlers, event, data, after)
	local ok, result = xpcall(function ()
		local answer = handlers(event, data);
		if after then after(); end
		return answer;
	end, debug.traceback);
	if ok then return result; end
	emit { kind = "raised", event = event, text = result };
	exit(1);
end
prosody.events.add_wrapper("server-starting", guarded);
-- Not in a handler: one that returns a value keeps all later ones from being called.
prosody.events.add_wrapper("server-started", function (handlers, event, data)
	return guarded(handlers, event, data, report);
end);

prosody.events.add_handler("server-starting", function ()
	emit { kind = "version", prosody = prosody.version, lua = _VERSION:match("%S+$") };
	local logger = require "util.logger";
	logger.add_level_sink("warn", on_log);
	logger.add_level_sink("error", on_log);
	watch_shutdown();
	watch_loader(require "core.modulemanager".loader);
	prosody.events.add_handler("module-loaded", on_loaded, 1000000);
	debug.sethook(on_count, "", 100000);
end, 1000000);

prosody.events.add_handler("host-activated", function (host)
	prosody.hosts[host].events.add_handler("module-loaded", on_loaded, 1000000);
end, 1000000);
`
