-- The first jobs of a space, as pairs of an id and the fields of its record.
--
-- KEYS: the space's jobs. ARGV: until when, how many, what the keys of its records begin with.

local found = {}
local limit = tonumber(ARGV[2])
while #found < limit do
    local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', #found, limit - #found)
    if #ids == 0 then
        break
    end
    for _, id in ipairs(ids) do
        local record = redis.call('HMGET', ARGV[3] .. id, 'version', 'revision', 'until', 'due', 'value')
        if record[2] then
            found[#found + 1] = { id, record }
        else
            -- A server that is full may drop records.
            redis.call('ZREM', KEYS[1], id)
        end
    end
end
return found
