-- lua-nginx-memcached. It has one server a connection: which one is asked next when the first does not answer is said here.
local memcached = require "nginx.memcached"

local function bytes(text)
    return (text or ""):gsub("..", function(pair) return string.char(tonumber(pair, 16)) end)
end

local function hex(value)
    return (value:gsub(".", function(byte) return string.format("%02x", byte:byte()) end))
end

local function connected(timeout)
    local why
    for host, port in ngx.var.servers:gmatch("([^:,]+):(%d+)") do
        local client = memcached:new()
        client:set_timeout(timeout)
        local ok, err = client:connect(host, tonumber(port))
        if ok then return client end
        why = err
    end
    return nil, why
end

-- What the library answers to a no, beside what is an error.
local NO = { NOT_STORED = true, NOT_FOUND = true, EXISTS = true }

local function of_truth(ok, err)
    if ok == 1 then return "ok" end
    return NO[err] and "no" or "error " .. tostring(err)
end

local function of_number(value, err)
    if value then return "number " .. value end
    return err == "NOT_FOUND" and "none" or "error " .. tostring(err)
end

local verbs = {}

function verbs.get(client, key)
    local value, _, err = client:get(key)
    if err then return "error " .. err end
    return value and "value " .. hex(value) or "none"
end

function verbs.many(client, ...)
    local found, err = client:get({ ... })
    if not found then return "error " .. err end
    local words = { "values" }
    for key, each in pairs(found) do words[#words + 1] = key .. "=" .. hex(each[1]) end
    return table.concat(words, " ")
end

function verbs.set(client, key, seconds, value) return of_truth(client:set(key, (bytes(value)), seconds)) end
function verbs.add(client, key, seconds, value) return of_truth(client:add(key, (bytes(value)), seconds)) end

function verbs.setmany(client, seconds, ...)
    for _, pair in ipairs({ ... }) do
        local key, value = pair:match("^([^=]*)=(.*)$")
        local answer = verbs.set(client, key, seconds, value)
        if answer ~= "ok" then return answer end
    end
    return "ok"
end

function verbs.delete(client, key) return of_truth(client:delete(key)) end
function verbs.touch(client, key, seconds) return of_truth(client:touch(key, seconds)) end
function verbs.incr(client, key, by) return of_number(client:incr(key, by)) end
function verbs.decr(client, key, by) return of_number(client:decr(key, by)) end

function verbs.gets(client, key)
    local value, _, unique, err = client:gets(key)
    if err then return "error " .. err end
    if not value then return "none" end
    ngx.shared.uniques:set(key, unique)
    return "value " .. hex(value)
end

function verbs.cas(client, key, seconds, value)
    return of_truth(client:cas(key, (bytes(value)), ngx.shared.uniques:get(key), seconds))
end

local function reply()
    ngx.req.read_body()
    local words = {}
    for word in (ngx.req.get_body_data() or ""):gmatch("%S+") do words[#words + 1] = word end
    local verb = verbs[table.remove(words, 1)]
    if not verb then return "unsupported" end
    local client, err = connected(2000)
    if not client then return "error " .. err end
    local answer = verb(client, unpack(words))
    client:set_keepalive(10000, 10)
    return answer
end

ngx.say(reply())
