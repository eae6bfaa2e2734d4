-- Remember messages, and give what is known of their chats. ARGV: messages kept of a chat, ms that
-- they are kept, then for each chat: chat, number of messages, (message id, what to remember)*.
-- Gives the record of each chat, as HGETALL does.
local most, lifetime = tonumber(ARGV[1]), tonumber(ARGV[2])
local slack = 10 -- so that the oldest are looked for now and then, not each time
local records = {}
even_if_full()

local function forget_oldest(said)
  local ids = redis.call('HKEYS', said)
  table.sort(ids, function(a, b) return tonumber(a) < tonumber(b) end)
  redis.call('HDEL', said, unpack(ids, 1, #ids - most))
end

local i = 3
while i <= #ARGV do
  local chat, count = ARGV[i], tonumber(ARGV[i + 1])
  i = i + 2
  if count > 0 then
    local said = prefix .. 'said:' .. chat
    redis.call('HSET', said, unpack(ARGV, i, i + 2 * count - 1))
    redis.call('PEXPIRE', said, lifetime)
    if redis.call('HLEN', said) > most + slack then forget_oldest(said) end
    i = i + 2 * count
  end
  records[#records + 1] = redis.call('HGETALL', prefix .. 'chat:' .. chat)
end
return records
