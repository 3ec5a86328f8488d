-- A module for a running Prosody: writes the fields of the libraries in list_members_of to the file list_members_to, as
-- JSON. null stands for what is no table, has a metatable, or can't be required.

local function quoted(text)
	return '"' .. text:gsub('[%c"\\]', function (c) return ("\\u%04x"):format(c:byte()); end) .. '"';
end

local function fields(library)
	local ok, found = pcall(require, library);
	if not ok or type(found) ~= "table" or getmetatable(found) ~= nil then return "null"; end
	local names = {};
	for key in pairs(found) do
		if type(key) == "string" then table.insert(names, quoted(key)); end
	end
	table.sort(names);
	return "[" .. table.concat(names, ", ") .. "]";
end

local lines = {};
for _, library in ipairs(module:get_option_array("list_members_of", {})) do
	table.insert(lines, ("  %s: %s"):format(quoted(library), fields(library)));
end
local out = assert(io.open(module:get_option_string("list_members_to"), "w"));
out:write("{\n" .. table.concat(lines, ",\n") .. "\n}\n");
out:close();
