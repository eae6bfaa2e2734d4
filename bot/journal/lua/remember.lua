-- Remember messages. ARGV: messages kept of a chat, ms that they are kept, then for each chat: chat,
-- number of messages, (message id, what to remember)*. Gives 1 for each chat.
local most, lifetime = tonumber(ARGV[1]), tonumber(ARGV[2])
local slack = 10 -- so that the oldest are looked for now and then, not each time
local remembered = {}
even_if_full()

local function forget_oldest(said)
  local ids = redis.call('HKEYS', said)
  table.sort(ids, function(a, b) return tonumber(a) < tonumber(b) end)
  redis.call('HDEL', said, unpack(ids, 1, #ids - most))
end

local i = 3
while i <= #ARGV do
  local said, last = prefix .. 'said:' .. ARGV[i], i + 1 + 2 * tonumber(ARGV[i + 1])
  redis.call('HSET', said, unpack(ARGV, i + 2, last))
  redis.call('PEXPIRE', said, lifetime)
  if redis.call('HLEN', said) > most + slack then forget_oldest(said) end
  remembered[#remembered + 1] = 1
  i = last + 1
end
return remembered
