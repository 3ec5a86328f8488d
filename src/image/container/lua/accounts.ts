/**
 * The module that makes the accounts which the environment names, enabled on each host that has some. Options:
 * image_accounts = { { name = "focus", password = "…", keep = false } }, where keep leaves the password of an account
 * that is there alone; image_subscriptions = { focus = { "focus.example.org" } }, who sees the presence of an account.
 */
export const accountsLua = String.raw`
local usermanager = require "core.usermanager";
local rostermanager = require "core.rostermanager";

local host = module.host;
local again = 5; -- seconds: a database may come up later than Prosody

local function set_up(account)
	if not usermanager.user_exists(account.name, host) then
		return usermanager.create_user(account.name, account.password, host);
	elseif account.keep or usermanager.test_password(account.name, host, account.password) then
		return true;
	end
	return usermanager.set_password(account.name, account.password, host, nil);
end

local function subscribe(name, contacts)
	for _, contact in ipairs(contacts) do
		if not rostermanager.is_contact_subscribed(name, host, contact) then
			rostermanager.set_contact_pending_in(name, host, contact);
			rostermanager.subscribed(name, host, contact);
		end
	end
end

local function set_up_all()
	for _, account in ipairs(module:get_option("image_accounts", {})) do
		local ok, done, problem = pcall(set_up, account);
		if not ok or not done then
			module:log("warn", "no account %s yet: %s; trying again in %d s", account.name, problem or done or "no reason given", again);
			return again;
		end
	end
	for name, contacts in pairs(module:get_option("image_subscriptions", {})) do
		local ok, problem = pcall(subscribe, name, contacts);
		if not ok then
			module:log("warn", "no subscriptions of %s yet: %s; trying again in %d s", name, problem, again);
			return again;
		end
	end
	module:log("info", "the accounts of the environment are there");
end

local function start()
	if set_up_all() then module:add_timer(again, set_up_all); end
end

if prosody.start_time then start(); else module:hook_global("server-started", start); end
`
