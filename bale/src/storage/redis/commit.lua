-- Does all of a commit, or nothing of it.
--
-- KEYS: the mark's, if there is one; those of the expected records; for each change its record and its jobs.
-- ARGV: the time, the new revision, until when the mark is kept or '', the number of expected records, how long
-- after its end a key is dropped; the revisions expected, '' for none; for each change its id, its form ('' to
-- remove, or 'forever', 'until', 'due'), that time, its version and its bytes.
--
-- Gives 0 when it was written, -1 when the mark was there, else which of the expected records was not so.

local now, revision, mark_until, expected, grace =
    tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local key, arg = 0, 5

if mark_until ~= '' then
    key = key + 1
    local known = redis.call('GET', KEYS[key])
    if known and tonumber(known) > now then
        return -1
    end
end

for nth = 1, expected do
    local found = redis.call('HMGET', KEYS[key + nth], 'revision', 'until')
    local is_over = found[2] and tonumber(found[2]) <= now
    local live = found[1] and not is_over and found[1] or ''
    if live ~= ARGV[arg + nth] then
        return nth
    end
end
key, arg = key + expected, arg + expected

if mark_until ~= '' then
    redis.call('SET', KEYS[1], mark_until)
    redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', tonumber(mark_until) + grace))
end

while key < #KEYS do
    local record, jobs = KEYS[key + 1], KEYS[key + 2]
    local id, form, time, version, bytes =
        ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], ARGV[arg + 4], ARGV[arg + 5]
    key, arg = key + 2, arg + 5
    redis.call('DEL', record)
    redis.call('ZREM', jobs, id)
    if form ~= '' then
        redis.call('HSET', record, 'version', version, 'revision', revision, 'value', bytes)
    end
    if form == 'until' then
        redis.call('HSET', record, 'until', time)
        redis.call('PEXPIREAT', record, string.format('%.0f', tonumber(time) + grace))
    elseif form == 'due' then
        redis.call('HSET', record, 'due', time)
        redis.call('ZADD', jobs, time, id)
    end
end
return 0
